from __future__ import annotations

import numpy as np

from include.runtime.illustrator.finish import add_grain, deepen


def test_contrast_grows_without_losing_order_or_ends() -> None:
    levels = np.arange(256, dtype=np.uint8)
    deeper = deepen(levels).astype(int)
    assert deeper[0] == 0
    assert deeper[255] == 255
    assert (np.diff(deeper) >= 0).all()
    assert deeper[190] > 190
    assert deeper[60] < 60


def test_grain_is_the_same_in_all_pictures_of_a_film_and_keeps_the_brightness() -> None:
    grey = np.full((300, 400, 3), 128, np.uint8)
    one = add_grain(grey, 5)
    assert np.array_equal(one, add_grain(grey, 5))
    assert not np.array_equal(one, add_grain(grey, 6))
    assert abs(float(one.mean()) - 128) < 0.5
