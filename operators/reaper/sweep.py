"""A sweep, whatever the stages run as: what nobody waits for any more is ended, and each decision is said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Self

from airflow.configuration import conf

from include.contract.errors import AtelierError, BadRequest
from operators.engines.identity import TaskKey
from operators.reaper.answers import Airflow, InstanceKey
from operators.reaper.verdict import Judgement, ReaperVerdict, judge

log = logging.getLogger(__name__)

_NOBODYS = "it does not say whose it is; look at it, and end it by hand"


class Ending(Enum):
    """How something is ended, in words: what would be done, and what was."""

    REMOVE = "remove", "Removed"
    STOP = "stop", "Stopped"
    FORGET = "forget", "Forgot"


@dataclass(frozen=True)
class Started:
    """A pod or job that this Airflow has started."""

    name: str
    """As a line of log names it."""
    known: TaskKey | Judgement
    """The task that decides about it; or the judgement, where that needs no answer from Airflow."""
    end: Callable[[], None]
    """Ends it. May raise an AtelierError: the cluster does not do it."""

    @classmethod
    def of(cls, name: str, annotations: Mapping[str, str] | None, at_sight: str, end: Callable[[], None]) -> Self:
        """What is called `name`.

        :param annotations: a pod's, or a job's metadata.
        :param at_sight: why it is left without a question; empty if Airflow is to be asked.
        """
        key = TaskKey.read(annotations)
        if key is not None:
            name = f"{name} of {InstanceKey.of(key)}, try {key.try_number}"
        if at_sight or key is None:
            return cls(name, Judgement(ReaperVerdict.LEAVE, at_sight or _NOBODYS), end)
        return cls(name, key, end)


@dataclass
class Report:
    """What a sweep did, in numbers."""

    what: str = "pods"
    removed: int = 0
    left: int = 0
    unknown: int = 0
    """Left, because nothing is known about their tasks."""
    undeletable: int = 0
    """The cluster did not end them."""

    @property
    def is_complete(self) -> bool:
        """Whether every one was decided on, and every decision carried out."""
        return not self.unknown and not self.undeletable

    def __str__(self) -> str:
        return (
            f"{self.removed} {self.what} removed, {self.left} left, {self.unknown} left because Airflow did not say "
            f"what became of their tasks, {self.undeletable} that the cluster did not delete"
        )


class Sweep:
    """One sweep over a cluster; a line of log for each decision."""

    def __init__(self, what: str, *, is_dry_run: bool) -> None:
        """`what` is swept, in the plural.

        :raises BadRequest: this Airflow cannot be told from another.
        """
        _check_installation()
        self.report = Report(what)
        self._is_dry_run = is_dry_run

    def decide(self, started: Sequence[Started], airflow: Airflow, how: Ending) -> None:
        """End what Airflow says that nobody waits for, and leave the others."""
        for each, judgement in _judged(started, airflow):
            if judgement.verdict is ReaperVerdict.REMOVE:
                self.end(each, judgement.reason, how)
            else:
                log.info("Left %s: %s", each.name, judgement.reason)
                self.report.left += judgement.verdict is ReaperVerdict.LEAVE
                self.report.unknown += judgement.verdict is ReaperVerdict.LEAVE_UNKNOWN

    def end(self, each: Started, reason: str, how: Ending) -> None:
        """End it; one that cannot be ended does not keep the others."""
        would, did = how.value
        try:
            if not self._is_dry_run:
                each.end()
        except AtelierError as error:
            log.error("Could not %s %s, though %s: %s", would, each.name, reason, error)
            self.report.undeletable += 1
            return
        log.info("%s %s: %s", f"Would {would}" if self._is_dry_run else did, each.name, reason)
        self.report.removed += 1

    def finished(self) -> Report:
        """What it did, said too."""
        log.info("%s%s", "Dry run, nothing was removed: " if self._is_dry_run else "", self.report)
        return self.report


def _check_installation() -> None:
    """Refuse to sweep where what this Airflow has started could not be told from what another has."""
    if not conf.get("api", "base_url", fallback=""):
        raise BadRequest(
            "Airflow's `[api] base_url` is not set: what another Airflow runs could not be told from what this one "
            "does, so nothing is removed. Set it (AIRFLOW__API__BASE_URL) to the same address in every component of "
            "this Airflow"
        )


def _judged(started: Sequence[Started], airflow: Airflow) -> Iterator[tuple[Started, Judgement]]:
    """Each with its judgement. Airflow is asked after they were listed: its answers are the newer."""
    wanted = {InstanceKey.of(each.known) for each in started if isinstance(each.known, TaskKey)}
    answers = airflow.ask(wanted) if wanted else {}
    for each in started:
        known = each.known
        yield each, judge(known, answers[InstanceKey.of(known)]) if isinstance(known, TaskKey) else known
