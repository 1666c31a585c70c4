from __future__ import annotations

import numpy as np
import pytest

from include.runtime.illustrator.drawn import DRAWN, SIDE_PX, draw


@pytest.mark.parametrize("name", list(DRAWN))
def test_a_drawn_pictogram_fills_its_picture_and_has_free_corners(name: str) -> None:
    image = draw(name)
    pixels = image.toarray()
    assert 300 < image.width() <= SIDE_PX
    assert 300 < image.height() <= SIDE_PX
    alpha = pixels[..., 3]
    assert (alpha > 0).mean() > 0.4
    assert alpha[0, 0] == alpha[0, -1] == 0
    rows, columns = np.nonzero(alpha > 128)
    assert rows.max() > 0.97 * image.height()
    assert columns.max() - columns.min() > 0.9 * image.width()


@pytest.mark.parametrize("name", list(DRAWN))
def test_a_drawn_pictogram_is_always_the_same(name: str) -> None:
    assert np.array_equal(draw(name).toarray(), draw(name).toarray())


def test_a_fire_burns_behind_the_stove_s_door_alone() -> None:
    pixels = draw("stove").toarray().astype(int)
    blue, green, red = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    burning = (red - blue > 60) & (red > green)
    assert burning[194:402, 128:416].mean() > 0.3
    burning[176:420, 110:434] = False
    assert not burning.any()
