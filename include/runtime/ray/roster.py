"""What the dispatcher knows of each pool: its workers, its jobs, its pace."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from include.runtime.ray.pools import Beat, Demand, Pace, Pool, Removable, needed

BUSY_S = 60.0
"""How busy a pool is, is said of so long."""


@dataclass(eq=False)
class Member:
    """A worker of a pool. Times are by `time.monotonic`."""

    name: str
    pool: Pool
    made_at: float
    unknown_until: float = 0.0
    """Until then its job, if it has one, may still say so."""
    node: str = ""
    """Empty until it runs."""
    beat: Beat | None = None
    """What it last said."""
    loaded_at: float = 0.0
    """When it first said that it has its model."""
    job: str = ""
    """Empty if it is lent to none."""
    heard_at: float = 0.0
    lent_at: float = 0.0
    used_at: float = 0.0
    """When it was last lent, or ran first."""
    is_told: bool = False
    """Whether its job knows that it has it."""
    asked_back: bool = False
    goes: bool = False
    """Whether it is ended as soon as it is free."""
    rests_since: float = 0.0
    """Since when it may still compute what nobody waits for; 0 if it does not."""

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return bool(self.node)

    @property
    def is_loading(self) -> bool:
        """Whether it is lent and has no model yet."""
        return bool(self.job) and not self.is_loaded

    @property
    def is_loaded(self) -> bool:
        """Whether it has its model."""
        return self.beat is not None and self.beat.is_loaded

    def is_free(self, now: float, *, or_starting: bool = False) -> bool:
        """Whether it can be lent, or ended."""
        is_free = not self.job and now >= self.unknown_until and not self.rests_since
        return is_free and (or_starting or (self.is_up and not self.goes))

    def lend(self, job: str, now: float, *, is_told: bool = False) -> None:
        """Give it to a job."""
        self.job, self.lent_at, self.used_at, self.is_told = job, now, now, is_told
        self.rests_since = self.unknown_until = 0.0

    def free(self, now: float, *, in_silence: bool = False) -> None:
        """It is nobody's; where nobody has said that it computes nothing, it says so before it is lent."""
        self.job, self.is_told, self.asked_back, self.used_at = "", False, False, now
        self.rests_since = now if in_silence else 0.0

    def removable(self, load_s: float | None, is_spare: bool, now: float) -> Removable:
        """It, as one that may make room for another.

        :param load_s: what loading its model takes, if that is known.
        """
        return Removable(
            name=self.name,
            node=self.node,
            has=needed(self.pool.spec),
            used_at=self.used_at,
            loaded_at=self.loaded_at,
            load_s=load_s or 0.0,
            is_idle=self.is_free(now),
            is_spare=is_spare,
        )

    def overdue(self, now: float) -> bool:
        """Whether it computes for longer than an item may take what nobody waits for."""
        return bool(self.rests_since) and now - self.rests_since > self.pool.spec.workers.item_timeout_s


@dataclass(frozen=True)
class Span:
    """Between two beats of a worker, while something waited."""

    until: float
    lived_s: float
    computing_s: float


@dataclass(eq=False)
class PoolState:
    """One pool."""

    pool: Pool
    members: list[Member] = field(default_factory=list)
    demands: dict[str, Demand] = field(default_factory=dict)
    """By job."""
    heard_at: dict[str, float] = field(default_factory=dict)
    """By job."""
    failed_starts: int = 0
    """So many workers in a row were lost before they ran."""
    trouble: str = ""
    """Why the last of those was."""
    looked_for_place_at: float = 0.0
    room_made_at: float = 0.0
    """When a worker last was about to go while one of this pool had no place."""
    load_s: float | None = None
    """What the last load took."""
    items: int = 0
    computing_s: float = 0.0
    spans: deque[Span] = field(default_factory=deque)
    """Those that ended in the last `BUSY_S`, and maybe some before, in order."""

    def busy_share(self, now: float) -> float:
        """Of workers' life in the last `BUSY_S` while something waited, how much they computed; 0 if nothing did."""
        while self.spans and now - self.spans[0].until > BUSY_S:
            self.spans.popleft()
        life_s = sum(span.lived_s for span in self.spans)
        return sum(span.computing_s for span in self.spans) / life_s if life_s else 0.0

    @property
    def pace(self) -> Pace:
        """As far as it is known."""
        return Pace(self.load_s, self.computing_s / self.items if self.items else None)

    def of(self, job: str) -> Iterator[Member]:
        """The workers that a job has."""
        return (each for each in self.members if each.job == job)

    def heard(self, member: Member, beat: Beat, now: float) -> None:
        """Take note of what a worker says."""
        before = member.beat
        computing_s = beat.computing_s - (before.computing_s if before else 0.0)
        self.items += beat.items - (before.items if before else 0)
        self.computing_s += computing_s
        if before and any(demand.batches for demand in self.demands.values()):
            self.spans.append(Span(now, now - member.heard_at, computing_s))
        if beat.is_loaded:
            self.load_s = beat.load_s
        if not member.is_up:
            member.used_at, self.failed_starts = now, 0
        if beat.is_loaded and not member.loaded_at:
            member.loaded_at = now
        if not beat.is_computing:
            member.rests_since = 0.0
        member.node, member.beat, member.heard_at = beat.node, beat, now

    def forget(self, job: str, now: float, *, in_silence: bool = False) -> None:
        """A job is gone: what it had is free."""
        for member in list(self.of(job)):
            member.free(now, in_silence=in_silence)
        self.demands.pop(job, None)
        self.heard_at.pop(job, None)
        if not self.demands:
            self.failed_starts = 0

    def has_no_place(self, now: float, after_s: float) -> bool:
        """Whether one of its workers has waited for a node for so long, since the last time that room was made."""
        waiting_since = [max(each.made_at, self.looked_for_place_at) for each in self.members if not each.is_up]
        return any(now - since > after_s for since in waiting_since)

    def is_starved(self, now: float, after_s: float) -> bool:
        """Whether it has something to do, and nobody for it."""
        is_waiting = any(not each.is_up and now - each.made_at > after_s for each in self.members)
        has_work = any(demand.use for demand in self.demands.values())
        return has_work and is_waiting and not any(each.is_up for each in self.members)


def spare_ones(states: Iterable[PoolState], now: float) -> frozenset[str]:
    """Names of all workers that run but one of each pool, which is a lent one if there is any."""
    spare: set[str] = set()
    for state in states:
        running = [each for each in state.members if each.is_up]
        running.sort(key=lambda each: (not each.is_free(now), each.is_loaded, each.used_at))
        spare.update(each.name for each in running[:-1])
    return frozenset(spare)
