"""The poster as a file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.runtime.composition.planes import RGB_TO_YUV, Planes
from include.runtime.composition.poster import write_poster
from include.runtime.labels.marks import source_in


def plain(colour: tuple[int, int, int]) -> Planes:
    """A frame of one colour."""
    y, u, v = cv2.transform(np.array([[colour]], np.uint8), RGB_TO_YUV)[0, 0]
    planes = Planes.empty(32, 16)
    for plane, level in zip(planes.each(), (y, u, v), strict=True):
        plane[:] = level
    return planes


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 60, 30), (20, 90, 210)])
def test_a_poster_has_the_colours_and_the_size_of_its_frame(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    path = tmp_path / "poster.jpg"
    write_poster(plain(colour), path, DigitalSource.ALGORITHMIC)
    with Image.open(path) as poster:
        assert (poster.format, poster.mode, poster.size) == ("JPEG", "RGB", (32, 16))
        assert np.abs(np.asarray(poster, int) - colour).max() <= 6


@pytest.mark.parametrize("source", DigitalSource)
def test_a_poster_says_what_made_its_film(tmp_path: Path, source: DigitalSource) -> None:
    write_poster(plain((200, 60, 30)), tmp_path / "poster.jpg", source)
    with Image.open(tmp_path / "poster.jpg") as poster:
        assert source_in(poster) is source
