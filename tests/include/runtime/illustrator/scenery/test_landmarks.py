from __future__ import annotations

import numpy as np
import pytest

from include.runtime.illustrator.scenery.landmarks import paint_landmark
from include.runtime.illustrator.settings import Landmark
from tests.include.runtime.illustrator.scenery.painting import Pixels, apart, sheet


def stood(landmark: Landmark, film_seed: int = 1, shot_seed: int = 1) -> Pixels:
    return sheet(lambda easel: paint_landmark(easel, landmark, (80, 78), 60), film_seed=film_seed, shot_seed=shot_seed)


def test_every_landmark_is_painted_and_no_two_look_alike() -> None:
    pictures = [stood(landmark) for landmark in Landmark]
    for index, one in enumerate(pictures):
        assert all(apart(one, other) > 4 for other in pictures[:index])


@pytest.mark.parametrize("landmark", [Landmark.CASTLE, Landmark.VILLAGE, Landmark.MILL, Landmark.ISLAND])
def test_a_landmark_is_built_alike_in_every_shot_of_a_film_and_otherwise_in_another(landmark: Landmark) -> None:
    def shape(film_seed: int, shot_seed: int) -> object:
        return stood(landmark, film_seed, shot_seed)[..., 3]

    assert np.array_equal(shape(1, 1), shape(1, 2))
    assert not np.array_equal(shape(1, 1), shape(2, 1))
