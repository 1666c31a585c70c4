"""The film's frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.params import VideoNarratedParams
from include.contract.values import Aspect
from include.runtime.composition.film import Film
from include.runtime.composition.planes import Planes
from include.runtime.composition.story import read_story
from include.runtime.composition.timeline import Timeline, lay_out
from include.runtime.media.typesetting import Typesetter
from tests.include.runtime.composition.media import fonts, story_inputs

GREYS = (70, 180)
"""Of the two scenes' pictures."""


def film(folder: Path, closing_text: str = "") -> tuple[Film, Timeline, Planes]:
    """Two plain scenes of a second each, after a title card of a second, at ten frames a second."""
    inputs = story_inputs(folder, duration_s=1.0)
    for number, grey in enumerate(GREYS, start=1):
        Image.new("RGB", (426, 240), (grey, grey, grey)).save(inputs[f"image/{number:02d}"])
    params = VideoNarratedParams(
        short_side_px=240, fps=10, title_card_s=1.0, scene_pause_s=0.4, closing_text=closing_text
    )
    timeline = lay_out([1.0, 1.0], 1.0, 0.4, 10, 2.0 if closing_text else 0.0)
    typesetter = Typesetter(fonts(), "en", 700)
    frame = Aspect.WIDE.frame_px(240)
    return Film(read_story(inputs), timeline, params, None, typesetter, seed=1), timeline, Planes.empty(*frame)


def corners(folder: Path, closing_text: str = "") -> list[float]:
    """How light each frame is where no title ever stands."""
    painted, timeline, planes = film(folder, closing_text)
    found = []
    for index in range(timeline.frame_count):
        painted.paint(index, planes)
        found.append(float(np.median(planes.y[:24, :24])))
    return found


def luma(grey: int) -> float:
    return 16 + grey * 219 / 255


def test_each_scene_shows_its_own_picture_and_the_card_a_darker_one(tmp_path: Path) -> None:
    found = corners(tmp_path)
    title, first, second = found[2], found[16], found[28]
    assert title < first
    assert first == pytest.approx(luma(GREYS[0]), abs=3)
    assert second == pytest.approx(luma(GREYS[1]), abs=3)


def test_one_scene_fades_into_the_next_and_the_film_into_black(tmp_path: Path) -> None:
    found = corners(tmp_path)
    between = found[18:28]
    assert between == sorted(between)
    assert any(luma(GREYS[0]) + 10 < level < luma(GREYS[1]) - 10 for level in between)
    ending = found[-5:]
    assert ending == sorted(ending, reverse=True)
    assert ending[-1] == pytest.approx(16, abs=3)


def test_a_closing_card_is_a_dark_picture_with_its_words(tmp_path: Path) -> None:
    painted, timeline, planes = film(tmp_path, "THE END")
    closing = timeline.shots[-1]
    for index in range(timeline.frame_count - timeline.end_fade_frames):
        painted.paint(index, planes)
    assert closing.first_frame < timeline.frame_count - timeline.end_fade_frames
    assert np.median(planes.y[:24, :24]) < luma(GREYS[1]) - 20
    assert planes.y[80:160].max() > luma(GREYS[1])
