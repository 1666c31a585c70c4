"""Films by clips against a bare encode of the same frames and against MoviePy 2, in turns; an edit; memory over length.

Five 1080×1920 stills with voices, 20 s at 30 fps, the same encoder settings. Every timing is of a process of its own;
processor seconds compare fairly on a machine that does other things too, wall seconds only on an idle one.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import cv2
import numpy as np

from include.contract.params import ClipStillParams, VideoNarratedParams
from include.contract.values import Aspect
from include.runtime.composition.clip_inputs import read_clip
from include.runtime.composition.encoder import CRF, GOP_S, PRESET, X264_THREADS, add_video_stream, planes_of
from include.runtime.composition.film import pictures_of
from include.runtime.composition.planes import Planes
from include.runtime.composition.stills import Stills
from include.runtime.composition.typefaces import typesetter_of
from include.runtime.stage import ItemResult, Stage, Work
from include.runtime.stages.clip_still import ClipStillStage
from include.runtime.stages.video_narrated import VideoNarratedStage
from tests.include.runtime.composition.media import clip_inputs, compositor, fonts, story_inputs

ROUNDS = 3
PARAMS = ClipStillParams(aspect=Aspect.UPRIGHT, short_side_px=1080, fps=30)
FRAME = PARAMS.aspect.frame_px(PARAMS.short_side_px)
SCENES, SPEECH_S = 5, 2.9
SAID = ["Honey never spoils, not in a thousand years.", "It holds too little water for that."]
EDITED = ("02-03", "03", "03-04")
"""The clips that an edit of the third scene makes again."""
MOVIEPY = Path(".venv/bench/bin/python")
MEMORY_CLIPS = ClipStillParams(short_side_px=480, fps=30)


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        speed(folder)
    memory()


def prepare(folder: Path) -> None:
    """The story's files, and the frames that the bare encode gets."""
    story = story_inputs(folder, texts=[SAID] * SCENES, duration_s=SPEECH_S, size=FRAME)
    for number in range(1, SCENES + 1):
        detailed_still(story[f"image/{number:02d}"], number)
    planes, stills = Planes.empty(*FRAME), Stills()
    typesetter = typesetter_of(compositor(), PARAMS.language)
    with (folder / "frames.yuv").open("wb") as frames:
        for inputs in clip_inputs(story).values():
            pictures = pictures_of(read_clip(inputs, PARAMS), PARAMS, typesetter, stills)
            for index in range(pictures.frames):
                pictures.paint(index, planes)
                frames.write(b"".join(plane.tobytes() for plane in planes.each()))
    (folder / "moviepy.json").write_text(json.dumps(moviepy_job(folder)), encoding="utf-8")
    clips(folder)


def detailed_still(path: Path, seed: int) -> None:
    """A photo-like still: clouds of every size from the whole picture down to grain."""
    chance, (width, height) = np.random.default_rng(seed), FRAME
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (3, 9, 27, 81, 243, 729):
        noise = chance.normal(size=(cells * height // width, cells, 3)).astype(np.float32)
        picture += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC) / cells**0.8
    low, high = np.quantile(picture, (0.01, 0.99))
    cv2.imwrite(str(path), np.clip((picture - low) / (high - low) * 255, 0, 255).astype(np.uint8))


def inputs_in(folder: Path) -> dict[str, Path]:
    """The recipe's inputs that `prepare` left in `folder`."""
    parts = [("image", "png"), ("speech", "wav"), ("timing", "json")]
    numbers = [f"{number:02d}" for number in range(1, SCENES + 1)]
    named = {f"{kind}/{number}": folder / f"{number}.{suffix}" for kind, suffix in parts for number in numbers}
    return {"title": folder / "title.txt", "digital_source": folder / "source.txt", **named}


def moviepy_job(folder: Path) -> dict[str, object]:
    """What `moviepy_film.py` is told; its first still also stands where the title card does."""
    story, fade_s = inputs_in(folder), PARAMS.join_frames / PARAMS.fps
    scenes, cues, start_s = [], [], PARAMS.title_card_s
    for number in range(1, SCENES + 1):
        body = read_clip(clip_inputs(story)[f"{number:02d}"], PARAMS)
        end_s = start_s + SPEECH_S + PARAMS.scene_pause_s
        scenes.append(
            {
                "image": str(story[f"image/{number:02d}"]),
                "speech": str(story[f"speech/{number:02d}"]),
                "speech_start_s": start_s,
                "start_s": start_s - fade_s if number > 1 else 0.0,
                "end_s": end_s,
            }
        )
        cues += [
            {"text": "\n".join(cue.lines), "start_s": start_s + cue.start_s, "end_s": start_s + cue.end_s}
            for cue in body.cues
        ]
        start_s = end_s
    title = {"text": story["title"].read_text(), "start_s": 0.0, "end_s": PARAMS.title_card_s}
    encoder = {"preset": PRESET, "crf": CRF, "gop": GOP_S * PARAMS.fps, "threads": X264_THREADS}
    film = {"frame": FRAME, "fps": PARAMS.fps, "duration_s": start_s, "fade_s": fade_s}
    out = {"out": str(folder / "moviepy.mp4"), "font": str(fonts()["latin"])}
    return {"scenes": scenes, "cues": [title, *cues], **encoder, **film, **out}


def speed(folder: Path) -> None:
    """Run all ways in turns and print medians, and medians of each round's ratios to the bare encode."""
    ways = ["bare", "clips", "join", "whole", "edit", *(["moviepy"] if MOVIEPY.exists() else [])]
    rounds = [{way: seconds_of(way, folder) for way in ways} for _ in range(ROUNDS)]
    print(
        "| way | wall s | / bare | MoviePy / it | processor s | / bare | MoviePy / it |\n|---|---|---|---|---|---|---|"
    )
    for way in ways:
        cells = [f"{figure:.2f}" for kind in (0, 1) for figure in compared(rounds, way, kind)]
        print(f"| {LABELS[way]} | {' | '.join(cells)} |", flush=True)
    if "moviepy" not in ways:
        print(f"MoviePy is not measured: {MOVIEPY} is missing; it comes from benchmarks/requirements.txt")


def compared(rounds: list[dict[str, tuple[float, float]]], way: str, kind: int) -> tuple[float, float, float]:
    """Median seconds of `way`, how many times the bare encode that is, and how many times MoviePy takes."""
    seconds = statistics.median(one[way][kind] for one in rounds)
    share = statistics.median(one[way][kind] / one["bare"][kind] for one in rounds)
    slower = [one["moviepy"][kind] / one[way][kind] for one in rounds if "moviepy" in one]
    return seconds, share, statistics.median(slower) if slower else float("nan")


def seconds_of(way: str, folder: Path) -> tuple[float, float]:
    """Wall and processor seconds that `way` took in a process of its own, its imports not counted."""
    command = [sys.executable, "-m", "benchmarks.video", way, str(folder)]
    if way == "moviepy":
        command = [str(MOVIEPY), "benchmarks/moviepy_film.py", str(folder / "moviepy.json")]
    child = subprocess.run(command, capture_output=True, text=True, check=True)
    wall_s, spent_s = child.stdout.split()[-2:]
    return float(wall_s), float(spent_s)


def bare(folder: Path) -> None:
    """The encoder alone, frames from a file that the system holds in memory."""
    width, height = FRAME
    raw = np.memmap(folder / "frames.yuv", np.uint8, "r").reshape(-1, height * width * 3 // 2)
    with av.open(str(folder / "bare.mp4"), "w") as container:
        stream = add_video_stream(container, FRAME, PARAMS.fps)
        for index, pixels in enumerate(raw):
            picture = av.VideoFrame(width, height, "yuv420p")
            copy_into(planes_of(picture), pixels)
            picture.pts = index
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


def copy_into(planes: Planes, pixels: np.ndarray) -> None:
    """Fill `planes` from one frame of the file."""
    start = 0
    for plane in planes.each():
        plane[:] = pixels[start : start + plane.size].reshape(plane.shape)
        start += plane.size


def clips(folder: Path, only: tuple[str, ...] = ()) -> None:
    """Every clip, or `only` these, each file opened again and checked."""
    for name, inputs in clip_inputs(inputs_in(folder)).items():
        if not only or name in only:
            made(ClipStillStage, PARAMS, inputs, fresh(folder / "clips" / name))


def join(folder: Path) -> None:
    """The film from clips that are there: copied pictures, sound, subtitle files, checks."""
    inputs = {
        name: path for name, path in inputs_in(folder).items() if name.partition("/")[0] not in ("title", "image")
    }
    for number, name in enumerate(clip_inputs(inputs_in(folder)), 1):
        for output, file in OUTPUTS.items():
            path = folder / "clips" / name / file
            if path.exists():
                inputs[f"{output}/{number:02d}"] = path
    made(VideoNarratedStage, VideoNarratedParams(), inputs, fresh(folder / "film"))


OUTPUTS = {
    "clip": "clip.mp4",
    "facts": "facts.json",
    "poster": "poster.jpg",
    "clip_trained": "clip_trained.mp4",
    "poster_trained": "poster_trained.jpg",
}
"""Where `clip.still` leaves its outputs."""


def whole(folder: Path) -> None:
    """A film from nothing: all clips, then the film."""
    clips(folder)
    join(folder)


def edit(folder: Path) -> None:
    """What changing one scene of five takes."""
    clips(folder, EDITED)
    join(folder)


def made(stage_class: type[Stage], params: object, inputs: dict[str, Path], scratch: Path) -> ItemResult:
    """One item, left in `scratch`."""
    recipe = stage_class()
    recipe.setup(compositor())
    (result,) = recipe.process([Work("film", params, inputs, lambda attempt: 7 + attempt, scratch)])
    if not isinstance(result, ItemResult):
        raise result
    return result


def fresh(folder: Path) -> Path:
    """`folder`, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def memory() -> None:
    """Peak resident memory of one minute and of ten, each in a process of its own."""
    peaks = {minutes: peak_mib(minutes) for minutes in (1, 10)}
    print("\n| film | peak memory MiB |\n|---|---|")
    for minutes, peak in peaks.items():
        print(f"| {minutes} min | {peak:.0f} |")
    print(f"\nten minutes / one: {peaks[10] / peaks[1]:.2f}")


def peak_mib(minutes: int) -> float:
    """Peak of a film of `minutes`, ten seconds a scene."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "benchmarks.video", "long", name, str(minutes)]
        subprocess.run(command, capture_output=True, check=True)
        return float((Path(name) / "peak").read_text())


def long(folder: Path, minutes: int) -> None:
    """Join a film of `minutes`; leaves its process's peak memory in `folder`."""
    import resource

    frame = MEMORY_CLIPS.aspect.frame_px(MEMORY_CLIPS.short_side_px)
    story = story_inputs(folder / "in", texts=[SAID * 2] * (6 * minutes), duration_s=9.4, size=frame)
    program = "import sys, benchmarks.video as v; v.short_clips(v.Path(sys.argv[1]), int(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", program, str(folder), str(minutes)], check=True)
    inputs = {name: path for name, path in story.items() if name.partition("/")[0] not in ("title", "image")}
    for number, name in enumerate(clip_inputs(story), 1):
        same = folder / "clips" / (name if name in ("title", "end") else "01-02" if "-" in name else "01")
        found = {output: same / file for output, file in OUTPUTS.items() if (same / file).exists()}
        inputs |= {f"{output}/{number:02d}": path for output, path in found.items()}
    made(VideoNarratedStage, VideoNarratedParams(music=True), inputs, fresh(folder / "film"))
    (folder / "peak").write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def short_clips(folder: Path, minutes: int) -> None:
    """One clip of each kind of the story in `folder`, which stands for all of its kind."""
    story = story_inputs(
        folder / "in", [SAID * 2] * (6 * minutes), 9.4, MEMORY_CLIPS.aspect.frame_px(MEMORY_CLIPS.short_side_px)
    )
    for name, inputs in clip_inputs(story).items():
        if name in ("title", "01", "01-02", "end"):
            made(ClipStillStage, MEMORY_CLIPS, inputs, fresh(folder / "clips" / name))


LABELS = {
    "bare": "bare encode of the same frames",
    "clips": "ours: all clips, each decoded again and checked",
    "join": "ours: the film from its clips, with sound, subtitle files and all checks",
    "whole": "ours: both, a film from nothing",
    "edit": "ours: one scene of five changed",
    "moviepy": "MoviePy 2",
}
WAYS = {"bare": bare, "clips": clips, "join": join, "whole": whole, "edit": edit}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "long":
        long(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        cv2.setNumThreads(1)
        wall_s, spent_s = time.perf_counter(), time.process_time()
        WAYS[sys.argv[1]](Path(sys.argv[2]))
        print(time.perf_counter() - wall_s, time.process_time() - spent_s)
