"""What a worker tells the driver that it is lent to: how far it is, and what became of items."""

from __future__ import annotations

from dataclasses import dataclass

from include.contract.manifests import ItemLine
from include.contract.values import shortened

_MOST_BYTES_SAID = 400


@dataclass(frozen=True)
class Kept:
    """What became of one item."""

    fingerprint: str
    lines: list[ItemLine]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """How far a worker is."""

    phase: str
    """Of loading its model."""
    shares: dict[str, float]
    """Of the items in hand, how much of each is done."""
    said: dict[str, str]
    """Of the items in hand, what each last said of itself."""


class Telling:
    """How far a worker is, noted by what does its work. Thread-safe."""

    def __init__(self) -> None:
        self._phase = ""
        self._shares: dict[str, float] = {}
        self._said: dict[str, str] = {}

    def phase(self, words: str) -> None:
        """Loading its model has come so far."""
        self._phase = words

    def share(self, item: str, share: float) -> None:
        """So much of an item is done."""
        self._shares[item] = share

    def say(self, item: str, words: str) -> None:
        """What an item says of itself, of which 400 bytes are kept."""
        self._said[item] = shortened(words, _MOST_BYTES_SAID)

    def over(self, item: str) -> None:
        """An item is in hand no more."""
        self._shares.pop(item, None)
        self._said.pop(item, None)

    def told(self) -> Told:
        """How far it is now."""
        return Told(self._phase, dict(self._shares), dict(self._said))
