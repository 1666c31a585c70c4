"""What the store says about items and stages: records, stage contents, run manifests (W3, W4, W5)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, JsonValue, model_validator

from include.contract.artifacts import Artifact, ModelIdentity
from include.contract.errors import Cause, CorruptInput
from include.contract.parsing import model_in, unpacked_lines
from include.contract.tokens import TokenCount
from include.contract.values import (
    FORMAT,
    UNSAID,
    Closed,
    Determinism,
    Open,
    OrLater,
    Sha256,
    StageKind,
    known_fields,
)

PART_ITEMS = 5000
MAX_LINE_BYTES = 2**20
"""Bytes of an item's line in a part: some five thousand outputs."""
MAX_PART_BYTES = 2**26
"""Bytes of a part, unpacked; a part with long lines ends before `PART_ITEMS`."""
PART_MEDIA_TYPE = "application/x-ndjson"
_GZIP = 31
"""zlib's `windowBits` for the gzip format, whose header then has no time."""
MAX_FAILURES_IN_HEADER = 20
MAX_HEADER_BYTES = 64_000
"""Bytes of a manifest without its parts (W5)."""
MAX_MESSAGE_BYTES = 3000
"""Bytes of the message in an item's line."""


class Outcome(StrEnum):
    """What became of an item in a run."""

    MADE = "made"
    REUSED = "reused"
    FAILED = "failed"
    SKIPPED = "skipped"


class RunRef(Open):
    """Which task of which run: the owner of a manifest."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1


class Shard(Closed):
    """Which part of a stage's items one task makes (W6)."""

    index: Annotated[int, Field(ge=0)] = 0
    count: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _index_is_below_count(self) -> Self:
        if self.index >= self.count:
            raise ValueError(f"`index` ({self.index}) is not below `count` ({self.count})")
        return self

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the stage."""
        return self.count == 1


class ModelLoad(Open):
    """Seconds until a model was ready, apart by what took them; each counts once."""

    find_s: Annotated[float, Field(ge=0)] = 0.0
    """Reading its card, looking for its files, waiting for another process that downloads them."""
    download_s: Annotated[float, Field(ge=0)] = 0.0
    """Hashed meanwhile."""
    verify_s: Annotated[float, Field(ge=0)] = 0.0
    """Hashing what was there."""
    map_s: Annotated[float, Field(ge=0)] = 0.0
    """Building it, with its weights in place."""
    device_s: Annotated[float, Field(ge=0)] = 0.0
    """Taking its weights to an accelerator."""

    @property
    def total_s(self) -> float:
        """All of it."""
        return self.find_s + self.download_s + self.verify_s + self.map_s + self.device_s


class Provenance(Open):
    """Where a record came from: for people, never hashed (I6)."""

    made_by: RunRef
    made_at: str
    """UTC, ISO 8601."""
    device: str
    image_digest: str = ""
    determinism: Annotated[OrLater[Determinism] | None, UNSAID] = None
    """What a remake is like: the weaker of what recipe and model promise."""
    model_load: Annotated[ModelLoad | None, UNSAID] = None
    """Of the attempt that made it."""
    libraries: dict[str, str] = {}


class Record(Open):
    """What one item produced; only successes are recorded (W3)."""

    format: int = FORMAT
    preimage: dict[str, JsonValue]
    """The canonical preimage, whole: it hashes to the record's key (W9)."""
    outputs: tuple[Artifact, ...]
    attributes: dict[str, JsonValue] = {}
    provenance: Provenance
    device_s: Annotated[float, Field(ge=0)]
    """Seconds that the device was busy with it; prices are applied when read (W4)."""

    @property
    def tokens(self) -> TokenCount | None:
        """What a language model read and wrote for it; None where that was not counted."""
        read, written = self.attributes.get("prompt_tokens"), self.attributes.get("tokens")
        return TokenCount(read, written) if isinstance(read, int) and isinstance(written, int) else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the recipe wants people to know about it."""
        told = self.attributes.get("warnings")
        return tuple(str(each) for each in told) if isinstance(told, list) else ()


class ItemLine(Open):
    """One item in a manifest's part. In a stage's content it says what later runs will say: reused."""

    position: int
    item: str
    fingerprint: Sha256 | None = None
    outcome: OrLater[Outcome] = Outcome.REUSED
    outputs: tuple[Artifact, ...] = ()
    device_s: float = 0.0
    """Seconds that it took to make, in whichever run."""
    cause: OrLater[Cause] | None = None
    message: str = ""
    address: str = ""
    """Of a published piece: the key of its `item.json`, or the full address of a place outside the store."""

    @property
    def succeeded(self) -> bool:
        """Whether its outputs exist."""
        return self.outcome in (Outcome.MADE, Outcome.REUSED)

    @property
    def counts_as(self) -> Outcome:
        """Its outcome; one that is unknown here counts as failed, because nobody here can tell what it left."""
        return self.outcome if isinstance(self.outcome, Outcome) else Outcome.FAILED

    def output(self, name: str) -> Artifact:
        """Its output called `name`.

        :raises CorruptInput: it has none.
        """
        for artifact in self.outputs:
            if artifact.name == name:
                return artifact
        found = ", ".join(artifact.name for artifact in self.outputs)
        raise CorruptInput(f"item {self.item} has no output `{name}`; found: {found or 'none'}")

    def family(self, name: str) -> list[tuple[str, Artifact]]:
        """Its numbered outputs `name/01`, `name/02`, … as (number, artifact)."""
        prefix = f"{name}/"
        return [(a.name.removeprefix(prefix), a) for a in self.outputs if a.name.startswith(prefix)]


class ManifestPart(Open):
    """A piece of a manifest's list of items: gzipped NDJSON, a blob named by its digest."""

    sha256: Sha256
    bytes: int
    items: int


class Counts(Open):
    """How many items, by outcome."""

    planned: int = 0
    made: int = 0
    reused: int = 0
    failed: int = 0
    skipped: int = 0

    @classmethod
    def of(cls, lines: Iterable[ItemLine]) -> Self:
        """Count `lines`."""
        counts = dict.fromkeys(Outcome, 0)
        for line in lines:
            counts[line.counts_as] += 1
        return cls(planned=sum(counts.values()), **{outcome.value: n for outcome, n in counts.items()})

    @property
    def failed_share(self) -> float:
        """Share of failed items among the planned ones that were not skipped (W3)."""
        return self.failed / max(1, self.planned - self.skipped)


class StageContent(Open):
    """The content of a complete stage, independent of runs (W3)."""

    format: int = FORMAT
    preimage: dict[str, JsonValue]
    content_digest: Sha256
    items: int
    device_s: float
    """Seconds that all of it took to make."""
    parts: tuple[ManifestPart, ...]


class Manifest(Open):
    """What one task of one run did: the header; its items are in the parts (W4, W5)."""

    format: int = FORMAT
    run: RunRef
    kind: OrLater[StageKind]
    recipe: str
    revision: int
    model: Annotated[ModelIdentity, known_fields(ModelIdentity)]
    request: Sha256
    stage_fingerprint: Sha256
    content_digest: Sha256
    counts: Counts
    spent_s: float
    """Device seconds spent by this run."""
    saved_s: float
    """Device seconds that reuse saved it."""
    wall_s: float
    attempt: int = 0
    """Number of the try that wrote it; 0 when no process was needed."""
    process_started: bool
    """False when the stage's content existed and no process or pod was needed."""
    found_by_try: Annotated[int, Field(exclude_if=lambda number: number == 1)] = 1
    """Number of the try that wrote it if no process was needed."""
    shard: Annotated[Shard, known_fields(Shard)] = Shard()
    """The part of the stage that `parts` lists; a merged manifest lists the whole."""
    fitting_batch_size: int | None = None
    """The largest batch that fitted once the device had run out of memory; None if it never did."""
    producer: str = ""
    """Task to clear to make the items again, if it is not the one that wrote this."""
    failures: Annotated[tuple[ItemLine, ...], Field(max_length=MAX_FAILURES_IN_HEADER)] = ()
    """The first failed or skipped items, for people."""
    parts: tuple[ManifestPart, ...]

    @property
    def written_by_try(self) -> int:
        """Number of the try that wrote it, with a process or without."""
        return self.attempt or self.found_by_try


class LinePacker:
    """Packs the lines of one part as they come, so that none has to stay; the same lines give the same bytes."""

    def __init__(self) -> None:
        self._zip, self._packed, self.items = zlib.compressobj(level=9, wbits=_GZIP), bytearray(), 0

    def add(self, line: ItemLine) -> None:
        """One more."""
        self._packed += self._zip.compress(f"{line.model_dump_json(exclude_defaults=True)}\n".encode())
        self.items += 1

    def copy(self) -> LinePacker:
        """Another one that has packed the same so far."""
        other = LinePacker()
        other._zip, other._packed, other.items = self._zip.copy(), self._packed.copy(), self.items
        return other

    def body(self) -> bytes:
        """The part; nothing can be added any more."""
        return bytes(self._packed + self._zip.flush())


def pack_lines(lines: Iterable[ItemLine]) -> bytes:
    """One part's bytes."""
    packer = LinePacker()
    for line in lines:
        packer.add(line)
    return packer.body()


def unpack_lines(part: bytes) -> Iterator[ItemLine]:
    """The lines of one part, unpacked as they are asked for.

    :raises CorruptInput: it is not a part of a manifest.
    """
    rows = unpacked_lines(part, MAX_PART_BYTES, MAX_LINE_BYTES, "a list of items")
    for number, row in enumerate(rows, start=1):
        if number > PART_ITEMS:
            raise CorruptInput(f"a list of items has more than {PART_ITEMS} in one part")
        yield model_in(ItemLine, row, f"line {number} of a list of items")
