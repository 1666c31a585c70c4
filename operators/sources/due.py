"""Which items of a feed a run makes: those of its own interval, and those that came too late for theirs.

Feeds are written after the dates in them: an item may appear after the run for its interval has read the feed. The next
scheduled run makes it. Notes in the store, beside those about flaws, ensure that each item is made by one run, and that
none is made again that an earlier run has seen.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime

from include.contract.source import SourceNotes
from include.contract.source_rows import SourceRows
from operators.sources.feed import Dated, FeedItems
from operators.sources.told_flaws import BETWEEN, ToldFlaws, bounds_of

MAX_TIMES = 1000
MAX_IDS = 5000
"""Items in the latest intervals that runs have read a feed for; no run makes items that come later than these."""
_SHOWN = 10
Read = dict[str, dict[str, str]]
"""Interval of a run to the ids of its items, each with the run that makes it if it came late."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FeedRun:
    """A run that reads a feed."""

    run_id: str
    since: datetime
    until: datetime
    makes_late_ones: bool
    """Whether it is scheduled: manual runs and backfills make only their own interval."""

    @property
    def time(self) -> str:
        """Its own interval, in UTC."""
        return BETWEEN.join(at.astimezone(UTC).isoformat() for at in (self.since, self.until))


@dataclass(frozen=True)
class _Chosen:
    made: list[Dated]
    late: list[Dated]
    """Of these, those of another run's time."""
    elsewhere: list[Dated]
    """Of its own time, those that came late and another run makes."""
    moved: list[Dated]
    """Of its own time, those that another run has found under another date."""
    left_out: int


def first_time(told: ToldFlaws, reader: FeedRun) -> datetime:
    """The earliest time of items that may be due for a run."""
    return min([reader.since, *(bounds_of(time)[0] for time in told.times)]) if reader.makes_late_ones else reader.since


def due(items: FeedItems, reader: FeedRun, limit: int, notes: SourceNotes) -> SourceRows:
    """What a run makes of `items`: the newest `limit`, oldest first; and how many are left out.

    :param notes: what runs have read of the feed.
    """
    chosen = _Chosen([], [], [], [], 0)

    def with_ours(body: bytes | None) -> bytes:
        nonlocal chosen
        told = ToldFlaws.read(body)
        read = {time: dict(ids) for time, ids in told.times.items()}
        chosen = _choose(items, reader, limit, read)
        return told.with_(times=latest(read))

    notes.change(with_ours)
    if chosen.late:
        log.info("Too late for the runs of their own intervals, so made here: %s", _named(chosen.late))
    if chosen.elsewhere:
        log.info("Too late for this run, so a later one made them: %s", _named(chosen.elsewhere))
    if chosen.moved:
        log.info("Already found under another date, so not made again: %s", _named(chosen.moved))
    left_out = f"{chosen.left_out} of the feed's items left out: `limit` is {limit}, and the newest are made"
    return SourceRows(tuple(each.row for each in chosen.made), items.mistakes, left_out if chosen.left_out else "")


def _choose(items: FeedItems, reader: FeedRun, limit: int, read: Read) -> _Chosen:
    """What is due for `reader`, noted in `read`."""
    own = read.setdefault(reader.time, {})
    elsewhere: list[Dated] = []
    moved: list[Dated] = []
    in_time: list[Dated] = []
    for item in items.dated:
        if reader.since <= item.at < reader.until:
            (elsewhere if own.get(item.id) else moved if _has_moved(item, reader, read) else in_time).append(item)
    late = _late(items, reader, read) if reader.makes_late_ones else {}
    due_here = sorted([*in_time, *(item for item, _ in late.values())], key=lambda item: item.at)
    made = due_here[-limit:]
    own.update((item.id, "") for item in in_time)
    for item in made:
        if item.id in late:
            read[late[item.id][1]][item.id] = reader.run_id
    return _Chosen(made, [item for item in made if item.id in late], elsewhere, moved, len(due_here) - len(made))


def _has_moved(item: Dated, reader: FeedRun, read: Read) -> bool:
    """Whether another run has found it in a time in which its date does not lie any more."""
    found_in = (bounds_of(time) for time, ids in read.items() if time != reader.time and item.id in ids)
    return any(not since <= item.at < until for since, until in found_in)


def _late(items: FeedItems, reader: FeedRun, read: Read) -> dict[str, tuple[Dated, str]]:
    """By its id, each item of a time for which another run has read the feed without it, and that time."""
    times = sorted(time for time in read if time != reader.time)
    starts = [bounds_of(time)[0] for time in times]
    seen = {each for ids in read.values() for each in ids}
    late: dict[str, tuple[Dated, str]] = {}
    for item in items.dated:
        before = bisect_right(starts, item.at) - 1
        if item.at >= reader.since or before < 0 or item.at >= bounds_of(times[before])[1]:
            continue
        if item.id not in seen or read[times[before]].get(item.id) == reader.run_id:
            late[item.id] = item, times[before]
    return late


def latest(read: Read) -> Read:
    """The latest intervals of `read`, as many as are remembered."""
    kept: Read = {}
    count = 0
    for time in sorted(read, reverse=True)[:MAX_TIMES]:
        count += len(read[time])
        if kept and count > MAX_IDS:
            break
        kept[time] = read[time]
    return dict(sorted(kept.items()))


def _named(items: list[Dated]) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(f"`{item.id}`" for item in items[:_SHOWN]) + more
