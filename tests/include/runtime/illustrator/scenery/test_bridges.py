from __future__ import annotations

import numpy as np

from include.runtime.illustrator.scenery.bridges import paint_bridge
from include.runtime.illustrator.settings import Setting
from tests.include.runtime.illustrator.scenery.painting import HEIGHT, HORIZON, blue, green, place, shore_of

SHORE = shore_of(Setting.BRIDGE)
COAST = HORIZON + (SHORE - HORIZON) * 0.14
FOOT = round(COAST + (SHORE - COAST) * 0.34)


def test_a_bridge_stands_on_piers_with_water_under_its_arches() -> None:
    for seed in range(5):
        pixels = place(paint_bridge, shore=SHORE, shot_seed=seed)
        stone = (pixels[..., 0] >= pixels[..., 2])[FOOT - 2]
        edges = np.count_nonzero(np.diff(stone.astype(int)) == 1)
        assert 3 <= edges <= 8, seed
        assert 0.1 < stone.mean() < 0.7, seed


def test_its_deck_runs_from_edge_to_edge() -> None:
    for seed in range(5):
        pixels = place(paint_bridge, shore=SHORE, shot_seed=seed)
        stone = (pixels[..., 0] > pixels[..., 2] + 5) & (pixels[..., 0] > pixels[..., 1])
        assert stone[FOOT - 26 : FOOT - 5].any(axis=0).mean() > 0.97, seed


def test_before_it_lie_water_and_a_grassy_shore() -> None:
    pixels = place(paint_bridge, shore=SHORE)
    assert blue(pixels)[round(SHORE) - 8 : round(SHORE) - 3].mean() > 0.6
    assert green(pixels)[HEIGHT - 8 :].mean() > 0.8
