"""Films by clips: against a bare encode of the same frames, in turns; edits; joins; memory; an hour.

Five 1080×1920 stills, whose texts the built-in English voice speaks, at 30 fps, with the same encoder settings. Every
timing is of a process of its own; processor seconds compare fairly on a machine that does other things too, wall
seconds only on an idle one. `.venv/stage/bin/python -m benchmarks.video [TABLE…]` prints the tables `speed`,
`forty`, `joins`, `memory` and `hour`, or only those asked for.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.film_frames import FRAME, FRAMES_FILE, PARAMS, bare, bare_pinned, lay_out_frames, raw_frames
from benchmarks.films import SAID, film_inputs, join_film, lay_out, make_clips, story_in
from benchmarks.memory import own_peak_mib
from include.contract.clips import ClipFacts
from include.contract.params import ClipStillParams
from include.contract.ports import Place
from include.contract.values import Aspect
from include.runtime.composition.clip_inputs import read_clip
from include.runtime.composition.encoder import planes_of
from include.runtime.composition.joining import write_film
from include.runtime.composition.stills import Stills
from include.runtime.composition.story import read_story
from include.runtime.composition.timeline import timeline_of
from tests.include.runtime.composition.media import clip_inputs

ROUNDS = 3
SMALL = ClipStillParams(aspect=Aspect.UPRIGHT, short_side_px=240, fps=10)
"""Of clips whose number counts, not their size."""
LONG_SAID = [" ".join((SAID + SAID)[number : number + 3]) for number in range(len(SAID))]
"""Of about nine seconds each: 400 are an hour."""
NEAR = 6
"""Frames on each side of a join that are looked at."""


def main(asked: list[str]) -> None:
    """Print the tables that are asked for, or all."""
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as name:
        folder = Path(name)
        lay_out(folder / "scenes", FRAME)
        for each in asked or TABLES:
            print(f"\n{each}, load {os.getloadavg()[0]:.0f}\n", flush=True)
            TABLES[each](folder)


def speed(folder: Path) -> None:
    """A film of five scenes all ways in turns: medians, and medians of each round's ratios to the bare encode."""
    lay_out_frames(folder)
    clips(folder)
    ways = ["bare", "bare_pinned", "clips", "join", "whole", "edit"]
    rounds = [{way: seconds_of(way, folder) for way in ways} for _ in range(ROUNDS)]
    print("| way | wall s | / bare | processor s | / bare |\n|---|---|---|---|---|")
    for way in ways:
        cells = [f"{figure:.2f}" for kind in (0, 1) for figure in compared(rounds, way, kind)]
        print(f"| {LABELS[way]} | {' | '.join(cells)} |", flush=True)


def compared(rounds: list[dict[str, tuple[float, float]]], way: str, kind: int) -> tuple[float, float]:
    """Median seconds of `way`, and how many times the quicker bare encode that is."""
    seconds = statistics.median(one[way][kind] for one in rounds)
    share = statistics.median(one[way][kind] / min(one["bare"][kind], one["bare_pinned"][kind]) for one in rounds)
    return seconds, share


def seconds_of(way: str, folder: Path) -> tuple[float, float]:
    """Wall and processor seconds that `way` took in a process of its own, its imports not counted."""
    command = [sys.executable, "-m", "benchmarks.video", "way", way, str(folder)]
    child = subprocess.run(command, capture_output=True, text=True, check=True)
    wall_s, spent_s = child.stdout.split()[-2:]
    return float(wall_s), float(spent_s)


def clips(folder: Path, only: tuple[str, ...] = ()) -> None:
    """Every clip, or `only` these, each file opened again and checked."""
    make_clips(story_in(folder / "scenes"), folder / "clips", PARAMS, only)


def join(folder: Path) -> None:
    """The film from clips that are there."""
    story = story_in(folder / "scenes")
    join_film(story, {name: folder / "clips" / name for name in clip_inputs(story)}, folder / "film")


def whole(folder: Path) -> None:
    """A film from nothing: all clips, then the film."""
    clips(folder)
    join(folder)


def edit(folder: Path) -> None:
    """What changing one scene of five takes."""
    clips(folder, ("002-003", "003", "003-004"))
    join(folder)


def forty(folder: Path) -> None:
    """A film of forty scenes and an edit of one: what each takes, and which share the edit is."""
    print("| forty scenes | wall s | processor s |\n|---|---|---|")
    taken = {way: seconds_of(way, folder) for way in ("forty_whole", "forty_edit")}
    for way, (wall_s, spent_s) in taken.items():
        print(f"| {LABELS[way]} | {wall_s:.1f} | {spent_s:.1f} |")
    shares = [100 * edited / all_ for edited, all_ in zip(taken["forty_edit"], taken["forty_whole"], strict=True)]
    print(f"| the edit's share, % | {shares[0]:.1f} | {shares[1]:.1f} |")


def forty_whole(folder: Path, only: tuple[str, ...] = ()) -> None:
    """A film of forty scenes, or `only` these of its clips and then the film."""
    story = story_in(folder / "scenes", 40)
    make_clips(story, folder / "forty", PARAMS, only)
    join_film(story, {name: folder / "forty" / name for name in clip_inputs(story)}, folder / "film")


def forty_edit(folder: Path) -> None:
    """What changing one scene of forty takes."""
    forty_whole(folder, ("019-020", "020", "020-021"))


def joins(folder: Path) -> None:
    """The joined film beside one that is encoded in one go: size, and how like the painted frames both are."""
    if not (folder / FRAMES_FILE).exists():
        lay_out_frames(folder)
        bare(folder)
        whole(folder)
    story = story_in(folder / "scenes")
    facts = [folder / "clips" / name / "facts.json" for name in clip_inputs(story)]
    ends = list(accumulate(ClipFacts.model_validate_json(path.read_bytes()).frames for path in facts))
    joined, one_go = (np.array(psnr_of(folder / name, folder)) for name in ("film/video.mp4", "bare.mp4"))
    near = sorted({end + step for end in ends[:-1] for step in range(-NEAR, NEAR)})
    worst = max(near, key=lambda index: one_go[index] - joined[index])
    sizes = [video_bytes(folder / name) for name in ("film/video.mp4", "bare.mp4")]
    print("| at 1080×1920 | joined | in one go |\n|---|---|---|")
    print(f"| frames that decode | {len(joined)} | {len(one_go)} |")
    print(f"| pictures, bytes | {sizes[0]} | {sizes[1]} ({100 * (sizes[0] / sizes[1] - 1):+.1f} %) |")
    print(f"| PSNR of luma in the mean, dB | {joined.mean():.2f} | {one_go.mean():.2f} |")
    at_joins, elsewhere = jerks(story)
    print(f"| the camera's second difference at joins, px; in one go elsewhere | {at_joins:.4f} | {elsewhere:.4f} |")
    print(f"| of frame {worst}, the worst within ± {NEAR} of a join | {joined[worst]:.2f} | {one_go[worst]:.2f} |")


def jerks(story: Mapping[str, Path]) -> tuple[float, float]:
    """How much the speed of a point of a picture changes from frame to frame at most, at joins and elsewhere."""
    stills, at_joins, elsewhere = Stills(), [0.0], [0.0]
    for inputs in clip_inputs(story).values():
        clip = read_clip(inputs, PARAMS)
        if clip.place is not Place.PART or clip.scene is None:
            continue
        slot, still = clip.scene.slot, stills.sharp(clip.scene)
        move, point = clip.scene.move(still), 0.3 * np.array([still.width, still.height])
        windows = [move.at(slot.progress(frame)) for frame in range(-slot.join_frames, slot.frames)]
        places = np.array([(point - (one.centre_x, one.centre_y)) * one.zoom for one in windows])
        turns = np.linalg.norm(np.diff(places, 2, axis=0), axis=1)
        joined = {slot.join_frames + end + step for end in (0, slot.body_frames) for step in (-2, -1)}
        at_joins += [turn for index, turn in enumerate(turns) if index in joined]
        elsewhere += [turn for index, turn in enumerate(turns) if index not in joined]
    return max(at_joins), max(elsewhere)


def psnr_of(film: Path, folder: Path) -> list[float]:
    """How like the painted frames those of `film` are, in dB of luma; it has as many, and all decode."""
    width, height = FRAME
    found = []
    with av.open(str(film)) as container:
        for frame, pixels in zip(container.decode(video=0), raw_frames(folder), strict=True):
            luma = planes_of(frame).y
            found.append(cv2.PSNR(np.ascontiguousarray(luma), pixels[: width * height].reshape(height, width)))
    return found


def video_bytes(film: Path) -> int:
    """How much of `film` is pictures."""
    with av.open(str(film)) as container:
        return sum(packet.size for packet in container.demux(video=0))


def memory(folder: Path) -> None:
    """Peak resident memory of the clip stage and of the joining, for one minute and for sixty."""
    lay_out(folder / "long", SMALL.aspect.frame_px(SMALL.short_side_px), LONG_SAID)
    print("| stage | 1 min, MiB | 60 min, MiB | × |\n|---|---|---|---|")
    for way in ("long_clips", "long_join"):
        peaks = [peak_mib(way, folder, scenes) for scenes in (7, 400)]
        print(f"| {LABELS[way]} | {peaks[0]:.0f} | {peaks[1]:.0f} | {peaks[1] / peaks[0]:.2f} |", flush=True)


def peak_mib(way: str, folder: Path, scenes: int) -> float:
    """Peak memory of `way` with so many scenes."""
    command = [sys.executable, "-m", "benchmarks.video", "way", way, str(folder), str(scenes)]
    child = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(child.stdout.split()[-3])


def long_clips(folder: Path, scenes: str) -> None:
    """All clips of so many scenes by one stage."""
    make_clips(story_in(folder / "long", int(scenes)), folder / f"long-{scenes}", SMALL)


def long_join(folder: Path, scenes: str) -> None:
    """The film of the clips that `long_clips` left."""
    story = story_in(folder / "long", int(scenes))
    clips = {name: folder / f"long-{scenes}" / name for name in clip_inputs(story)}
    join_film(story, clips, folder / "film", music=True)


def hour(folder: Path) -> None:
    """An hour of 400 scenes at 1080×1920: joining its pictures alone, and the whole film."""
    lay_out(folder / "hour", FRAME, LONG_SAID)
    drawn = len(LONG_SAID)
    story = story_in(folder / "hour", drawn + 1)
    make_clips(
        story, folder / "clips-hour", PARAMS, [name for name in clip_inputs(story) if name != f"{drawn + 1:03d}"]
    )
    print("| 400 scenes | wall s | processor s |\n|---|---|---|")
    for way in ("hour_pictures", "hour_film"):
        wall_s, spent_s = seconds_of(way, folder)
        print(f"| {LABELS[way]} | {wall_s:.1f} | {spent_s:.1f} |", flush=True)


def clips_of_an_hour(folder: Path) -> dict[str, Path]:
    """The folders of an hour's clips: the few that `hour` made, over and over."""
    drawn, found = len(LONG_SAID), {}
    for name in clip_inputs(story_in(folder / "hour", 400)):
        if name in ("title", "end"):
            found[name] = folder / "clips-hour" / name
        else:
            first = (int(name.partition("-")[0]) - 1) % drawn + 1
            found[name] = folder / "clips-hour" / (f"{first:03d}-{first + 1:03d}" if "-" in name else f"{first:03d}")
    return found


def hour_pictures(folder: Path) -> None:
    """An hour's pictures, copied."""
    story = read_story(film_inputs(story_in(folder / "hour", 400), clips_of_an_hour(folder)))
    timeline = timeline_of([clip.facts for clip in story.clips])
    write_film(folder / "pictures.mp4", story.clips, timeline, iter(()), "")


def hour_film(folder: Path) -> None:
    """An hour's film with music."""
    join_film(story_in(folder / "hour", 400), clips_of_an_hour(folder), folder / "film", music=True)


LABELS = {
    "bare": "bare encode of the same frames",
    "bare_pinned": "the same on one processor",
    "clips": "ours: all clips, each decoded again and checked",
    "join": "ours: the film from its clips, with sound, subtitle files and all checks",
    "whole": "ours: both, a film from nothing",
    "edit": "ours: one scene of five changed",
    "forty_whole": "a film from nothing",
    "forty_edit": "one scene changed",
    "long_clips": "clips",
    "long_join": "the film from its clips",
    "hour_pictures": "pictures alone",
    "hour_film": "the film from its clips, with music",
}
TABLES = {"speed": speed, "forty": forty, "joins": joins, "memory": memory, "hour": hour}
WAYS = {
    each.__name__: each
    for each in (
        *(bare, bare_pinned, clips, join, whole, edit, forty_whole, forty_edit),
        *(long_clips, long_join, hour_pictures, hour_film),
    )
}


if __name__ == "__main__":
    if sys.argv[1:2] == ["way"]:
        cv2.setNumThreads(1)
        wall_s, spent_s = time.perf_counter(), time.process_time()
        WAYS[sys.argv[2]](Path(sys.argv[3]), *sys.argv[4:])
        print(own_peak_mib(), time.perf_counter() - wall_s, time.process_time() - spent_s)
    else:
        main(sys.argv[1:])
