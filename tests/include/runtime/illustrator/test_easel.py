from __future__ import annotations

import numpy as np
import pytest

from include.runtime.illustrator.colours import Colour
from include.runtime.illustrator.easel import dice, polygon, smooth
from include.runtime.illustrator.mood import BLACK, WHITE
from tests.include.runtime.illustrator.parts import blank_easel

GREY = Colour(0.5, 0, 0)


def test_dice_fall_by_seed_and_purpose_alone() -> None:
    def first(seed: int, purpose: str) -> float:
        return dice(seed, purpose).random()

    assert first(1, "sky") == first(1, "sky")
    assert len({first(1, "sky"), first(2, "sky"), first(1, "sea")}) == 3


def test_film_dice_fall_alike_in_every_shot_and_shot_dice_do_not() -> None:
    (one, _), (other, _) = blank_easel(shot_seed=3), blank_easel(shot_seed=4)
    assert one.film_dice("hills").random() == other.film_dice("hills").random()
    assert one.shot_dice("hills").random() != other.shot_dice("hills").random()


@pytest.mark.parametrize("size", [(160, 90), (90, 160)])
def test_the_unit_is_the_shorter_side(size: tuple[int, int]) -> None:
    easel, _ = blank_easel(width=size[0], height=size[1])
    assert easel.unit == 90


def test_a_wash_covers_the_whole_width_between_its_edges_and_no_more() -> None:
    easel, pixels = blank_easel()
    easel.wash(easel.fill(GREY), 20, 40)
    assert (pixels[20:40, :, 3] == 255).all()
    assert not pixels[:20].any()
    assert not pixels[40:].any()
    easel.wash(easel.fill(GREY), 80)
    assert (pixels[80:, :, 3] == 255).all()


def test_a_fade_runs_from_its_first_colour_to_its_last() -> None:
    easel, pixels = blank_easel()
    easel.wash(easel.fade((0, 0), (0, 90), [(BLACK, 1), (WHITE, 1)]))
    rows = pixels[..., 0].mean(axis=1)
    assert rows[0] < 6
    assert rows[-1] > 249
    assert (np.diff(rows) > 0).all()


def test_a_glow_lightens_most_at_its_middle_and_nothing_beyond_its_radius() -> None:
    easel, pixels = blank_easel()
    easel.wash(easel.fill(GREY))
    before = pixels.copy()
    easel.glow((80, 45), 20, WHITE, 0.8)
    gain = pixels[..., 0].astype(int) - before[..., 0]
    assert gain[45, 80] > gain[45, 88] > gain[45, 94] > 0
    y, x = np.mgrid[:90, :160]
    assert not gain[np.hypot(x - 80, y - 45) > 22].any()


def test_an_oval_is_as_wide_and_high_as_told() -> None:
    easel, pixels = blank_easel()
    easel.oval((80, 45), 30, 10, easel.fill(GREY))
    rows, columns = np.nonzero(pixels[..., 3])
    assert (columns.min(), columns.max() + 1, rows.min(), rows.max() + 1) == (50, 110, 35, 55)


def test_what_is_moved_is_turned_and_scaled_and_the_canvas_comes_back() -> None:
    easel, pixels = blank_easel()
    with easel.moved(80, 45, scale=2, degrees=90):
        easel.oval((10, 0), 2, 2, easel.fill(GREY))
    rows, columns = np.nonzero(pixels[..., 3])
    assert (columns.mean(), rows.mean()) == (pytest.approx(79.5), pytest.approx(64.5))
    assert rows.max() - rows.min() + 1 == 8
    assert easel.canvas.getTotalMatrix().isIdentity()


def test_only_what_is_painted_inside_is_blurred() -> None:
    easel, pixels = blank_easel()
    with easel.blurred(3):
        easel.wash(easel.fill(GREY), 40, 50)
    easel.wash(easel.fill(GREY), 80)
    assert 0 < pixels[37, 80, 3] < 255
    assert not pixels[79].any()


def test_paths_are_laid_in_hundredths_of_a_pixel() -> None:
    points = [(0.123456, 1.0), (10.0, 1.98765), (5.0, 9.0)]
    assert [(round(p.fX, 4), round(p.fY, 4)) for p in polygon(points).getPoints()[:2]] == [(0.12, 1.0), (10.0, 1.99)]
    assert polygon(points).isLastContourClosed()
    assert not polygon(points, closed=False).isLastContourClosed()


def test_an_open_curve_starts_and_ends_at_its_points_and_a_closed_one_stays_within_them() -> None:
    points = [(0.0, 0.0), (40.0, 40.0), (80.0, 0.0), (120.0, 40.0)]
    way = smooth(points, closed=False)
    first, last = way.getPoint(0), way.getPoint(way.countPoints() - 1)
    assert ((first.fX, first.fY), (last.fX, last.fY)) == (points[0], points[-1])
    bounds = smooth([(0, 0), (80, 0), (80, 80), (0, 80)]).computeTightBounds()
    assert (bounds.left(), bounds.top(), bounds.right(), bounds.bottom()) == (0, 0, 80, 80)
    assert smooth(points).isLastContourClosed()
