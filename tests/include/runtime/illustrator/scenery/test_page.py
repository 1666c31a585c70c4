from __future__ import annotations

import numpy as np

from include.runtime.illustrator.easel import Point
from include.runtime.illustrator.scenery.page import paint_links, paint_page, paper_colour
from tests.include.runtime.illustrator.parts import blank_easel
from tests.include.runtime.illustrator.scenery.painting import apart, covered, sheet

CENTRES: list[Point] = [(45, 45), (120, 45)]
RADII = [16.0, 14.0]


def test_a_page_is_light_paper_with_a_cut_out_behind_each_thing() -> None:
    easel, _ = blank_easel()
    paper = np.array([round(part * 255) for part in paper_colour(easel).rgb])
    assert paper.min() > 200
    empty = sheet(lambda easel: paint_page(easel, [], []))
    full = sheet(lambda easel: paint_page(easel, CENTRES, RADII))
    assert covered(full).all()
    change = np.abs(full - empty).sum(axis=2) > 30
    y, x = np.mgrid[:90, :160]
    for (cx, cy), radius in zip(CENTRES, RADII, strict=True):
        assert change[np.hypot(x - cx, y - cy) < radius * 0.9].mean() > 0.95
    near = np.min([np.hypot(x - cx, y - cy) - radius for (cx, cy), radius in zip(CENTRES, RADII, strict=True)], axis=0)
    assert not change[near > 12].any()


def test_another_shot_is_cut_otherwise() -> None:
    one, same, other = (sheet(lambda easel: paint_page(easel, CENTRES, RADII), shot_seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert apart(one, other) > 0.5


def test_an_arrow_leads_from_one_thing_to_the_next_and_no_mark_touches_them() -> None:
    alone, linked = (sheet(lambda easel, n=n: paint_links(easel, CENTRES[:n], RADII[:n])) for n in (1, 2))
    mask = covered(linked)
    assert mask[30:60, 64:104].sum() > 20
    y, x = np.mgrid[:90, :160]
    for (cx, cy), radius in zip(CENTRES, RADII, strict=True):
        assert not mask[np.hypot(x - cx, y - cy) < radius].any()
    assert covered(alone).any()


def test_things_that_touch_are_not_linked() -> None:
    close: list[Point] = [(70, 45), (98, 45)]
    mask = covered(sheet(lambda easel: paint_links(easel, close, [14.0, 14.0])))
    assert not mask[40:50, 60:108].any()
