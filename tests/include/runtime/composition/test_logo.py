"""A logo stands in its corner, over every frame, as opaque as it is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.media_limits import MediaLimits
from include.contract.values import Corner, LogoPlace
from include.runtime.composition.logo import logo_overlay
from include.runtime.composition.planes import Planes

FRAME = (426, 240)
LIMITS = MediaLimits()


def white(folder: Path, size: tuple[int, int] = (300, 100)) -> Path:
    """White on the left, nothing on the right."""
    picture = Image.new("RGBA", size, (255, 255, 255, 0))
    picture.paste((255, 255, 255, 255), (0, 0, size[0] // 2, size[1]))
    picture.save(folder / "logo.png")
    return folder / "logo.png"


def seen(path: Path, place: LogoPlace) -> Planes:
    planes = Planes.empty(*FRAME)
    for plane, value in zip(planes.each(), (16, 128, 128), strict=True):
        plane[:] = value
    logo_overlay(path, place, FRAME, LIMITS).blend(planes)
    return planes


@pytest.mark.parametrize("corner", list(Corner))
def test_it_stands_in_its_corner_within_the_frame(tmp_path: Path, corner: Corner) -> None:
    planes = seen(white(tmp_path), LogoPlace(corner=corner))
    rows, columns = np.nonzero(planes.y > 100)
    assert planes.y[int(np.median(rows)), int(np.median(columns))] == pytest.approx(235, abs=2)
    assert bool(rows.mean() < 120) is corner.value.startswith("top")
    assert bool(columns.mean() < 213) is corner.value.endswith("left")
    assert columns.max() - columns.min() + 1 == pytest.approx(26 * 3 / 2, abs=2)
    assert min(rows.min(), 239 - rows.max()) >= 9
    assert min(columns.min(), 425 - columns.max()) >= 9


@pytest.mark.parametrize("opacity", [0.25, 0.5, 1.0])
def test_it_is_as_opaque_as_it_is_asked_for(tmp_path: Path, opacity: float) -> None:
    assert int(seen(white(tmp_path), LogoPlace(opacity=opacity)).y.max()) == pytest.approx(16 + 219 * opacity, abs=2)


def test_one_without_transparency_is_a_rectangle(tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), "white").save(tmp_path / "logo.jpg")
    rows, columns = np.nonzero(seen(tmp_path / "logo.jpg", LogoPlace()).y > 200)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (26, 26)
