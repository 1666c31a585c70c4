"""The sum of a stage's lines: counted, hashed and cut into parts as they pass, in bounded memory (W3–W6).

The stage's process concludes what it made; where shards made it, the task that merges them does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import BadRequest, Cause, CorruptInput
from include.contract.fingerprint import ContentDigest, fingerprint
from include.contract.manifests import (
    MAX_FAILURES_IN_HEADER,
    MAX_HEADER_BYTES,
    MAX_MESSAGE_BYTES,
    MAX_PART_BYTES,
    PART_ITEMS,
    PART_MEDIA_TYPE,
    Counts,
    ItemLine,
    LinePacker,
    Manifest,
    ManifestPart,
    Outcome,
    StageContent,
)
from include.contract.parsing import model_in
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest, stage_identity
from include.contract.stored import content_in
from include.contract.values import shortened

KeepPart = Callable[[bytes, Artifact], None]
"""Keeps a part's bytes, which are what the artifact names."""
_MENDED_BY_NO_RETRY = {
    Cause.BAD_REQUEST,
    Cause.REJECTED_CONTENT,
    Cause.CORRUPT_INPUT,
    Cause.UNKNOWN_MODEL,
    Cause.MODEL_REFUSED,
}
_QUOTED_FAILURES = 3
_SHORTEST_MESSAGE_BYTES = 100
_LINE_BYTES, _MESSAGE_BYTES, _OUTPUT_BYTES = 1000, 6, 350
"""The most bytes that an item's line needs: for itself, for each character of its message, for each output."""


@dataclass(frozen=True)
class Conclusion:
    """The sum of the lines of a stage, or of a shard of it."""

    counts: Counts
    content_digest: str
    spent_s: float
    saved_s: float
    failures: tuple[ItemLine, ...]
    """The first failed or skipped items."""
    quoted: tuple[ItemLine, ...]
    """The first failed items."""
    is_mendable: bool
    """Whether another try may make an item that failed."""
    parts: tuple[ManifestPart, ...]
    content_parts: tuple[ManifestPart, ...]
    """The same lines as later runs will read them; only of a stage that is complete."""

    @property
    def is_complete(self) -> bool:
        """Whether no item failed or was skipped."""
        return self.counts.failed == self.counts.skipped == 0

    def refusal(self, allowed_share: float) -> str:
        """Why the stage fails, if more items failed than allowed; empty otherwise."""
        counts = self.counts
        if counts.failed_share <= allowed_share:
            return ""
        first = "; ".join(f"{line.item}: {line.message}" for line in self.quoted)
        tried = counts.planned - counts.skipped
        return f"{counts.failed} of {tried} items failed, more than the allowed share of {allowed_share}: {first}"


def concluded(lines: Iterable[ItemLine], keep_part: KeepPart, *, is_whole: bool) -> Conclusion:
    """Conclude `lines`, which come in order; `is_whole` when they are a whole stage, not a shard of it."""
    tally = _Tally()
    parts, content_parts = list[ManifestPart](), list[ManifestPart]()

    def keep(part: _Part) -> None:
        parts.append(_kept(part.own, keep_part))
        if is_whole and tally.is_complete:
            content_parts.append(_kept(part.reused, keep_part) if part.reused else parts[-1])

    part = _Part()
    for line in lines:
        if not part.has_room(line):
            keep(part)
            part = _Part()
        tally.add(line)
        part.add(line)
        if part.own.items == PART_ITEMS:
            keep(part)
            part = _Part()
    if part.own.items:
        keep(part)
    return tally.conclusion(tuple(parts), tuple(content_parts))


def manifest_of(
    request: StageRequest,
    sha256: str,
    conclusion: Conclusion,
    *,
    wall_s: float,
    attempt: int,
    process_started: bool = True,
    found_by_try: int = 1,
    fitting_batch_size: int | None = None,
    producer: str = "",
) -> Manifest:
    """The header over `conclusion`'s parts; `sha256` is the request's key.

    :raises BadRequest: it is larger than headers may be, because the stage has too many items.
    """
    manifest = Manifest(
        run=request.run,
        kind=request.kind,
        recipe=request.recipe,
        revision=request.revision,
        model=request.model,
        request=sha256,
        stage_fingerprint=request.stage_fingerprint,
        content_digest=conclusion.content_digest,
        counts=conclusion.counts,
        spent_s=conclusion.spent_s,
        saved_s=conclusion.saved_s,
        wall_s=round(wall_s, 3),
        attempt=attempt,
        process_started=process_started,
        found_by_try=found_by_try,
        shard=request.execution.shard,
        fitting_batch_size=fitting_batch_size,
        producer=producer,
        failures=conclusion.failures,
        parts=conclusion.parts,
    )
    return _within_limit(manifest)


def content_of(request: StageRequest, conclusion: Conclusion) -> StageContent:
    """The content of the complete stage that `request` asked for."""
    preimage, _ = stage_identity(recipe_named(request.recipe), request.model, request.orders, request.upstreams)
    return StageContent(
        preimage=preimage,
        content_digest=conclusion.content_digest,
        items=conclusion.counts.planned,
        device_s=round(conclusion.spent_s + conclusion.saved_s, 3),
        parts=conclusion.content_parts,
    )


def says_the_same(body: bytes, content: StageContent) -> bool:
    """Whether a stored stage content is readable, is this stage's, and names the records as they are now (W2)."""
    try:
        stored = content_in(body, fingerprint(content.preimage))
    except CorruptInput:
        return False
    said = (stored.content_digest, stored.items, stored.parts)
    return said == (content.content_digest, content.items, content.parts)


def is_later(body: bytes, manifest: Manifest) -> bool:
    """Whether a stored manifest is of a later try than `manifest`, whose process was thought to be dead."""
    try:
        return model_in(Manifest, body, "the manifest").written_by_try > manifest.written_by_try
    except CorruptInput:
        return False


@dataclass
class _Tally:
    """Counts, digest and seconds of the lines so far."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    seconds: dict[Outcome, float] = field(default_factory=lambda: dict.fromkeys(Outcome, 0.0))
    digest: ContentDigest = field(default_factory=ContentDigest)
    failures: list[ItemLine] = field(default_factory=list)
    quoted: list[ItemLine] = field(default_factory=list)
    is_mendable: bool = False

    @property
    def is_complete(self) -> bool:
        return not self.failures

    def add(self, line: ItemLine) -> None:
        self.counts[line.counts_as] += 1
        self.seconds[line.counts_as] += line.device_s
        if line.succeeded:
            for output in line.outputs:
                self.digest.add(line.item, output.name, output.sha256)
        elif len(self.failures) < MAX_FAILURES_IN_HEADER:
            self.failures.append(line)
        if line.counts_as is Outcome.FAILED:
            self.is_mendable |= line.cause not in _MENDED_BY_NO_RETRY
            if len(self.quoted) < _QUOTED_FAILURES:
                self.quoted.append(line)

    def conclusion(self, parts: tuple[ManifestPart, ...], content_parts: tuple[ManifestPart, ...]) -> Conclusion:
        by_name = {outcome.value: number for outcome, number in self.counts.items()}
        return Conclusion(
            counts=Counts(planned=sum(by_name.values()), **by_name),
            content_digest=self.digest.hexdigest(),
            spent_s=round(self.seconds[Outcome.MADE], 3),
            saved_s=round(self.seconds[Outcome.REUSED], 3),
            failures=tuple(self.failures),
            quoted=tuple(self.quoted),
            is_mendable=self.is_mendable,
            parts=parts,
            content_parts=content_parts if self.is_complete else (),
        )


def _within_limit(manifest: Manifest) -> Manifest:
    """`manifest` with its failures told as shortly as a header needs it; the parts tell them whole (W5)."""
    most_bytes = MAX_MESSAGE_BYTES
    while (size := len(manifest.model_dump_json().encode())) > MAX_HEADER_BYTES:
        if most_bytes < _SHORTEST_MESSAGE_BYTES:
            raise BadRequest(
                f"the manifest of {manifest.counts.planned} items has {size} bytes; allowed: {MAX_HEADER_BYTES}. "
                "Make fewer briefs in a run"
            )
        most_bytes //= 2
        failures = (
            line.model_copy(update={"message": shortened(line.message, most_bytes)}) for line in manifest.failures
        )
        manifest = manifest.model_copy(update={"failures": tuple(failures)})
    return manifest


class _Part:
    """Some of the lines, packed as they come (W5)."""

    def __init__(self) -> None:
        self.own = LinePacker()
        self.reused: LinePacker | None = None
        """The lines as a later run will read them, if any of them is of an item that is new."""
        self._room_bytes = MAX_PART_BYTES

    def has_room(self, line: ItemLine) -> bool:
        """Whether its bytes allow for one more."""
        return not self.own.items or _most_bytes(line) <= self._room_bytes

    def add(self, line: ItemLine) -> None:
        if line.outcome is not Outcome.REUSED and self.reused is None:
            self.reused = self.own.copy()
        self.own.add(line)
        if self.reused is not None:
            self.reused.add(line.model_copy(update={"outcome": Outcome.REUSED}))
        self._room_bytes -= _most_bytes(line)


def _most_bytes(line: ItemLine) -> int:
    return _LINE_BYTES + _MESSAGE_BYTES * len(line.message) + _OUTPUT_BYTES * len(line.outputs)


def _kept(lines: LinePacker, keep_part: KeepPart) -> ManifestPart:
    body = lines.body()
    artifact = artifact_of("part", body, PART_MEDIA_TYPE)
    keep_part(body, artifact)
    return ManifestPart(sha256=artifact.sha256, bytes=artifact.bytes, items=lines.items)
