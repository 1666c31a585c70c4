"""What other tools are told gives the film that was asked for: all its frames, voices and subtitles, at their times."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks.peer_films import Job, job_of
from benchmarks.peer_ways import Way, by_ffmpeg, by_melt, by_moviepy, ffmpeg_there, font_in, movielite_tools, tell
from benchmarks.peers import checked_frames, measure
from include.contract.params import ClipStillParams
from tests.include.runtime.composition.media import fonts, story_inputs

PARAMS = ClipStillParams(short_side_px=240, fps=15, title_card_s=0.8)
WHITE = 230
FFMPEG = ffmpeg_there()
needs_ffmpeg = pytest.mark.skipif(FFMPEG is None, reason="no ffmpeg; benchmarks/requirements.txt brings one")
needs_melt = pytest.mark.skipif(not shutil.which("melt"), reason="melt is missing; on Debian: apt-get install melt")


def with_ffmpeg(folder: Path, job: Job) -> dict[str, Way]:
    return by_ffmpeg(str(FFMPEG), folder, job)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    font_in(tmp_path).parent.mkdir()
    shutil.copy(fonts()["latin"], font_in(tmp_path))
    told = job_of(story_inputs(tmp_path / "scenes"), PARAMS, font_in(tmp_path))
    tell(told, tmp_path)
    return told


def test_stills_and_their_fades_fill_the_film(job: Job) -> None:
    fades = job.frames_of(job.fade_s) * (len(job.scenes) - 1)
    assert sum(job.still_frames(scene) for scene in job.scenes) - fades == job.frames_of(job.duration_s)
    assert [cue.text for cue in job.cues] == ["Why honey never spoils", "Honey never spoils.", "Bees add acid to it."]


@pytest.mark.parametrize(
    ("ways", "name"),
    [
        pytest.param(with_ffmpeg, "ffmpeg", marks=needs_ffmpeg),
        pytest.param(by_melt, "melt", marks=needs_melt),
    ],
)
def test_a_film_has_all_frames_voices_and_subtitles(
    tmp_path: Path, job: Job, ways: Callable[[Path, Job], dict[str, Way]], name: str
) -> None:
    way = ways(tmp_path, job)[name]
    assert measure(name, way).processor_s > 0
    assert checked_frames(way, job) == job.frames_of(job.duration_s)
    white = [white_share(luma) for luma in lumas(way.film)]
    for cue in job.cues:
        assert white[job.frames_of((cue.start_s + cue.end_s) / 2)] > 0.002
    assert white[-1] < 0.0005


def lumas(film: Path) -> list[np.ndarray]:
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def white_share(luma: np.ndarray) -> float:
    """How much of the lower half is as white as letters are."""
    return float((luma[luma.shape[0] // 2 :] > WHITE).mean())


def test_what_movielite_finds_as_ffmpeg_sets_the_group_of_pictures(tmp_path: Path, job: Job) -> None:
    tools = movielite_tools("echo", tmp_path, job)
    for asked, passed in (
        (["-i", "pipe:0", "-c:v", "libx264", "a b.mp4"], "-i pipe:0 -c:v libx264 -g 30 a b.mp4"),
        (["-c", "copy", "film.mp4"], "-c copy film.mp4"),
    ):
        assert said([str(tools / "ffmpeg"), *asked]) == [passed]


def test_what_movielite_finds_as_ffprobe_knows_wave_files(tmp_path: Path, job: Job) -> None:
    ffprobe = str(movielite_tools("echo", tmp_path, job) / "ffprobe")
    assert said([ffprobe, "-v", "error", job.scenes[0].speech]) == ["24000", "1", "1.2"]


def said(command: list[str]) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_a_tool_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    way = Way("the tool", ["sh", "-c", "echo no such font >&2; exit 3"], tmp_path / "film.mp4")
    with pytest.raises(RuntimeError, match=r"the tool failed: sh -c .*\nno such font"):
        measure("tool", way)


def test_a_tool_that_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert by_moviepy(tmp_path) == {}
    assert "MoviePy is left out: .venv/bench/bin/python is missing" in capsys.readouterr().out
