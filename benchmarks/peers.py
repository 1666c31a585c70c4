"""Films by other tools and ours: the same stills, voices, subtitles and encoder settings, in turns.

Every way is a program in an environment of its own, timed with its start; its processor seconds are those of all
processes that it starts. `.venv/stage/bin/python -m benchmarks.peers [FOLDER [WAY…]]` measures each way three times, or
only those named and their encoders, and prints the table `peers`. What is measured stays in FOLDER, out/peers if none
is named: a call that was interrupted is taken up by the next. A tool that is missing is said, and left out.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np

from benchmarks.film_frames import FRAME, PARAMS, lay_out_frames
from benchmarks.films import fresh, lay_out
from benchmarks.peer_films import Job, Scene
from benchmarks.peer_ways import Way, font_in, job_in, ways_in
from benchmarks.smoothness import second_differences
from tests.include.runtime.composition.media import fonts

ROUNDS = 3
MOST_FRAMES_OFF = 3
"""By which a film's length may differ from ours: tools round seconds in their own ways."""
QUIETEST = 0.01
"""Of a scene in which somebody speaks, root of the mean square; full scale is 1."""


@dataclass(frozen=True)
class Taken:
    """What one run of a way took, in seconds, and how busy the machine was."""

    way: str
    wall_s: float
    processor_s: float
    load: float


def main(folder: Path, only: list[str]) -> None:
    """Measure what is still to be measured of the ways that are named, or of all, and print the table."""
    job = laid_out(folder)
    ways = ways_in(folder, job)
    if only:
        asked = {*only, *(ways[name].encoder for name in only)}
        ways = {name: way for name, way in ways.items() if name in asked}
    measured = folder / "measured.jsonl"
    while (round_ := min(len(taken_by(name, measured)) for name in ways)) < ROUNDS:
        for name, way in ways.items():
            if len(taken_by(name, measured)) == round_:
                line = json.dumps(asdict(measure(name, way)))
                with measured.open("a", encoding="utf-8") as lines:
                    lines.write(f"{line}\n")
    print_table(ways, job, measured)


def laid_out(folder: Path) -> Job:
    """What all tools are told; the story and its finished frames are made in `folder`, unless they are there."""
    if not (folder / "laid-out").exists():
        lay_out(fresh(folder) / "scenes", FRAME)
        lay_out_frames(folder)
        (folder / "fonts").mkdir()
        shutil.copy(fonts()["latin"], font_in(folder))
        (folder / "laid-out").touch()
    return job_in(folder, PARAMS)


def taken_by(name: str, measured: Path) -> list[Taken]:
    """All that the way of this name took so far, one for each round."""
    lines = measured.read_text(encoding="utf-8").splitlines() if measured.exists() else []
    return [taken for line in lines if (taken := Taken(**json.loads(line))).way == name]


def measure(name: str, way: Way) -> Taken:
    """Run it once.

    :raises RuntimeError: it failed; the message ends with what it said.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    variables = {**os.environ, **way.environment}
    done = subprocess.run(way.command, env=variables, capture_output=True, text=True, check=False)
    wall_s, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{way.label} failed: {' '.join(way.command)}\n{done.stderr[-2000:]}")
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(name, round(wall_s, 2), round(processor_s, 2), round(os.getloadavg()[0], 1))


def print_table(ways: dict[str, Way], job: Job, measured: Path) -> None:
    """Medians of all rounds; ratios are medians of each round's own."""
    loads = [taken.load for name in ways for taken in taken_by(name, measured)]
    print(f"\npeers, load {min(loads):.0f} to {max(loads):.0f}\n")
    print("| way | wall s | processor s | its encoder alone | × | frames | MB | second difference, px | 95 % |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, way in ways.items():
        taken = taken_by(name, measured)
        cells = [f"{statistics.median(getattr(one, kind) for one in taken):.1f}" for kind in ("wall_s", "processor_s")]
        if way.encoder:
            cells += beside_encoder(taken, taken_by(way.encoder, measured)) + film_told(way, job)
        print(f"| {way.label} | {' | '.join(cells)} |", flush=True)


def beside_encoder(taken: list[Taken], alone: list[Taken]) -> list[str]:
    """Processor seconds of a way's encoder alone, and how many times these the way takes."""
    ratios = [one.processor_s / bare.processor_s for one, bare in zip(taken, alone, strict=True)]
    return [f"{statistics.median(bare.processor_s for bare in alone):.1f}", f"{statistics.median(ratios):.2f}"]


def film_told(way: Way, job: Job) -> list[str]:
    """Of a finished film: its frames, its size, and how evenly its camera moves."""
    differences = second_differences(way.film, [picture_alone(job, scene) for scene in job.scenes])
    evenness = [f"{figure:.3f}" for figure in (np.median(differences), np.quantile(differences, 0.95))]
    return [str(checked_frames(way, job)), f"{way.film.stat().st_size / 1e6:.1f}", *evenness]


def picture_alone(job: Job, scene: Scene) -> range:
    """The frames in which its picture is seen without that of another or the title."""
    return range(job.frames_of(scene.speech_start_s) + 1, job.frames_of(scene.end_s - job.fade_s) - 1)


def checked_frames(way: Way, job: Job) -> int:
    """How many frames its film has.

    :raises RuntimeError: that is not as many as were asked for, or a scene is silent.
    """
    with av.open(str(way.film)) as container:
        frames = sum(packet.pts is not None for packet in container.demux(video=0))
    if abs(frames - job.frames_of(job.duration_s)) > MOST_FRAMES_OFF:
        raise RuntimeError(f"{way.label}: {frames} frames, where {job.frames_of(job.duration_s)} were asked for")
    with av.open(str(way.film)) as container:
        rate = container.streams.audio[0].rate
        sound = np.concatenate([frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)])
    for number, scene in enumerate(job.scenes, 1):
        spoken = sound[int(scene.speech_start_s * rate) : int((scene.end_s - job.fade_s) * rate)]
        if (level := np.sqrt(np.mean(spoken**2))) < QUIETEST:
            raise RuntimeError(f"{way.label}: scene {number} has a level of {level:.4f}: no voice is heard")
    return frames


if __name__ == "__main__":
    main(Path(*sys.argv[1:2] or ["out/peers"]), sys.argv[2:])
