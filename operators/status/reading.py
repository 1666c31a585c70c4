"""How far a run is, read from what its stages have left in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar, cast

from include.contract.content_types import ContentStage, ContentType
from include.contract.errors import SURROUNDINGS, BadRequest, CorruptInput, InputLost
from include.contract.failures import Failure, FailureClass, Progress, read_failure
from include.contract.item_states import ItemState, ItemStates, states_in
from include.contract.keys import runs_prefix
from include.contract.manifests import ItemLine, Manifest
from include.contract.parsing import model_in
from include.store.store import Store
from include.store.stored import Listed
from operators.run_history import MAX_LISTED, lines_of, newest_run
from operators.status.left import END, ITEMS, PROGRESS, TaskLeft, TryLeft, tasks_in
from operators.status.status import INTERRUPTED, ItemStatus, RunStatus, StageState, StageStatus, TaskStatus
from operators.task_ids import shards_task

SILENT_S = 120.0
"""A process that lives writes its progress at least every 20 s."""
_AT_END = ("done", "failed")
"""Phases in which a try has ended."""
_UNTOLD = ItemStates(items=())
T = TypeVar("T")


@dataclass(frozen=True)
class _Seen:
    """A task, its items, and what has been told of them."""

    task: TaskStatus
    items: tuple[ItemStatus, ...]
    left_out: Mapping[str, int]
    is_whole: bool


@dataclass
class StatusReader:
    """Reads one run, as often as one likes."""

    store: Store
    content_type: ContentType
    run_id: str
    _ended: dict[tuple[str, datetime], tuple[ItemStatus, ...]] = field(default_factory=dict)
    """What stands in manifests: it never changes."""
    _found: dict[str, object] = field(default_factory=dict)
    """What this look has read, by key."""
    _problems: list[str] = field(default_factory=list)
    _now: datetime | None = None

    def look(self) -> RunStatus:
        """How far it is now.

        :raises BadRequest: there is no such run.
        :raises StoreAway: the store does not answer.
        """
        listed = self.store.listed(runs_prefix(self.content_type.name, self.run_id), MAX_LISTED)
        if not listed:
            raise BadRequest(self._nothing())
        self._problems, self._found, self._now = [], {}, self.store.now(listed[0].key)
        tasks = tasks_in(listed)
        stages: dict[str, StageStatus] = {}
        for stage in self.content_type.content_stages:
            seen = self._stage(stage, [each for each in tasks if each.task_id in _task_ids(stage.name)])
            is_blocked = any(_has_failed_for_good(stages[each]) for each in stage.wiring.read.values())
            is_over = seen.is_over or (seen.state is StageState.WAITING and is_blocked)
            stages[stage.name] = replace(seen, is_over=is_over)
        return RunStatus(
            self.content_type.name, self.run_id, self._now, tuple(stages.values()), tuple(dict.fromkeys(self._problems))
        )

    def _nothing(self) -> str:
        newest = newest_run(self.store, self.content_type.name)
        example = f"; the newest run there: {newest}" if newest else ""
        return (
            f"there is nothing of a run `{self.run_id}` of `{self.content_type.name}` in {self.store.domain.uri('')}: "
            f"no such run, or its first task has not ended yet{example}"
        )

    def _stage(self, stage: ContentStage, tasks: Sequence[TaskLeft]) -> StageStatus:
        told = _sums(each for task in tasks for each in self._told_by(task))
        seen = [one for task in tasks if (one := self._task(stage, task, told)) is not None]
        running = any(one.task.state is StageState.RUNNING and not one.is_whole for one in seen)
        whole = next((one for one in seen if one.is_whole), None)
        if whole is not None and not running:
            return _status(stage.name, whole.task.state, whole.task.is_final, [whole])
        seen = [one for one in seen if not one.is_whole]
        states = {one.task.state for one in seen}
        if len(seen) < stage.settings.shards:
            states.add(StageState.WAITING)
        order = (StageState.RUNNING, StageState.SILENT, StageState.FAILED, StageState.WAITING)
        # Shards that are all done wait for their merge.
        state = next((each for each in order if each in states), StageState.RUNNING)
        is_over = state is StageState.FAILED and any(one.task.is_final for one in seen)
        return _status(stage.name, state, is_over, seen)

    def _task(self, stage: ContentStage, left: TaskLeft, told: Mapping[str, ItemStatus]) -> _Seen | None:
        """The newest try of a task; None if none has left anything that can be read."""
        listed, newest = left.manifest, left.newest
        manifest = None if listed is None else self._read(listed, lambda body: model_in(Manifest, body, listed.key))
        progress = Progress() if newest is None else self._progress(newest)
        if manifest is not None and listed is not None and self._is_of(manifest, listed, newest, progress):
            return self._ended_task(stage, left, listed, manifest, told)
        return None if newest is None else self._trying(stage, left, newest, progress, told)

    def _is_of(self, manifest: Manifest, listed: Listed, newest: TryLeft | None, progress: Progress) -> bool:
        """Whether a manifest is the result of the newest try, or of a later one that needed no process."""
        if newest is None or listed.modified_at >= newest.said_at:
            return True
        is_at_work = progress.phase not in _AT_END and (self._silent_s(newest.said_at) or 0.0) <= SILENT_S
        return (manifest.request, manifest.attempt) == (newest.request, newest.attempt) and not is_at_work

    def _ended_task(
        self, stage: ContentStage, left: TaskLeft, listed: Listed, manifest: Manifest, told: Mapping[str, ItemStatus]
    ) -> _Seen:
        of = next((each for each in left.tries_at(manifest.request) if each.attempt == manifest.attempt), None)
        failure = None if of is None else self._failure(of)
        too_many = manifest.shard.is_whole and manifest.counts.failed_share > stage.settings.max_failed_share
        state = StageState.FAILED if failure is not None or too_many else StageState.DONE
        task = TaskStatus(
            left.task_id,
            left.map_index,
            state,
            manifest.attempt or None,
            listed.modified_at,
            self._silent_s(listed.modified_at),
            is_final=failure is None or self._is_final(stage, left),
        )
        if failure is not None:
            task = replace(task, cause=failure.cause, message=failure.message)
        elif too_many:
            task = replace(task, message=f"{manifest.counts.failed} items failed, more than the stage allows")
        items = tuple(_with_told(each, told) for each in self._lines(listed, manifest))
        return _Seen(task, items, {}, left.task_id == stage.name)

    def _trying(
        self, stage: ContentStage, left: TaskLeft, newest: TryLeft, progress: Progress, told: Mapping[str, ItemStatus]
    ) -> _Seen:
        """A try that has no result: it goes on, has failed, or is lost."""
        silent_s = self._silent_s(newest.said_at)
        failure = None
        if progress.phase in _AT_END or newest.at(END) > newest.at(PROGRESS):
            failure = self._failure(newest)
        state = StageState.RUNNING
        if failure is not None or progress.phase in _AT_END:
            state = StageState.FAILED
        elif silent_s is not None and silent_s > SILENT_S:
            state = StageState.SILENT
        task = TaskStatus(
            left.task_id,
            left.map_index,
            state,
            newest.attempt,
            newest.said_at,
            silent_s,
            progress.phase,
            progress.under_way,
            progress.in_hand,
            cause=None if failure is None else failure.cause,
            message="" if failure is None else failure.message,
            is_final=failure is not None and self._is_final(stage, left),
        )
        states = self._states(newest)
        items = tuple(_with_told(each, told) for each in _items_of(states))
        if state is not StageState.RUNNING:
            items = tuple(_interrupted(each) for each in items)
        return _Seen(task, items, states.left_out or _unlisted(items, progress), left.task_id == stage.name)

    def _is_final(self, stage: ContentStage, left: TaskLeft) -> bool:
        """Whether what the newest try failed of is for good, or was the last of the tries for failures of the work."""
        newest = left.newest
        failures = [self._failure(each) for each in left.tries_at(newest.request)] if newest is not None else []
        charged = [each for each in failures if each is not None and each.cause not in SURROUNDINGS]
        last = None if newest is None else self._failure(newest)
        is_permanent = last is not None and last.failure_class is FailureClass.PERMANENT
        return is_permanent or len(charged) > stage.settings.retries

    def _told_by(self, task: TaskLeft) -> Iterator[ItemStatus]:
        """What each try at the newest request has told of its items."""
        for each in task.tries_at(task.newest.request) if task.newest is not None else ():
            yield from _items_of(self._states(each))

    def _lines(self, listed: Listed, manifest: Manifest) -> tuple[ItemStatus, ...]:
        key = listed.key, listed.modified_at
        if key not in self._ended:
            nothing: tuple[ItemLine, ...] = ()
            found = self._readable(lambda: tuple(lines_of(self.store, manifest)), nothing)
            self._ended[key] = tuple(
                ItemStatus(line.item, str(line.outcome), cause=line.cause, message=line.message) for line in found
            )
        return self._ended[key]

    def _progress(self, of: TryLeft) -> Progress:
        listed = of.objects.get(PROGRESS)
        found = listed and self._read(listed, lambda body: model_in(Progress, body, listed.key))
        return found or Progress()

    def _states(self, of: TryLeft) -> ItemStates:
        listed = of.objects.get(ITEMS)
        return (listed and self._read(listed, lambda body: states_in(body, listed.key))) or _UNTOLD

    def _failure(self, of: TryLeft) -> Failure | None:
        listed = of.objects.get(END)
        if listed is None:
            return None
        return self._read(listed, lambda body: read_failure(body.decode(errors="replace")))

    def _read(self, listed: Listed, read: Callable[[bytes], T]) -> T | None:
        """What is in an object; None, and a problem, if it cannot be read."""
        if listed.key not in self._found:
            body = self.store.get(listed.key)
            self._found[listed.key] = None if body is None else self._readable(lambda: read(body), None)
        return cast("T | None", self._found[listed.key])

    def _readable(self, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except (CorruptInput, InputLost) as error:
            self._problems.append(str(error))
            return otherwise

    def _silent_s(self, since: datetime) -> float | None:
        return None if self._now is None else max(0.0, (self._now - since).total_seconds())


def _task_ids(stage: str) -> tuple[str, str]:
    return stage, shards_task(stage)


def _has_failed_for_good(stage: StageStatus) -> bool:
    return stage.is_over and stage.state is not StageState.DONE


def _status(name: str, state: StageState, is_over: bool, seen: Sequence[_Seen]) -> StageStatus:
    left_out: Counter[str] = sum((Counter(one.left_out) for one in seen), Counter())
    items = tuple(each for one in seen for each in one.items)
    return StageStatus(name, state, is_over, tuple(one.task for one in seen), items, dict(left_out))


def _items_of(states: ItemStates) -> Iterator[ItemStatus]:
    for each in states.items:
        yield ItemStatus(each.item, str(each.state), each.node, each.since, each.tries, each.cause, each.message)


def _sums(told: Iterable[ItemStatus]) -> dict[str, ItemStatus]:
    """The last that was told of each item, with the tries of all."""
    found: dict[str, ItemStatus] = {}
    for each in told:
        before = found.get(each.item)
        found[each.item] = replace(each, tries=(each.tries or 0) + ((before and before.tries) or 0))
    return found


def _with_told(item: ItemStatus, told: Mapping[str, ItemStatus]) -> ItemStatus:
    """An item with how often it was tried; one that failed also with where."""
    about = told.get(item.item)
    if about is None:
        return item
    node = about.node if item.state == ItemState.FAILED and about.state == ItemState.FAILED else item.node
    return replace(item, tries=about.tries, node=node)


def _interrupted(item: ItemStatus) -> ItemStatus:
    return replace(item, state=INTERRUPTED) if item.state == ItemState.RUNNING else item


def _unlisted(items: Sequence[ItemStatus], progress: Progress) -> dict[str, int]:
    """How many items there are of which nothing else is told, by what progress counts."""
    if items or not progress.total:
        return {}
    done = {state: getattr(progress, state) for state in ("made", "reused", "failed", "skipped")}
    counts = {"waiting": progress.total - progress.done, **done}
    return {state: number for state, number in counts.items() if number > 0}
