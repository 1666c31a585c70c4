"""What a name means already, against what is to be added under it: a name never moves (I6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from include.contract.errors import BadRequest
from include.contract.model_cards import CardFile, ModelCard, ModelReference
from include.store.models import Models

UNHASHED = "0" * 64
"""The digest of a file that is still to be hashed."""
_MOST_SHOWN = 5
_PLURAL = frozenset({"files", "settings", "languages"})
_WORDS = {"commercial": "commercial use"}


@dataclass(frozen=True)
class Known:
    """A model that has the name already."""

    reference: ModelReference
    card: ModelCard
    models: Models

    def check(self, new: ModelCard) -> None:
        """Refuse a model that is another one; where it comes from does not matter.

        :param new: its files may be `UNHASHED`; then their sizes are compared.
        :raises BadRequest: it is another one.
        :raises UnknownModel: so it seems, but the name was altered.
        """
        apart = list(_apart(self.card, new))
        if (apart or new.origin != self.card.origin) and not self.models.has_card(self.card):
            raise self.models.altered(self.reference, self.card)
        if not apart:
            return
        differ = "differ" if len(apart) > 1 or apart[0] in _PLURAL else "differs"
        *others, last = (_WORDS.get(name, name) for name in apart)
        what = f"{', '.join(others)} and {last}" if others else last
        files = f": {_files_apart(self.card.files, new.files)}" if "files" in apart else ""
        raise BadRequest(
            f"model {self.reference} is another one already, since its {what} {differ}{files}; a name never moves: "
            "choose another revision or variant"
        )


def known_as(reference: ModelReference, draft: ModelCard, models: Models) -> Known | None:
    """The model that has the name already, if any.

    :param draft: what is to be added, its files perhaps `UNHASHED`.
    :raises BadRequest: it cannot be hashed, or the name is another one's.
    :raises UnknownModel: what lies under the name was altered.
    """
    _, card = draft.digest, models.named(reference)
    if card is None:
        return None
    known = Known(reference, card, models)
    known.check(draft)
    return known


def _apart(there: ModelCard, new: ModelCard) -> Iterator[str]:
    """Fields in which they differ, files first; the memory for weights follows from files and settings."""
    if any(True for _ in _paths_apart(there.files, new.files)):
        yield "files"
    memory = there.memory.model_copy(update={"weights_bytes": new.memory.weights_bytes})
    there = there.model_copy(update={"files": new.files, "memory": memory, "origin": new.origin})
    yield from (name for name in ModelCard.model_fields if getattr(there, name) != getattr(new, name))


def _paths_apart(there: Mapping[str, CardFile], new: Mapping[str, CardFile]) -> Iterator[str]:
    for path in sorted({*there, *new}):
        before, after = there.get(path), new.get(path)
        if before is None or after is None or not _may_be_same(before, after):
            yield path


def _may_be_same(before: CardFile, after: CardFile) -> bool:
    return before.bytes == after.bytes and after.sha256 in (UNHASHED, before.sha256)


def _files_apart(there: Mapping[str, CardFile], new: Mapping[str, CardFile]) -> str:
    def told(path: str) -> str:
        return path if path in there and path in new else f"{path} (only {'there' if path in there else 'here'})"

    paths = list(_paths_apart(there, new))
    more = f" and {len(paths) - _MOST_SHOWN} more" if len(paths) > _MOST_SHOWN else ""
    return ", ".join(told(path) for path in paths[:_MOST_SHOWN]) + more
