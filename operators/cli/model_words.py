"""Models of one's own as the command line tells them, and how far one is that is being added."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from include.contract.model_cards import ModelCard, ModelReference
from operators.cli.output import complain, counted, size_in_words, tell, tell_table
from operators.models.upload import Progress, Step

EVERY_S = 5.0
"""So often a file that takes longer is told of."""


def for_programs(reference: ModelReference, card: ModelCard) -> dict[str, Any]:
    """A card with its name and digest."""
    return {"name": str(reference), "digest": card.digest, **card.model_dump(mode="json")}


def tell_card(reference: ModelReference, card: ModelCard) -> None:
    """All that a card says, with its files."""
    memory = card.memory
    settings = card.settings.model_dump(mode="json", exclude={"backend"}, exclude_none=True)
    rows = {
        "digest": card.digest,
        "kind": card.kind,
        "backend": card.backend,
        **{name.replace("_", " "): value for name, value in settings.items()},
        "licence": card.licence,
        "commercial use": yes_or_no(card.commercial),
        "languages": ", ".join(card.languages) or "not known",
        "determinism": card.determinism,
        "weights in memory": size_in_words(memory.weights_bytes) if card.files else "none here",
        "memory besides": size_in_words(memory.working_bytes) if memory.working_bytes else "not measured",
        **({"offloaded, of a GPU": size_in_words(memory.offloaded_bytes)} if memory.offload else {}),
        "from": card.origin or "not known",
    }
    tell(str(reference))
    width = max(map(len, rows))
    for name, value in rows.items():
        tell(f"  {name.ljust(width)}  {value}")
    if card.files:
        tell()
        files = [[path, file.sha256, size_in_words(file.bytes)] for path, file in card.files.items()]
        tell_table(["file", "sha256", "size"], files, left=2)


def tell_list(cards: Mapping[ModelReference, ModelCard]) -> None:
    """A line for each model."""
    if not cards:
        tell("There are no models of your own; `atelier models add` adds one. Built-in ones: include/models.yaml.")
        return
    rows = [
        [reference, card.kind, card.backend, card.licence, yes_or_no(card.commercial), card.digest[:12], _size(card)]
        for reference, card in cards.items()
    ]
    tell_table(["name", "kind", "backend", "licence", "commercial", "digest", "size"], rows, left=6)


def yes_or_no(switch: bool) -> str:
    """As the command line asks it."""
    return "yes" if switch else "no"


class Uploading:
    """Tells on standard error which files are in the store, which was there before, and at what rate. Thread-safe."""

    def __init__(
        self, sizes: Mapping[str, int], clock: Callable[[], float] = time.monotonic, *, tells_there: bool = True
    ) -> None:
        """:param tells_there: whether a file is told of that was there before."""
        self._sizes, self._clock, self._tells_there = sizes, clock, tells_there
        self._began_at = self._told_at = clock()
        self._bytes = {step: Counter[str]() for step in Step}
        self._lock = Lock()

    def tell(self, progress: Progress) -> None:
        """Of these bytes, where it is time to."""
        with self._lock:
            self._bytes[progress.step][progress.path] += progress.bytes
            if progress.step is Step.DONE:
                if self._tells_there or self._bytes[Step.SENT][progress.path]:
                    complain(f"{progress.path}: {self._whole(progress.path)}")
            elif self._clock() - self._told_at >= EVERY_S:
                self._told_at = self._clock()
                complain(f"{progress.path}: {self._so_far(progress.path, progress.step)}")

    @property
    def sent_bytes(self) -> int:
        """Of all files."""
        return self._bytes[Step.SENT].total()

    def for_programs(self) -> dict[str, int]:
        """What was sent, and what was there before."""
        return {"sent_bytes": self.sent_bytes, "kept_bytes": self._bytes[Step.THERE].total()}

    def kept(self) -> str:
        """What an attempt that broke off has brought into the store."""
        in_store = self.sent_bytes + self._bytes[Step.THERE].total()
        return (
            f"{size_in_words(in_store)} of {size_in_words(sum(self._sizes.values()))} are in the store and stay there"
        )

    def told(self) -> str:
        """All of it, in a line."""
        sent, there = (size_in_words(self._bytes[step].total()) for step in (Step.SENT, Step.THERE))
        return f"{counted(len(self._sizes), 'file')}: {sent} sent ({self._rate()}), {there} were there"

    def _so_far(self, path: str, step: Step) -> str:
        all_of_it = size_in_words(self._sizes[path])
        if step is Step.HASHED:
            return f"{size_in_words(self._bytes[step][path])} of {all_of_it} hashed"
        in_store = self._bytes[Step.SENT][path] + self._bytes[Step.THERE][path]
        return f"{size_in_words(in_store)} of {all_of_it} in the store, {self._rate()}"

    def _whole(self, path: str) -> str:
        size, sent = self._sizes[path], self._bytes[Step.SENT][path]
        if not sent and size:
            return f"{size_in_words(size)}, was there"
        more = f", {size_in_words(size - sent)} of it were there" if sent < size else ""
        return f"{size_in_words(size)}, sent{more}"

    def _rate(self) -> str:
        return f"{size_in_words(round(self._bytes[Step.SENT].total() / max(self._clock() - self._began_at, 1e-3)))}/s"


def _size(card: ModelCard) -> str:
    return size_in_words(sum(file.bytes for file in card.files.values())) if card.files else "-"
