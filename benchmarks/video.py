"""`video.narrated` against a bare encode of the same frames and against MoviePy 2, in turns; and memory over length.

Five 1080×1920 stills with voices, 20 s at 30 fps, the same encoder settings. Every timing is of a process of its own;
processor seconds compare fairly on a machine that does other things too, wall seconds only on an idle one.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import cv2
import numpy as np

from include.contract.params import VideoNarratedParams
from include.contract.values import Aspect
from include.runtime.composition.captions import Captions
from include.runtime.composition.encoder import (
    CRF,
    GOP_S,
    PRESET,
    X264_THREADS,
    add_video_stream,
    planes_of,
    write_film,
)
from include.runtime.composition.film import Film
from include.runtime.composition.planes import Planes
from include.runtime.composition.soundtrack import Soundtrack
from include.runtime.composition.story import FilmInputs, read_story
from include.runtime.composition.subtitles import make_cues
from include.runtime.composition.timeline import CROSSFADE_S, Timeline, lay_out
from include.runtime.media.loudness import gain_towards, limited
from include.runtime.media.typesetting import Typesetter
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.video_narrated import WEIGHT, VideoNarratedStage
from tests.include.runtime.composition.media import compositor, fonts, story_inputs

ROUNDS = 3
PARAMS = VideoNarratedParams(aspect=Aspect.UPRIGHT, short_side_px=1080, fps=30)
FRAME = PARAMS.aspect.frame_px(PARAMS.short_side_px)
SCENES, SPEECH_S = 5, 2.9
SAID = ["Honey never spoils, not in a thousand years.", "It holds too little water for that."]
MOVIEPY = Path(".venv/bench/bin/python")
MEMORY_PARAMS = VideoNarratedParams(short_side_px=480, fps=30, music=True)


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        speed(folder)
    memory()


def prepare(folder: Path) -> None:
    """The story's files, and the frames that the bare encode gets."""
    inputs = story_inputs(folder, texts=[SAID] * SCENES, duration_s=SPEECH_S, size=FRAME)
    for number in range(1, SCENES + 1):
        detailed_still(inputs[f"image/{number:02d}"], number)
    story, timeline, film = opened(folder)
    planes = Planes.empty(*FRAME)
    with (folder / "frames.yuv").open("wb") as frames:
        for index in range(timeline.frame_count):
            film.paint(index, planes)
            frames.write(b"".join(plane.tobytes() for plane in planes.each()))
    (folder / "moviepy.json").write_text(json.dumps(moviepy_job(folder, story, timeline)), encoding="utf-8")


def detailed_still(path: Path, seed: int) -> None:
    """A photo-like still: clouds of every size from the whole picture down to grain."""
    chance, (width, height) = np.random.default_rng(seed), FRAME
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (3, 9, 27, 81, 243, 729):
        noise = chance.normal(size=(cells * height // width, cells, 3)).astype(np.float32)
        picture += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC) / cells**0.8
    low, high = np.quantile(picture, (0.01, 0.99))
    cv2.imwrite(str(path), np.clip((picture - low) / (high - low) * 255, 0, 255).astype(np.uint8))


def opened(folder: Path) -> tuple[FilmInputs, Timeline, Film]:
    """The film, ready to be painted."""
    story = read_story(inputs_in(folder))
    speech_s = [scene.speech_s for scene in story.scenes]
    timeline = lay_out(speech_s, PARAMS.title_card_s, PARAMS.scene_pause_s, PARAMS.fps)
    typesetter = Typesetter(fonts(), PARAMS.language, WEIGHT)
    captions = Captions(
        make_cues(story.scenes, timeline, PARAMS.aspect, PARAMS.language), typesetter, FRAME, PARAMS.aspect
    )
    return story, timeline, Film(story, timeline, PARAMS, captions, typesetter, seed=7)


def inputs_in(folder: Path) -> dict[str, Path]:
    """The recipe's inputs that `prepare` left in `folder`."""
    parts = [("image", "png"), ("speech", "wav"), ("timing", "json")]
    numbers = [f"{number:02d}" for number in range(1, SCENES + 1)]
    named = {f"{kind}/{number}": folder / f"{number}.{suffix}" for kind, suffix in parts for number in numbers}
    return {"title": folder / "title.txt", "digital_source": folder / "source.txt", **named}


def moviepy_job(folder: Path, story: FilmInputs, timeline: Timeline) -> dict[str, object]:
    """What `moviepy_film.py` is told; its first still also stands where the title card does."""
    cues = make_cues(story.scenes, timeline, PARAMS.aspect, PARAMS.language)
    scenes = [
        {
            "image": str(scene.image),
            "speech": str(scene.speech),
            "speech_start_s": times.start_s,
            "start_s": max(0.0, times.start_s - CROSSFADE_S) if number else 0.0,
            "end_s": times.end_s,
        }
        for number, (scene, times) in enumerate(zip(story.scenes, timeline.scenes, strict=True))
    ]
    title = {"text": story.title, "start_s": 0.0, "end_s": PARAMS.title_card_s}
    said = [{"text": "\n".join(cue.lines), "start_s": cue.start_s, "end_s": cue.end_s} for cue in cues]
    encoder = {"preset": PRESET, "crf": CRF, "gop": GOP_S * PARAMS.fps, "threads": X264_THREADS}
    film = {"frame": FRAME, "fps": PARAMS.fps, "duration_s": timeline.duration_s, "fade_s": CROSSFADE_S}
    out = {"out": str(folder / "moviepy.mp4"), "font": str(fonts()["latin"])}
    return {"scenes": scenes, "cues": [title, *said], **encoder, **film, **out}


def speed(folder: Path) -> None:
    """Run all ways in turns and print medians, and medians of each round's ratios to the bare encode."""
    ways = ["bare", "write", "stage", *(["moviepy"] if MOVIEPY.exists() else [])]
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


def write(folder: Path) -> None:
    """Pictures, camera, text and sound into an MP4: what MoviePy does too."""
    story, timeline, film = opened(folder)
    track = Soundtrack(story.scenes, timeline, None)
    gain_db = gain_towards(PARAMS.loudness_lufs, track.blocks)
    write_film(folder / "ours.mp4", timeline, FRAME, film.paint, limited(track.blocks(), gain_db), comment="")


def stage(folder: Path, params: VideoNarratedParams = PARAMS, inputs: dict[str, Path] | None = None) -> None:
    """The whole recipe: also subtitle files, poster, and every file opened again and checked."""
    recipe = VideoNarratedStage()
    recipe.setup(compositor())
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        work = Work("film", params, inputs or inputs_in(folder), lambda attempt: 7 + attempt, Path(scratch))
        (result,) = recipe.process([work])
        if not isinstance(result, ItemResult):
            raise result


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
    """A film of `minutes`; leaves its process's peak memory in `folder`."""
    import resource

    frame = MEMORY_PARAMS.aspect.frame_px(MEMORY_PARAMS.short_side_px)
    inputs = story_inputs(folder, texts=[SAID * 2] * (6 * minutes), duration_s=9.4, size=frame)
    stage(folder, MEMORY_PARAMS, dict(inputs))
    (folder / "peak").write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


LABELS = {
    "bare": "bare encode of the same frames",
    "write": "ours: pictures, camera, text, sound, MP4",
    "stage": "ours: the whole stage, with poster, subtitle files and all checks",
    "moviepy": "MoviePy 2",
}
WAYS = {"bare": bare, "write": write, "stage": stage}

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
