"""A corner that is followed tells an even move from one that goes by whole pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from benchmarks.films import draw
from benchmarks.smoothness import second_differences

FRAME = (480, 360)
FRAMES = 40
PX_A_FRAME = 0.3125
"""OpenCV moves pictures by 32nds of a pixel."""


def panned(folder: Path, way: Callable[[int], float]) -> Path:
    """A film without loss, in which a picture goes to the left by as much as `way` says of a frame's number."""
    draw(folder / "still.png", FRAME, 3)
    still = cv2.imread(str(folder / "still.png"))
    with av.open(str(folder / "film.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"qp": "0", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *FRAME, "yuv444p"
        for index in range(FRAMES):
            move = np.array([[1, 0, -way(index)], [0, 1, 0]], np.float64)
            moved = cv2.warpAffine(still, move, FRAME, borderMode=cv2.BORDER_REPLICATE)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="bgr24")))
        container.mux(stream.encode())
    return folder / "film.mp4"


STRETCHES = [range(2, 18), range(20, FRAMES)]


def test_an_even_move_has_hardly_any(tmp_path: Path) -> None:
    found = second_differences(panned(tmp_path, lambda index: PX_A_FRAME * index), STRETCHES)
    assert len(found) == 14 + 18
    assert found.max() < 0.03


def test_whole_pixels_are_told(tmp_path: Path) -> None:
    places = [round(PX_A_FRAME * index) for index in range(FRAMES)]
    found = second_differences(panned(tmp_path, places.__getitem__), STRETCHES)
    jolts = np.concatenate([np.abs(np.diff(places[each.start : each.stop], 2)) for each in STRETCHES])
    assert np.abs(found - jolts).max() < 0.03


def test_a_film_that_is_too_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ends too early: frames up to 59 were expected"):
        second_differences(panned(tmp_path, float), [range(10), range(30, 60)])
