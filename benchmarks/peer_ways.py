"""The programs that make the film that is measured, and what each needs to run."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.film_frames import FRAMES_FILE
from benchmarks.films import story_in
from benchmarks.peer_films import (
    Job,
    ffmpeg_command,
    job_of,
    melt_command,
    melt_consumer,
    melt_profile,
    subrip,
    x264_options,
)
from include.contract.params import ClipStillParams
from include.contract.values import Aspect

MOVIEPY = Path(".venv/bench/bin/python")
MOVIELITE = Path(".venv/bench-movielite/bin/python")
TINY = ClipStillParams(aspect=Aspect.UPRIGHT, short_side_px=240, fps=10)
"""Of the film for which MovieLite compiles its functions, once an installation, before anything is measured."""
_WAVE_FACTS = (
    "import sys, wave; sound = wave.open(sys.argv[-1]); rate = sound.getframerate(); "
    "print(rate, sound.getnchannels(), sound.getnframes() / rate, sep=chr(10))"
)
"""All that MovieLite asks `ffprobe`, which ffmpeg's wheel lacks."""


@dataclass(frozen=True)
class Way:
    """A tool's way to the film, or an encoder alone with finished frames."""

    label: str
    command: list[str]
    film: Path
    encoder: str | None = None
    """Which way is its encoder alone; none for one that is an encoder alone."""
    environment: dict[str, str] = field(default_factory=dict)
    """Variables, besides those of this process."""


def ways_in(folder: Path, job: Job) -> dict[str, Way]:
    """All ways to the story in `folder` whose tools are there, by name; says which are not."""
    tell(job, folder)
    ours = [sys.executable, "-m", "benchmarks.video", "way"]
    ways = {
        "bare": Way("our encoder alone", [*ours, "bare", str(folder)], folder / "bare.mp4"),
        "ours": Way("ours", [*ours, "whole", str(folder)], folder / "film/video.mp4", "bare"),
    }
    if ffmpeg := ffmpeg_there():
        ways |= by_ffmpeg(ffmpeg, folder, job) | by_movielite(ffmpeg, folder, job) | by_moviepy(folder)
    else:
        print("ffmpeg, MovieLite and MoviePy are left out: there is no ffmpeg; benchmarks/requirements.txt brings one")
    return ways | by_melt(folder, job)


def tell(job: Job, folder: Path) -> None:
    """Leave in `folder` what programs read about the film."""
    (folder / "subtitles.srt").write_text(subrip(job), encoding="utf-8")
    (folder / "job.json").write_text(json.dumps(asdict(job)), encoding="utf-8")


def job_in(folder: Path, params: ClipStillParams) -> Job:
    """The film of the story in `folder`."""
    return job_of(story_in(folder / "scenes"), params, font_in(folder))


def font_in(folder: Path) -> Path:
    """The subtitles' font."""
    return folder / "fonts/latin.ttf"


def ffmpeg_there() -> str | None:
    """The ffmpeg that imageio-ffmpeg brings, which MoviePy calls; else this machine's, if it has one."""
    if not MOVIEPY.exists():
        return shutil.which("ffmpeg")
    asked = [str(MOVIEPY), "-c", "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def by_ffmpeg(ffmpeg: str, folder: Path, job: Job) -> dict[str, Way]:
    """Ffmpeg's command line, and its encoder alone, which libraries that call it use too."""
    alone, film = folder / "ffmpeg-bare.mp4", folder / "ffmpeg.mp4"
    bare = ["-i", str(folder / FRAMES_FILE), "-c:v", "libx264", *x264_options(job), str(alone)]
    whole = ffmpeg_command(ffmpeg, job, folder / "subtitles.srt", film)
    return {
        "ffmpeg_bare": Way("ffmpeg's encoder alone", [ffmpeg, "-nostdin", "-v", "error", "-y", *bare], alone),
        "ffmpeg": Way("ffmpeg", whole, film, "ffmpeg_bare"),
    }


def by_moviepy(folder: Path) -> dict[str, Way]:
    """MoviePy 2."""
    if not MOVIEPY.exists():
        print(f"MoviePy is left out: {MOVIEPY} is missing; it comes from benchmarks/requirements.txt")
        return {}
    film = folder / "moviepy.mp4"
    command = [str(MOVIEPY), "benchmarks/moviepy_film.py", str(folder / "job.json"), str(film)]
    return {"moviepy": Way("MoviePy 2", command, film, "ffmpeg_bare")}


def by_movielite(ffmpeg: str, folder: Path, job: Job) -> dict[str, Way]:
    """MovieLite, which is run once before for what it compiles and keeps."""
    if not MOVIELITE.exists():
        print(f"MovieLite is left out: {MOVIELITE} is missing; it comes from benchmarks/requirements-movielite.txt")
        return {}
    found_first = {"PATH": f"{movielite_tools(ffmpeg, folder, job)}{os.pathsep}{os.environ['PATH']}"}
    command, tiny = [str(MOVIELITE), "benchmarks/movielite_film.py"], folder / "tiny.json"
    tiny.write_text(json.dumps(asdict(job_in(folder, TINY))), encoding="utf-8")
    once = [*command, str(tiny), str(folder / "tiny.mp4"), "1"]
    subprocess.run(once, env={**os.environ, **found_first}, capture_output=True, check=True)
    ways = {}
    for count in (1, 2):
        film = folder / f"movielite-{count}.mp4"
        told = [*command, str(folder / "job.json"), str(film), str(count)]
        ways[f"movielite_{count}"] = Way(f"MovieLite, `processes={count}`", told, film, "ffmpeg_bare", found_first)
    return ways


def movielite_tools(ffmpeg: str, folder: Path, job: Job) -> Path:
    """A folder with the `ffmpeg` that sets what MovieLite cannot, and an `ffprobe` that knows wave files."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    written = {
        "ffmpeg": 'for word do\n  shift\n  set -- "$@" "$word"\n'
        f'  [ "$word" != libx264 ] || set -- "$@" -g {job.gop}\ndone\nexec {shlex.quote(ffmpeg)} "$@"\n',
        "ffprobe": f'exec {shlex.quote(sys.executable)} -S -c {shlex.quote(_WAVE_FACTS)} "$@"\n',
    }
    for name, text in written.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
        (tools / name).chmod(0o755)
    return tools.resolve()


def by_melt(folder: Path, job: Job) -> dict[str, Way]:
    """MLT's command line; its encoder alone is its writer, which cannot be had without its copies of each frame."""
    melt = shutil.which("melt")
    if melt is None:
        print("melt is left out: it is not installed; on Debian: apt-get install melt")
        return {}
    profile, alone, film = folder / "melt.profile", folder / "melt-bare.mp4", folder / "melt.mp4"
    profile.write_text(melt_profile(job), encoding="utf-8")
    written = [*melt_consumer(job, alone), "an=1", "real_time=-2"]
    bare = [melt, "-silent", "-profile", str(profile), str(folder / FRAMES_FILE), *written]
    whole = melt_command(melt, job, folder / "subtitles.srt", profile, film)
    return {
        "melt_bare": Way("`melt` with the finished frames", bare, alone),
        "melt": Way("`melt`", whole, film, "melt_bare"),
    }
