from __future__ import annotations

import hashlib
import itertools

import pytest

from include.contract.values import Camera
from include.runtime.composition.camera import Move, plan_move

FRAME = (426, 240)
STILLS = {"the frame's shape": (426.0, 240.0), "wider": (639.0, 240.0), "taller": (426.0, 360.0)}
DIGESTS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(12)]


def move(
    size: tuple[float, float] = STILLS["the frame's shape"],
    digest: str = DIGESTS[0],
    length_s: float = 8.0,
    camera: Camera = Camera.GENTLE,
) -> Move:
    return plan_move(size, length_s, FRAME, camera, digest)


@pytest.mark.parametrize("camera", Camera)
@pytest.mark.parametrize("size", STILLS.values(), ids=STILLS.keys())
@pytest.mark.parametrize("length_s", [0.3, 8.0, 90.0])
def test_the_window_never_leaves_the_still(size: tuple[float, float], length_s: float, camera: Camera) -> None:
    for digest, step in itertools.product(DIGESTS, range(21)):
        window = move(size, digest, length_s, camera).at(step / 20)
        half_x, half_y = FRAME[0] / window.zoom / 2, FRAME[1] / window.zoom / 2
        assert half_x - 1e-6 <= window.centre_x <= size[0] - half_x + 1e-6
        assert half_y - 1e-6 <= window.centre_y <= size[1] - half_y + 1e-6


def speeds(camera: Camera, digest: str) -> list[float]:
    zooms = [move(digest=digest, length_s=3.0, camera=camera).at(step / 90).zoom for step in range(91)]
    return [after / before - 1 for before, after in itertools.pairwise(zooms)]


def test_a_move_is_slow_never_stands_still_and_never_turns_back() -> None:
    for digest in DIGESTS:
        steps = speeds(Camera.GENTLE, digest)
        assert max(map(abs, steps)) * 30 < 0.03
        assert all(step > 0 for step in steps) or all(step < 0 for step in steps)


def test_a_lively_camera_is_faster_and_none_stands_still() -> None:
    gentle, lively = (sum(map(abs, speeds(camera, DIGESTS[1]))) for camera in (Camera.GENTLE, Camera.LIVELY))
    assert 1.8 * gentle < lively < 3 * gentle
    assert set(speeds(Camera.NONE, DIGESTS[1])) == {0.0}


def test_the_picture_decides_and_nothing_else() -> None:
    assert move() == move()
    assert len({repr(move(digest=digest)) for digest in DIGESTS}) > 6
