from __future__ import annotations

import itertools

import pytest

from include.runtime.composition.camera import Move, plan_moves

FRAME = (426, 240)
STILLS = {"the frame's shape": (426.0, 240.0), "wider": (639.0, 240.0), "taller": (426.0, 360.0)}


def moves(size: tuple[float, float], seed: int, duration_s: float = 8.0, count: int = 4) -> list[Move]:
    return plan_moves([size] * count, [duration_s] * count, FRAME, seed)


@pytest.mark.parametrize("size", STILLS.values(), ids=STILLS.keys())
@pytest.mark.parametrize("duration_s", [0.3, 8.0, 90.0])
def test_the_window_never_leaves_the_still(size: tuple[float, float], duration_s: float) -> None:
    for seed, step in itertools.product(range(12), range(21)):
        for move in moves(size, seed, duration_s):
            window = move.at(step / 20)
            half_x, half_y = FRAME[0] / window.zoom / 2, FRAME[1] / window.zoom / 2
            assert half_x - 1e-6 <= window.centre_x <= size[0] - half_x + 1e-6
            assert half_y - 1e-6 <= window.centre_y <= size[1] - half_y + 1e-6


def test_a_move_is_slow_never_stands_still_and_never_turns_back() -> None:
    for move in moves(STILLS["the frame's shape"], seed=3):
        zooms = [move.at(step / 240).zoom for step in range(241)]
        steps = [after / before - 1 for before, after in itertools.pairwise(zooms)]
        assert max(map(abs, steps)) * 30 < 0.03
        assert all(step > 0 for step in steps) or all(step < 0 for step in steps)


def test_neighbours_move_differently_and_the_seed_decides() -> None:
    planned = moves(STILLS["the frame's shape"], seed=5)
    directions = [move.end.zoom > move.start.zoom for move in planned]
    assert all(first != second for first, second in itertools.pairwise(directions))
    assert planned == moves(STILLS["the frame's shape"], seed=5)
    assert len({repr(moves(STILLS["the frame's shape"], seed)) for seed in range(8)}) > 4
