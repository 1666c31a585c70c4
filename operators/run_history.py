"""What a run did, and what became of a brief: read from the store alone, so Airflow may have forgotten the run."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TypeVar
from urllib.parse import unquote

from include.contract.entries import BRIEFS, Entries, unpack_entries
from include.contract.errors import BadRequest, CorruptInput, InputLost
from include.contract.failures import Progress
from include.contract.handed_on import HandedOn
from include.contract.keys import record_key, runs_prefix
from include.contract.manifests import ItemLine, Manifest, Provenance, Record
from include.contract.parsing import model_in
from include.contract.tokens import TokenCount
from include.contract.values import StageKind
from include.store.store import Store
from include.store.stored import Listed
from include.store.threads import daemon_threads
from operators.handing_on import handed_on
from operators.items import items_in
from operators.task_ids import stage_of_task

log = logging.getLogger(__name__)
T = TypeVar("T")

THREADS = 16
MAX_LISTED = 200_000
"""The most objects below a content type's runs, or below one run, that are searched."""
MAX_RUNS = 1000
"""The newest runs, which a brief is searched in."""
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class SeenItem:
    """One item of a stage, and who made it."""

    line: ItemLine
    provenance: Provenance | None
    """None if its record was not requested, or is gone."""
    warnings: tuple[str, ...] = ()
    """What its recipe wants people to know about it."""
    tokens: TokenCount | None = None
    """Of the language model that was asked for it."""


@dataclass(frozen=True)
class SeenStage:
    """What a run did in one stage."""

    manifest_key: str
    manifest: Manifest
    items: tuple[SeenItem, ...]
    more_items: int
    """How many items were left out."""


@dataclass(frozen=True)
class SeenProgress:
    """How far a task said that it is, whose stage has no result yet."""

    task_id: str
    said_at: datetime
    """By the store's clock; one that lives says something at least every 20 s."""
    progress: Progress


@dataclass(frozen=True)
class CheckedBriefs:
    """What the run's first task found and checked."""

    entries: Entries
    sha256: str
    """Digest of their blob."""


@dataclass(frozen=True)
class SeenRun:
    """A run, or what it made of one brief."""

    run_id: str
    written_at: datetime
    """When its last manifest was written, by the store's clock."""
    asked: CheckedBriefs | None
    """None for runs whose first task did not record yet what it hands on."""
    stages: tuple[SeenStage, ...]
    unfinished: tuple[SeenProgress, ...]
    problems: tuple[str, ...]
    """What cannot be read, and which task makes it again."""


def run_of(store: Store, content_type: str, name: str, limit: int) -> SeenRun:
    """The run with the id `name`, or the newest one that made the brief `name`; at most `limit` items per stage.

    :raises BadRequest: there is neither.
    """
    own = store.listed(runs_prefix(content_type, name), MAX_LISTED)
    if own:
        return _seen(store, name, own, "", limit)
    runs = _newest_runs(store, content_type)
    with daemon_threads(THREADS, "runs") as threads:
        for start in range(0, len(runs), THREADS):
            some = runs[start : start + THREADS]
            made = threads.map(lambda run: _makes(store, run[1], name), some)
            for (run_id, listed), does in zip(some, made, strict=True):
                if does:
                    return _seen(store, run_id, listed, name, limit)
    raise BadRequest(
        f"`{name}` is neither a run of `{content_type}` nor a brief of its newest {len(runs)} runs in "
        f"{store.domain.uri('')}{_examples(runs)}"
    )


def manifests_of(store: Store, dag_id: str, run_id: str) -> list[Manifest]:
    """What each stage of a run left, in the order of the stages; of one that is not merged yet, each shard's."""
    return [each for _, each in _manifests(store, store.listed(runs_prefix(dag_id, run_id), MAX_LISTED))]


def newest_run(store: Store, content_type: str) -> str:
    """Id of the run that was the last to write anything; empty if there is none."""
    runs = _newest_runs(store, content_type)
    return runs[0][0] if runs else ""


def _newest_runs(store: Store, content_type: str) -> list[tuple[str, list[Listed]]]:
    """Run ids with what lies below each, the newest first."""
    prefix = runs_prefix(content_type)
    runs: dict[str, list[Listed]] = defaultdict(list)
    for each in store.listed(prefix, MAX_LISTED):
        runs[unquote(each.key.removeprefix(prefix).partition("/")[0])].append(each)
    newest = sorted(runs.items(), key=lambda run: (max(each.modified_at for each in run[1]), run[0]), reverse=True)
    return newest[:MAX_RUNS]


def _examples(runs: Sequence[tuple[str, object]]) -> str:
    return f"; its newest run: {runs[0][0]}" if runs else ""


def _makes(store: Store, listed: Sequence[Listed], brief: str) -> bool:
    """Whether the run was asked for `brief`; of one that does not say so, whether its first stage has an item of it."""
    try:
        asked = _asked(store, listed)
        if asked is not None:
            return any(entry.brief.id == brief for entry in asked.entries.entries)
        manifests = _manifests(store, listed)
        return bool(manifests) and any(_is_of(line, brief) for line in lines_of(store, manifests[0][1]))
    except (InputLost, CorruptInput) as error:
        log.warning("A run is skipped: %s", error)
        return False


def _seen(store: Store, run_id: str, listed: Sequence[Listed], brief: str, limit: int) -> SeenRun:
    problems: list[str] = []

    def readable(read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except (InputLost, CorruptInput) as error:
            problems.append(str(error))
            return otherwise

    stages = tuple(
        readable(partial(_stage, store, key, manifest, brief, limit), SeenStage(key, manifest, (), 0))
        for key, manifest in _manifests(store, listed)
    )
    asked = readable(lambda: _asked(store, listed), None)
    written_at = max((each.modified_at for each in listed), default=_OLDEST)
    nothing: list[SeenProgress] = []
    unfinished = readable(partial(_unfinished, store, listed, stages), nothing)
    return SeenRun(run_id, written_at, asked, stages, tuple(unfinished), tuple(problems))


def _unfinished(store: Store, listed: Sequence[Listed], stages: Sequence[SeenStage]) -> list[SeenProgress]:
    """The newest progress of each task without a manifest, and whose stage has no whole one, by task."""
    ended = {_task_and_index(each.manifest_key) for each in stages}
    whole = {stage_of_task(each.manifest.run.task_id) for each in stages if each.manifest.shard.is_whole}
    newest: dict[tuple[str, str], Listed] = {}
    for each in sorted(listed, key=lambda each: each.modified_at):
        if each.key.endswith("/progress.json"):
            newest[_task_and_index(each.key)] = each
    found = []
    for (task, index), each in sorted(newest.items()):
        if (task, index) in ended or stage_of_task(task) in whole:
            continue
        body = store.get(each.key)
        if body is not None:
            found.append(SeenProgress(task, each.modified_at, model_in(Progress, body, each.key)))
    return found


def _task_and_index(key: str) -> tuple[str, str]:
    """Of an object of a run."""
    task, index = key.split("/")[4:6]
    return unquote(task), index


def _asked(store: Store, listed: Sequence[Listed]) -> CheckedBriefs | None:
    for key in (each.key for each in listed if each.key.endswith("/handed-on.json")):
        body = store.get(key)
        for blob in () if body is None else model_in(HandedOn, body, key).blobs:
            if blob.name == BRIEFS:
                task = unquote(key.split("/")[4])
                return CheckedBriefs(handed_on(store, blob.model_dump(), task, unpack_entries), blob.sha256)
    return None


def _manifests(store: Store, listed: Sequence[Listed]) -> list[tuple[str, Manifest]]:
    """The newest manifest of each stage, by kind and then by time; of one without its merge, each shard's."""
    by_task: dict[str, Listed] = {}
    for each in sorted(listed, key=lambda each: each.modified_at):
        if each.key.endswith("/manifest.json"):
            by_task["/".join(each.key.split("/")[4:6])] = each
    read = [(each.key, manifest) for each in by_task.values() if (manifest := _manifest(store, each.key))]
    whole = {manifest.run.task_id for _, manifest in read if manifest.shard.is_whole}
    kept = [(key, each) for key, each in read if each.shard.is_whole or stage_of_task(each.run.task_id) not in whole]
    return sorted(kept, key=lambda pair: (_place(pair[1].kind), pair[1].shard.index))


def _place(kind: str) -> int:
    """Of a stage among the others; those that are not known here come last."""
    order = list(StageKind)
    return order.index(kind) if isinstance(kind, StageKind) else len(order)


def _manifest(store: Store, key: str) -> Manifest | None:
    body = store.get(key)
    try:
        return None if body is None else model_in(Manifest, body, key)
    except CorruptInput:
        return None


def _stage(store: Store, key: str, manifest: Manifest, brief: str, limit: int) -> SeenStage:
    own = (line for line in lines_of(store, manifest) if not brief or _is_of(line, brief))
    shown = list(islice(own, limit))
    with daemon_threads(THREADS, "runs") as threads:
        items = tuple(threads.map(lambda line: _item(store, manifest.kind, line), shown))
    return SeenStage(key, manifest, items, sum(1 for _ in own))


def lines_of(store: Store, manifest: Manifest) -> Iterator[ItemLine]:
    """Every item that `manifest` lists, part by part.

    :raises InputLost: a part is gone; says which task makes it again.
    :raises CorruptInput: a part is no list of items.
    """
    task = manifest.producer or manifest.run.task_id
    return items_in(store, manifest.parts, f"task `{manifest.run.task_id}`", task)


def _is_of(line: ItemLine, brief: str) -> bool:
    return line.item == brief or line.item.startswith(f"{brief}/")


def _item(store: Store, kind: str, line: ItemLine) -> SeenItem:
    body = store.get(record_key(kind, line.fingerprint)) if line.fingerprint else None
    try:
        record = None if body is None else model_in(Record, body, "the record")
    except CorruptInput:
        record = None
    return SeenItem(line, None) if record is None else SeenItem(line, record.provenance, record.warnings, record.tokens)
