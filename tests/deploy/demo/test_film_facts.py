from __future__ import annotations

import json
import subprocess
from pathlib import Path

from deploy.local.installation import Installation

MAKE_FILM = """
import sys, av
with av.open(sys.argv[1], "w", format="mp4") as film:
    stream = film.add_stream("mpeg4", rate=25)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    for _ in range(50):
        film.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
    film.mux(stream.encode(None))
"""


def stage(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Python in the stage environment, which has the media library."""
    installation = Installation()
    command = [str(installation.stage_python), *map(str, words)]
    return subprocess.run(command, cwd=installation.root, capture_output=True, text=True, check=False)


def test_the_facts_are_those_of_the_film_itself(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    made = stage("-c", MAKE_FILM, film)
    assert made.returncode == 0, made.stderr
    told = stage("-m", "deploy.demo.film_facts", film)
    assert json.loads(told.stdout) == {"width": 64, "height": 48, "fps": 25.0, "duration_s": 2.0}


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("no film")
    told = stage("-m", "deploy.demo.film_facts", tmp_path / "film.mp4")
    assert told.returncode
    assert "film.mp4" in told.stderr
