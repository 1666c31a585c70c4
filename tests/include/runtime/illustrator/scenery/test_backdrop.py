from __future__ import annotations

import numpy as np
import pytest
import skia
from numpy.typing import NDArray

from include.contract.look import Light, Palette
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import mood_of
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.planning import PicturePlan, Source
from include.runtime.illustrator.scenery.backdrop import PAINTERS, landmark_foot, paint_place
from include.runtime.illustrator.settings import SHORES, Angle, Distance, Landmark, Setting, Weather

FRAMES = ((128, 72), (72, 128), (90, 90))


def painted(
    setting: Setting,
    *,
    landmark: Landmark | None = None,
    frame: tuple[int, int] = FRAMES[0],
    seed: int = 3,
    side: int = 1,
    light: Light = Light.DAY,
    weather: Weather | None = None,
) -> NDArray[np.uint8]:
    width, height = frame
    horizon = height * 0.54
    scene = Composition(width, height, horizon, side=side, pivot=(width / 2, horizon))
    if setting in SHORES:
        scene.shore = horizon + (height - horizon) * SHORES[setting]
    pixels = np.zeros((height, width, 4), np.uint8)
    surface = skia.Surface(pixels)
    easel = Easel(surface.getCanvas(), width, height, mood_of(Palette.MEADOW, light), 11, seed)
    plan = PicturePlan(setting, landmark, light, weather, Source.PROMPT, (), Distance.WIDE, Angle.EYE)
    paint_place(easel, plan, scene)
    surface.flushAndSubmit()
    return pixels[..., :3]


def apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def test_every_place_outdoors_has_a_painter() -> None:
    assert set(PAINTERS) == {one for one in Setting if not one.indoors and one is not Setting.PAGE}
    assert len(PAINTERS) + len(Landmark) >= 40


@pytest.mark.parametrize("setting", list(PAINTERS))
def test_a_place_covers_the_frame_and_is_the_same_for_the_same_seed(setting: Setting) -> None:
    for frame in FRAMES:
        picture = painted(setting, frame=frame)
        assert picture.std() > 8
        assert np.count_nonzero(picture.max(axis=2) == 0) < 0.25 * picture[..., 0].size
    assert np.array_equal(painted(setting), painted(setting))


def test_no_two_places_look_alike() -> None:
    pictures = {setting: painted(setting) for setting in PAINTERS}
    for setting, picture in pictures.items():
        assert all(apart(picture, other) > 2 for name, other in pictures.items() if name is not setting), setting


@pytest.mark.parametrize("setting", list(PAINTERS))
def test_another_seed_and_another_side_show(setting: Setting) -> None:
    assert apart(painted(setting), painted(setting, seed=4)) > 0.4
    assert apart(painted(setting, light=Light.NIGHT), painted(setting, weather=Weather.MIST)) > 0.4


@pytest.mark.parametrize("landmark", list(Landmark))
def test_a_landmark_is_seen_whole_and_stands_on_its_side(landmark: Landmark) -> None:
    for frame in FRAMES:
        for side in (-1, 1):
            bare = painted(landmark.home, frame=frame, side=side)
            change = np.abs(painted(landmark.home, landmark=landmark, frame=frame, side=side).astype(int) - bare)
            at_foot = change[int(frame[1] * 0.46) : int(frame[1] * 0.6)]
            middle = np.average(np.arange(frame[0]), weights=at_foot.sum(axis=(0, 2)))
            assert change.mean() > 0.7
            assert (middle - frame[0] / 2) * side > 0
            assert change[0].sum() == 0 or landmark is Landmark.VOLCANO


def test_a_landmark_stands_on_the_far_shore_of_a_lake_and_on_the_dark_ridge_at_night() -> None:
    easel = Easel(skia.Surface(8, 8).getCanvas(), 128, 72, mood_of(Palette.MEADOW, Light.DAY), 1, 1)
    scene = Composition(128, 72, 36, shore=60)
    assert landmark_foot(easel, Setting.LAKE, scene)[1] == pytest.approx(38.4)
    assert landmark_foot(easel, Setting.NIGHT_SKY, scene)[1] > 60
