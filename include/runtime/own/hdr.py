"""Colours of high dynamic range (ITU-R BT.2100) as those of a film: a table in three dimensions, for FFmpeg's `lut3d`.

What is no brighter than 91 cd/m² is shown as ITU-R BT.2408 has it: its reference white, of 203 cd/m², is the film's.
What is brighter is brought below that white by the curve of ITU-R BT.2390, which takes 203 cd/m² to 90 % of the signal,
and 1000 to all of it. The curve is that of the largest of red, green and blue, so that hues stay. Colours that BT.709
has stay as they are; of others, what would be negative is nothing.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.float64]
"""Red, green and blue in the last dimension."""

WHITE_CD_M2 = 203.0
"""Reference white, after BT.2408."""
PEAK_CD_M2 = 1000.0
"""The brightest light that is told from others: that of HLG, after BT.2100, and of most films in PQ."""
POINTS = 65
"""Of the table, along each side."""
_FULL = 65_535 / 65_280
"""libswscale's R'G'B' of 16 bits is that of 8 with a fraction: its white is 255 * 256, where `lut3d` has 65,535."""

_M1, _M2 = 2610 / 16_384, 2523 / 32
_C1, _C2, _C3 = 3424 / 4096, 2413 / 128, 2392 / 128
"""Of SMPTE ST 2084."""
_A = 0.17883277
_B, _C = 1 - 4 * _A, 0.5 - _A * float(np.log(4 * _A))
"""Of HLG, after BT.2100."""
_LUMINANCE = np.array([0.2627, 0.6780, 0.0593])
"""Of BT.2020's primaries."""
BT2020_TO_BT709 = np.array(
    [
        [1.660491, -0.587641, -0.072850],
        [-0.124550, 1.132900, -0.008349],
        [-0.018151, -0.100579, 1.118730],
    ]
)
"""From BT.2020's primaries to BT.709's, after ITU-R BT.2407."""
_DISPLAY_GAMMA = 2.4
"""After ITU-R BT.1886."""


class Hdr(StrEnum):
    """How light is coded."""

    PQ = "PQ"
    HLG = "HLG"

    @property
    def told(self) -> str:
        """What is said of a clip that is in it, after its name."""
        return f"is in high dynamic range ({self}); it is shown in standard range (BT.709)"


def sdr(signal: Colours, hdr: Hdr) -> Colours:
    """What is shown for `signal`, R'G'B' of BT.2100 from 0 to 1, as R'G'B' of BT.709."""
    light = np.maximum(_light(signal, hdr) @ BT2020_TO_BT709.T, 0)
    brightest = light.max(-1, keepdims=True)
    shown = np.divide(light * _toned(brightest), brightest, out=np.zeros_like(light), where=brightest > 0)
    return np.asarray((shown / WHITE_CD_M2) ** (1 / _DISPLAY_GAMMA))


def points(most: float = 1.0) -> Colours:
    """All colours of a table, of R'G'B' from 0 to `most`: red runs fastest."""
    side = np.linspace(0, most, POINTS)
    blue, green, red = np.meshgrid(side, side, side, indexing="ij")
    return np.stack([red, green, blue], -1).reshape(-1, 3)


def write_table(hdr: Hdr, path: Path) -> None:
    """Write the table of `sdr` to `path`, a `.cube` file for libswscale's R'G'B' of 16 bits."""
    shown = sdr(points(_FULL), hdr) / _FULL
    rows = ("%.6f %.6f %.6f\n" * len(shown)) % tuple(shown.ravel().tolist())
    path.write_text(f"LUT_3D_SIZE {POINTS}\n{rows}", encoding="ascii")


def _light(signal: Colours, hdr: Hdr) -> Colours:
    """In cd/m² of a display: after ST 2084, or as BT.2100 has it for one of 1000 cd/m²."""
    if hdr is Hdr.PQ:
        return _pq_light(signal)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - _C) / _A) + _B) / 12)
    return np.asarray(PEAK_CD_M2 * (scene @ _LUMINANCE)[..., None] ** 0.2 * scene)


def _toned(light: Colours) -> Colours:
    """`light` as a display as bright as reference white shows it: the EETF of ITU-R BT.2390."""
    peak, white = (float(_pq_signal(np.array(each))) for each in (PEAK_CD_M2, WHITE_CD_M2))
    most = white / peak
    knee = 1.5 * most - 0.5
    signal = np.minimum(_pq_signal(light) / peak, 1)
    t = np.maximum(signal - knee, 0) / (1 - knee)
    bent = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    toned = _pq_light(np.where(signal < knee, signal, bent) * peak)
    return np.minimum(toned, WHITE_CD_M2)


def _pq_light(signal: Colours) -> Colours:
    power = signal ** (1 / _M2)
    return np.asarray(10_000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1))


def _pq_signal(light: Colours) -> Colours:
    power = (light / 10_000) ** _M1
    return np.asarray(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)
