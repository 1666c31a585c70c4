from __future__ import annotations

import pytest

from include.runtime.illustrator.pairing import Pair


@pytest.mark.parametrize("side", [-1, 1])
def test_host_and_guest_touch_and_both_fit(side: int) -> None:
    pair = Pair(host=1.0, guest=0.7, side=side)
    height = pair.fitted(500, 340)
    host, guest = pair.across(height, 360, 10)
    assert abs(host - guest) < height * 0.85
    for middle, half in ((host, height / 2), (guest, height * 0.35)):
        assert middle - half >= 9.99
        assert middle + half <= 350.01
    assert (guest - host) * side > 0
