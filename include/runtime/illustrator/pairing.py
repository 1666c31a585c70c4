"""Two things that belong together side by side: a guest at its host, a bee at the flower."""

from __future__ import annotations

from dataclasses import dataclass

_REACH_SHARE = 0.09
"""How far a guest reaches over its host, as a share of its own width."""
_OFF_CENTRE = 0.19


@dataclass(frozen=True)
class Pair:
    """Widths of host and guest as shares of the host's height, and the side (-1 or 1) on which the guest is."""

    host: float
    guest: float
    side: int

    @property
    def width(self) -> float:
        """Width of both together."""
        return self.host + self.guest * (1 - _REACH_SHARE)

    def fitted(self, height: float, room: float) -> float:
        """Return the host's height, reduced if both together would be wider than `room`."""
        return min(height, room / self.width)

    def across(self, height: float, frame: float, margin: float) -> tuple[float, float]:
        """Where the middles of host and guest are from the left: the host on a third, both inside the frame."""
        half_host, half_guest = height * self.host / 2, height * self.guest / 2
        apart = half_host + half_guest - 2 * half_guest * _REACH_SHARE
        outer, inner = margin + half_host, frame - margin - half_guest - apart
        wanted = frame * (0.5 - _OFF_CENTRE)
        host = max(outer, min(wanted, inner))
        return (host, host + apart) if self.side > 0 else (frame - host, frame - host - apart)
