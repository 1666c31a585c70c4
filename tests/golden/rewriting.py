"""What today's code writes in place of each object of the golden bucket, having read it: the same, under the same key.

Everything that can be worked out is: keys, fingerprints, digests, parts, counts. What only the moment knew (seconds,
times, who) is taken from what was read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, JsonValue

from include.contract import keys
from include.contract.artifacts import Artifact, artifact_of
from include.contract.conclusion import Conclusion, concluded, content_of, manifest_of
from include.contract.decisions import Decision, pack_decisions, piece_digest, unpack_decisions
from include.contract.entries import pack_entries, unpack_entries
from include.contract.failures import Progress
from include.contract.fingerprint import fingerprint, seed_of
from include.contract.handed_on import HandedOn
from include.contract.manifests import ItemLine, Manifest, Outcome, Record, StageContent, unpack_lines
from include.contract.models import read_registry
from include.contract.parsing import model_in
from include.contract.published import FEED, GALLERY, INDEX, TABLE, DayIndex, Index, PublishedItem, Tombstone
from include.contract.publishing import file_ports, files_of, named_file
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest, read_request, stage_identity
from include.contract.resolving import planned_items, resolved
from include.contract.values import StageKind
from include.runtime.claims import Claim
from operators.stages.resource_hints import Learnt, lesson_of
from tests.golden.bucket import Objects
from tests.golden.recipes import MODELS

Model = TypeVar("Model", bound=BaseModel)
PROFILE = "cpu-small"
"""Under which the golden runs learnt something."""
_GZIP = b"\x1f\x8b"


class Rewriting:
    """Reads the golden bucket with today's readers and writes it again; needs the golden recipes registered."""

    def __init__(self, golden: Mapping[str, bytes]) -> None:
        self._golden = golden
        self.written: Objects = {}
        """What today's code writes."""
        self.told: list[str] = []
        """What it works out otherwise, beyond what is written."""
        self._requests: dict[str, StageRequest] = {}
        self._manifests: dict[str, Manifest] = {}

    def run(self) -> None:
        """Rewrite everything."""
        self._rewrite_requests()
        self._rewrite_manifests()
        self._rewrite_stages()
        self._rewrite_records()
        self._rewrite_handed_on()
        self._rewrite_outputs()
        self._rewrite_decisions()
        self._rewrite_advice()
        self._rewrite_published()

    def _under(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        return ((key, body) for key, body in self._golden.items() if key.startswith(prefix))

    def _read(self, model: type[Model], prefix: str, ending: str = "") -> Iterator[Model]:
        return (model_in(model, body, key) for key, body in self._under(prefix) if key.endswith(ending))

    def _write(self, key: str, body: bytes | str) -> None:
        self.written[key] = body.encode() if isinstance(body, str) else body

    def _same(self, what: str, golden: object, today: object) -> None:
        if golden != today:
            self.told.append(f"{what}: {golden!r:.300} in the bucket, {today!r:.300} today")

    def _rewrite_requests(self) -> None:
        models = read_registry(MODELS.read_text(), MODELS.name)
        for key, body in self._under("v1/requests/"):
            sha256 = hashlib.sha256(body).hexdigest()
            request = read_request(body, sha256)
            self._requests[sha256] = request
            self._same(f"the model of {key}", request.model, models.identity(request.model.name))
            self._write(keys.request_key(request.sha256()), request.body())

    def _rewrite_manifests(self) -> None:
        found = list(self._read(Manifest, "v1/runs/", "/manifest.json"))
        self._manifests = {f"{each.run.run_id} {each.run.task_id}": each for each in found}
        for manifest in found:
            again = self._manifest_again(manifest, list(self._lines(manifest)))
            self._write(keys.manifest_key(again.run, again.request), again.model_dump_json())
            if again.process_started and not again.producer:
                self._rewrite_reports(again)

    def _manifest_again(self, manifest: Manifest, lines: list[ItemLine]) -> Manifest:
        request = self._request_of(manifest)
        self._check_plan(request, lines)
        again = manifest_of(
            request,
            request.sha256(),
            self._concluded(lines, is_whole=request.execution.shard.is_whole and request.publication is None),
            wall_s=manifest.wall_s,
            attempt=manifest.attempt,
            process_started=manifest.process_started,
            fitting_batch_size=manifest.fitting_batch_size,
            producer=manifest.producer,
        )
        return again.model_copy(update={"wall_s": manifest.wall_s})

    def _request_of(self, manifest: Manifest) -> StageRequest:
        """A task that reused the whole stage left its manifest alone; its request is the stage's, from its own run."""
        if manifest.request in self._requests:
            return self._requests[manifest.request]
        asked = next(each for each in self._requests.values() if self._asks_for(each, manifest))
        upstreams = tuple(
            ref.model_copy(update={"manifest": self._upstream(manifest, ref.stage)}) for ref in asked.upstreams
        )
        return asked.model_copy(update={"run": manifest.run, "upstreams": upstreams})

    def _asks_for(self, request: StageRequest, manifest: Manifest) -> bool:
        same = (request.kind, request.stage_fingerprint, request.execution.shard)
        return same == (manifest.kind, manifest.stage_fingerprint, manifest.shard)

    def _upstream(self, manifest: Manifest, stage: str) -> str:
        upstream = self._manifests[f"{manifest.run.run_id} {stage}"]
        return keys.manifest_key(upstream.run, upstream.request)

    def _check_plan(self, request: StageRequest, lines: list[ItemLine]) -> None:
        """That today's plan of the request has the items that were listed, under the same fingerprints."""
        upstreams = {
            ref.stage: {line.item: line for line in self._lines(model_in(Manifest, self._golden[ref.manifest], "m"))}
            for ref in request.upstreams
        }
        if not recipe_named(request.recipe).is_memoised:
            return
        meant = resolved(request, upstreams)
        today: dict[str, str | None] = {item: each.fingerprint for each in meant.wanted for _, item in each.places}
        today |= {line.item: None for line in meant.skipped}
        self._same(f"the plan of {request.run}", {line.item: line.fingerprint for line in lines}, today)

    def _rewrite_reports(self, manifest: Manifest) -> None:
        key = keys.progress_key(manifest.run, manifest.request, manifest.attempt)
        self._write(key, model_in(Progress, self._golden[key], key).model_dump_json())
        chunk = keys.log_key(manifest.run, manifest.request, manifest.attempt, 0)
        events = [json.loads(line) for line in self._golden[chunk].splitlines()]
        self._same(f"the fields of {chunk}", True, all({"at", "level", "logger", "message"} <= set(e) for e in events))
        self._write(chunk, self._golden[chunk])

    def _rewrite_stages(self) -> None:
        for content in self._read(StageContent, "v1/stages/"):
            lines = list(self._lines(content))
            lines[0] = lines[0].model_copy(update={"outcome": Outcome.MADE})
            conclusion = self._concluded(lines, is_whole=True)
            asked = [each for each in self._requests.values() if self._identity(each) == content.preimage]
            for request in asked:
                again = content_of(request, conclusion)
                self._write(keys.stage_key(request.kind, fingerprint(again.preimage)), again.model_dump_json())

    def _identity(self, request: StageRequest) -> dict[str, JsonValue]:
        recipe = recipe_named(request.recipe)
        return stage_identity(recipe, request.model, request.orders, request.upstreams)[0]

    def _rewrite_records(self) -> None:
        for record in self._read(Record, "v1/items/"):
            kind = StageKind(str(record.preimage["kind"]))
            self._write(keys.record_key(kind, fingerprint(record.preimage)), record.model_dump_json())
            seeds = [seed_of(record.preimage, attempt) for attempt in (0, 1)]
            self._same(f"the seeds of {record.preimage}", record.attributes["seeds"], seeds)

    def _rewrite_handed_on(self) -> None:
        """What tasks that are no stages named, and the blobs that they mean."""
        repacking = {
            "briefs": lambda body: pack_entries(unpack_entries(body)),
            "decisions": lambda body: pack_decisions(unpack_decisions(body)),
        }
        for handed in self._read(HandedOn, "v1/runs/", "/handed-on.json"):
            blobs = []
            for blob in handed.blobs:
                body = repacking[blob.name](self._blob(blob.sha256))
                self._write_blob(body)
                blobs.append(artifact_of(blob.name, body, blob.media_type))
            again = handed.model_copy(update={"blobs": tuple(blobs)})
            self._write(keys.handed_on_key(handed.run), again.model_dump_json())

    def _rewrite_outputs(self) -> None:
        """Blobs that are neither lists of items nor handed on."""
        for _, body in self._under("v1/blobs/"):
            if not body.startswith(_GZIP):
                self._write_blob(body)

    def _write_blob(self, body: bytes) -> None:
        self._write(keys.blob_key(hashlib.sha256(body).hexdigest()), body)

    def _blob(self, sha256: str) -> bytes:
        return self._golden[f"v1/blobs/{sha256[:2]}/{sha256}"]

    def _rewrite_decisions(self) -> None:
        for decision in self._read(Decision, "v1/decisions/"):
            self._write(decision.key(), decision.body())

    def _rewrite_advice(self) -> None:
        """Claims, what was learnt, and probes."""
        lines = {(each.kind, line.fingerprint) for each in self._manifests.values() for line in self._lines(each)}
        for kind, of_item in lines:
            key = keys.claim_key(kind, str(of_item))
            if key in self._golden:
                self._write(key, model_in(Claim, self._golden[key], key).model_dump_json())
        for manifest in self._manifests.values():
            if manifest.fitting_batch_size is not None and manifest.request in self._requests:
                lesson = keys.learnt_key(lesson_of(self._requests[manifest.request], PROFILE))
                learnt = model_in(Learnt, self._golden.get(lesson, b"{}"), lesson)
                self._write(lesson, learnt.model_dump_json(exclude_none=True))
        for key, body in self._under("v1/probes/"):
            self._write(keys.probe_key(key.removeprefix("v1/probes/")), body)

    def _rewrite_published(self) -> None:
        for key, body in self._under("published/"):
            if key.endswith("/item.json"):
                self._rewrite_piece(model_in(PublishedItem, body, key))
            elif "/tombstones/" in key:
                told = model_in(Tombstone, body, key)
                root = keys.published_prefix(told.content_type)
                self._write(f"{root}{keys.tombstone_path(told.slug)}", told.model_dump_json())
            elif key.endswith("/index.json") and key.count("/") == 2:
                self._rewrite_index(model_in(Index, body, key))

    def _rewrite_piece(self, item: PublishedItem) -> None:
        root = keys.published_prefix(item.content_type)
        self._write(f"{root}{keys.piece_path(item.day, item.slug)}item.json", item.model_dump_json())
        request = self._requests[self._manifests[f"{item.run.run_id} {item.run.task_id}"].request]
        upstreams = {
            ref.stage: {line.item: line for line in self._lines(model_in(Manifest, self._golden[ref.manifest], "m"))}
            for ref in request.upstreams
        }
        planned = next(each for each in planned_items(request, upstreams) if each.brief == item.slug)
        self._same(f"the digest of {item.slug}", item.content_digest, piece_digest(planned))
        for artifact in files_of(planned):
            named = named_file(file_ports(recipe_named(request.recipe)), artifact.name)
            assert named is not None
            path = named[1]
            file = next(file for file in item.files if file.path == path)
            self._write(f"{root}{item.address(file)}", self._golden[keys.blob_key(artifact.sha256)])

    def _rewrite_index(self, index: Index) -> None:
        root = keys.published_prefix(index.channel.content_type)
        self._write(f"{root}{INDEX}", index.model_dump_json())
        for name in (FEED, GALLERY):
            self._write(f"{root}{name}", self._golden.get(f"{root}{name}", b""))
        for day in index.days:
            folder = f"{root}{keys.day_path(day)}"
            listed = model_in(DayIndex, self._golden[f"{folder}{INDEX}"], f"{folder}{INDEX}")
            self._write(f"{folder}{INDEX}", listed.model_dump_json())
            self._write(f"{folder}{TABLE}", self._golden[f"{folder}{TABLE}"])

    def _lines(self, listed: Manifest | StageContent) -> Iterator[ItemLine]:
        for part in listed.parts:
            yield from unpack_lines(self._blob(part.sha256))

    def _concluded(self, lines: list[ItemLine], *, is_whole: bool) -> Conclusion:
        def keep(body: bytes, artifact: Artifact) -> None:
            self._write(keys.blob_key(artifact.sha256), body)

        return concluded(lines, keep, is_whole=is_whole)
