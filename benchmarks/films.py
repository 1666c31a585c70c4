"""What benchmarks of films make films of: photo-like pictures, and texts that the built-in English voice speaks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from pydantic import BaseModel

from include.contract.digital_source import DigitalSource
from include.contract.params import ClipStillParams, SpeechNarrationParams, VideoNarratedParams
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, ModelFiles, Stage, Work
from include.runtime.stages.clip_still import ClipStillStage
from include.runtime.stages.video_narrated import VideoNarratedStage
from tests.include.runtime.composition.media import clip_inputs

SAID = (
    "Honey never spoils, not in a thousand years.",
    "It holds too little water for anything to grow.",
    "Bees fan it with their wings until it is thick.",
    "They add an acid that no germ can live with.",
    "So a sealed jar outlasts whoever filled it.",
)
"""Of about three seconds each."""
TITLE = "Why honey never spoils"
_SUFFIXES = {"image": "png", "speech": "wav", "timing": "json"}


def lay_out(folder: Path, frame: tuple[int, int], said: Collection[str] = SAID) -> None:
    """Draw and speak a scene for each text in `folder`, which is made."""
    # What is timed finds the scenes there, and loads no voices.
    from include.runtime.stages.speech_narration import SpeechNarrationStage

    folder.mkdir(parents=True)
    (folder / "title.txt").write_text(TITLE)
    (folder / "source.txt").write_text(DigitalSource.ALGORITHMIC)
    stage = SpeechNarrationStage()
    stage.setup(built_in("builtin/voices"))
    for number, text in enumerate(said):
        draw(folder / f"{number}.png", frame, number)
        told = folder / f"{number}.txt"
        told.write_text(text)
        work = Work("x", SpeechNarrationParams(), {"narration": told}, lambda attempt: attempt, fresh(folder / "made"))
        for output in stage.make_item(work).outputs:
            shutil.move(output.path, folder / f"{number}.{_SUFFIXES[output.name]}")
    stage.teardown()


def draw(path: Path, frame: tuple[int, int], seed: int) -> None:
    """A photo-like still: clouds of every size from the whole picture down to grain, and a mark to follow."""
    chance, (width, height) = np.random.default_rng(seed), frame
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (3, 9, 27, 81, 243, 729):
        noise = chance.normal(size=(cells * height // width, cells, 3)).astype(np.float32)
        layer = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
        picture += np.asarray(layer, np.float32) / cells**0.8
    low, high = np.quantile(picture, (0.01, 0.99))
    drawn = np.clip((picture - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    mark(drawn)
    cv2.imwrite(str(path), drawn)


def mark(picture: np.ndarray) -> None:
    """Draw two dark and two light squares that meet in a corner, up on the left."""
    side = picture.shape[1] // 24
    top, left = picture.shape[0] * 3 // 10, picture.shape[1] * 3 // 10
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        shade = 40 if row == column else 215
        picture[top + (row - 1) * side : top + row * side, left + (column - 1) * side : left + column * side] = shade


def built_in(name: str) -> ModelFiles:
    """The files of a built-in model."""
    models = registry()
    return located(models.identity(name), models)


def story_in(folder: Path, scenes: int = len(SAID)) -> dict[str, Path]:
    """The inputs of a story of `scenes`, those that were laid out in `folder` over and over."""
    drawn = len(list(folder.glob("*.png")))
    parts = {
        f"{kind}/{number + 1:03d}": folder / f"{number % drawn}.{suffix}"
        for kind, suffix in _SUFFIXES.items()
        for number in range(scenes)
    }
    return {"title": folder / "title.txt", "digital_source": folder / "source.txt", **parts}


def make_clips(story: Mapping[str, Path], folder: Path, params: ClipStillParams, only: Collection[str] = ()) -> None:
    """All clips of `story`, or `only` these, each in a folder of its own below `folder`; one on each processor."""
    stage = ClipStillStage()
    stage.setup(built_in("builtin/compositor"))
    wanted = [(name, inputs) for name, inputs in clip_inputs(story).items() if not only or name in only]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        list(threads.map(lambda each: made(stage, params, each[1], fresh(folder / each[0])), wanted))


def join_film(story: Mapping[str, Path], clips: Mapping[str, Path], folder: Path, music: bool = False) -> ItemResult:
    """The film of `story` in `folder`: copied pictures, sound, subtitle files, checks.

    :param clips: the folder of each clip, by its name, in order.
    """
    stage = VideoNarratedStage()
    stage.setup(built_in("builtin/compositor"))
    return made(stage, VideoNarratedParams(music=music), film_inputs(story, clips), fresh(folder))


def film_inputs(story: Mapping[str, Path], clips: Mapping[str, Path]) -> dict[str, Path]:
    """What the film reads of `story` and of the folders of its clips."""
    inputs = {name: path for name, path in story.items() if name.partition("/")[0] not in ("title", "image")}
    for number, folder in enumerate(clips.values(), 1):
        inputs |= {f"{path.stem}/{number:03d}": path for path in sorted(folder.iterdir())}
    return inputs


def made(stage: Stage, params: BaseModel, inputs: Mapping[str, Path], scratch: Path) -> ItemResult:
    """One item, left in `scratch`."""
    (result,) = stage.process([Work("film", params, inputs, lambda attempt: 7 + attempt, scratch)])
    if not isinstance(result, ItemResult):
        raise result
    return result


def fresh(folder: Path) -> Path:
    """`folder`, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
