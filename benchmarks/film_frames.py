"""The finished frames of the film that is measured, in a file: for encoders alone, and to compare films with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from benchmarks.films import built_in, story_in
from include.contract.labels import Labelling
from include.contract.params import ClipStillParams
from include.contract.values import Aspect
from include.runtime.composition.clip_inputs import read_clip
from include.runtime.composition.encoder import add_video_stream, planes_of
from include.runtime.composition.film import pictures_of
from include.runtime.composition.planes import Planes
from include.runtime.composition.stills import Stills
from include.runtime.composition.typefaces import typesetter_of
from tests.include.runtime.composition.media import clip_inputs

PARAMS = ClipStillParams(aspect=Aspect.UPRIGHT, short_side_px=1080, fps=30, label=Labelling.NONE)
FRAME = PARAMS.aspect.frame_px(PARAMS.short_side_px)
FRAMES_FILE = "frames.y4m"
_HEAD = f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F{PARAMS.fps}:1 Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED\n".encode()
_FRAME_HEAD = b"FRAME\n"


def lay_out_frames(folder: Path) -> None:
    """Write all frames of the story in `folder / "scenes"`, of which the system keeps in memory what it can."""
    with (folder / FRAMES_FILE).open("wb") as frames:
        frames.write(_HEAD)
        for planes in painted(folder):
            frames.write(_FRAME_HEAD + b"".join(plane.tobytes() for plane in planes.each()))


def painted(folder: Path) -> Iterator[Planes]:
    """Every frame of the film, always in the same memory."""
    planes, stills = Planes.empty(*FRAME), Stills()
    typesetter = typesetter_of(built_in("builtin/compositor"), PARAMS.language)
    for inputs in clip_inputs(story_in(folder / "scenes")).values():
        pictures = pictures_of(read_clip(inputs, PARAMS), PARAMS, typesetter, stills)
        for index in range(pictures.frames):
            pictures.paint(index, planes)
            yield planes


def raw_frames(folder: Path) -> np.ndarray:
    """The frames that `lay_out_frames` left, a row each."""
    width, height = FRAME
    frames = np.memmap(folder / FRAMES_FILE, np.uint8, "r", offset=len(_HEAD))
    return frames.reshape(-1, len(_FRAME_HEAD) + height * width * 3 // 2)[:, len(_FRAME_HEAD) :]


def bare(folder: Path) -> None:
    """Our encoder alone."""
    with av.open(str(folder / "bare.mp4"), "w") as container:
        stream = add_video_stream(container, FRAME, PARAMS.fps)
        for index, pixels in enumerate(raw_frames(folder)):
            picture = av.VideoFrame(*FRAME, "yuv420p")
            copy_into(planes_of(picture), pixels)
            picture.pts = index
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


def bare_pinned(folder: Path) -> None:
    """The same on one processor."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    bare(folder)


def copy_into(planes: Planes, pixels: np.ndarray) -> None:
    """Fill `planes` from one frame of the file."""
    start = 0
    for plane in planes.each():
        plane[:] = pixels[start : start + plane.size].reshape(plane.shape)
        start += plane.size
