"""The manifest's lines for an item: one for every place that wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from include.contract.errors import AtelierError
from include.contract.manifests import MAX_MESSAGE_BYTES, ItemLine, Outcome, Record
from include.contract.values import shortened
from include.runtime.lookup import LookedUp


def lines_of(found: LookedUp, record: Record, outcome: Outcome) -> list[ItemLine]:
    """A manifest line for every place that wants the item; it is made once, and the other places reuse it."""
    return [
        ItemLine(
            position=position,
            item=item,
            fingerprint=found.wanted.fingerprint,
            outcome=outcome if index == 0 else Outcome.REUSED,
            outputs=record.outputs,
            device_s=record.device_s,
        )
        for index, (position, item) in enumerate(found.wanted.places)
    ]


def failed_lines(found: LookedUp, error: AtelierError) -> list[ItemLine]:
    """A manifest line for every place that wants the item that could not be made."""
    return [
        ItemLine(
            position=position,
            item=item,
            fingerprint=found.wanted.fingerprint,
            outcome=Outcome.FAILED,
            cause=error.cause,
            message=shortened(str(error), MAX_MESSAGE_BYTES),
        )
        for position, item in found.wanted.places
    ]


def names_of(batch: Sequence[LookedUp]) -> list[str]:
    """The items that are made with `batch`, each of which may have several places."""
    return [item for found in batch for _, item in found.wanted.places]


class KeptLines:
    """The lines of an attempt so far: kept as text, a tenth of what they take as models, and given in order."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, str]] = []

    def add(self, lines: Iterable[ItemLine]) -> None:
        """Keep more of them."""
        self._rows += [(line.position, line.model_dump_json(exclude_defaults=True)) for line in lines]

    def join(self, others: KeptLines) -> None:
        """Keep those of `others` too."""
        self._rows += others._rows

    def in_order(self) -> Iterator[ItemLine]:
        """All of them, by their positions."""
        self._rows.sort(key=itemgetter(0))
        return (ItemLine.model_validate_json(row) for _, row in self._rows)
