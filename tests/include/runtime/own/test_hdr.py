"""Colours of high dynamic range become a film's: as bright as they were, or just below white, and of their hue."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from include.runtime.own.hdr import PEAK_CD_M2, POINTS, WHITE_CD_M2, Hdr, sdr, write_table
from tests.include.runtime.own.films import PRIMARIES_709, PRIMARIES_2020, hlg, pq, to_xyz

Colours = NDArray[np.float64]
SIGNAL = {Hdr.PQ: pq, Hdr.HLG: hlg}


def greys(*light: float) -> Colours:
    return np.repeat(np.array(light)[:, None], 3, 1)


def shown(light: Colours, hdr: Hdr) -> Colours:
    """For so many cd/m² of BT.2020's red, green and blue."""
    return sdr(SIGNAL[hdr](light), hdr)


def from_709(light: Colours) -> Colours:
    return np.asarray(light @ np.linalg.solve(to_xyz(PRIMARIES_2020), to_xyz(PRIMARIES_709)).T)


@pytest.mark.parametrize("hdr", Hdr)
def test_what_a_film_of_standard_range_shows_is_shown_as_there(hdr: Hdr) -> None:
    # Reference white is its white (BT.2408), its display BT.1886's.
    light = (0.0, 0.5, 5.0, 26.0, 90.0)
    expected = [(each / 203) ** (1 / 2.4) for each in light]
    assert shown(greys(*light), hdr)[:, 1] == pytest.approx(expected, abs=0.002)
    colours = 203 * np.array([[0.6, 0.1, 0.1], [0.1, 0.4, 0.2], [0.05, 0.1, 0.4], [0.4, 0.25, 0.18]])
    assert shown(from_709(colours), hdr) == pytest.approx((colours / 203) ** (1 / 2.4), abs=0.03)
    assert shown(from_709(colours[1:]), hdr) == pytest.approx((colours[1:] / 203) ** (1 / 2.4), abs=0.004)


@pytest.mark.parametrize("hdr", Hdr)
def test_what_is_brighter_than_white_stays_below_it_and_can_be_told_apart(hdr: Hdr) -> None:
    levels = 219 * shown(greys(*np.geomspace(80, PEAK_CD_M2, 60)), hdr)[:, 0]
    assert (np.diff(levels) > 0).all()
    assert levels[-1] == pytest.approx(219, abs=0.1)
    assert 100 * shown(greys(WHITE_CD_M2), hdr)[0, 0] == pytest.approx(90.3, abs=0.2)
    # No step in how fast it rises: there the eye would see an edge.
    assert np.abs(np.diff(levels, 2)).max() < 0.35


def test_light_beyond_the_peak_is_white() -> None:
    assert shown(greys(4000, 10_000), Hdr.PQ) == pytest.approx(1.0)


@pytest.mark.parametrize("hdr", Hdr)
def test_hues_stay_however_bright(hdr: Hdr) -> None:
    skin = np.array([[0.57, 0.26, 0.14]])
    ratios = [shown(from_709(skin * light), hdr) ** 2.4 for light in (50, 200, 800)]
    for each in ratios:
        assert each / each.max() == pytest.approx(skin / skin.max(), abs=0.01)


@pytest.mark.parametrize("hdr", Hdr)
def test_colours_that_bt709_has_not_are_the_nearest_that_it_has(hdr: Hdr) -> None:
    found = shown(np.eye(3) * 100, hdr)
    assert (found.argmax(1) == (0, 1, 2)).all()
    assert (np.sort(found, 1)[:, :2] < 0.001).all()


@pytest.mark.parametrize("hdr", Hdr)
def test_the_table_is_the_function_at_its_points(hdr: Hdr, tmp_path: Path) -> None:
    path = tmp_path / "a.cube"
    write_table(hdr, path)
    head, *rows = path.read_text().splitlines()
    assert head == f"LUT_3D_SIZE {POINTS}"
    assert len(rows) == POINTS**3
    # Red runs fastest; libswscale's white is a little less than lut3d's.
    at = 40 + 32 * POINTS + 24 * POINTS**2
    signal = np.array([[40, 32, 24]]) / 64 * 65_535 / 65_280
    assert [float(each) for each in rows[at].split()] == pytest.approx(
        (sdr(signal, hdr) * 65_280 / 65_535)[0], abs=1e-5
    )
