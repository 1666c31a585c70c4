"""Whose pod or job it is: labels to find a pod by, annotations with the exact ids."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Self

from include.contract.manifests import RunRef
from operators.task import run_ref

if TYPE_CHECKING:
    from airflow.sdk import Context

APP_LABEL = "app.kubernetes.io/name"
APP = "atelier-stage"
MANAGED_BY_LABEL = "app.kubernetes.io/managed-by"
MANAGED_BY = "airflow"
TASK_LABEL = "atelier.dev/task"
"""Digest of the task instance, whatever its try: labels cannot hold every id."""
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"

AIRFLOW_ANNOTATION = "atelier.dev/airflow"
REQUEST_ANNOTATION = "atelier.dev/request"
_DAG, _RUN, _TASK = "atelier.dev/dag-id", "atelier.dev/run-id", "atelier.dev/task-id"
_MAP_INDEX, _TRY, _MAX_TRIES = "atelier.dev/map-index", "atelier.dev/try-number", "atelier.dev/max-tries"


@dataclass(frozen=True)
class TaskKey:
    """One try of one task instance."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    """-1 when the task is not mapped."""
    try_number: int
    max_tries: int
    """Clearing a task raises it: what has another number belongs to a try that was cleared."""

    def annotations(self) -> dict[str, str]:
        """The key as a pod's annotations, or a job's metadata."""
        return {
            _DAG: self.dag_id,
            _RUN: self.run_id,
            _TASK: self.task_id,
            _MAP_INDEX: str(self.map_index),
            _TRY: str(self.try_number),
            _MAX_TRIES: str(self.max_tries),
            AIRFLOW_ANNOTATION: installation_id(),
        }

    @classmethod
    def of(cls, context: Context) -> Self:
        """The try that executes in Airflow's `context`."""
        ti, run = context["ti"], run_ref(context)
        return cls(run.dag_id, run.run_id, run.task_id, run.map_index, ti.try_number, ti.max_tries)

    @classmethod
    def read(cls, annotations: Mapping[str, str] | None) -> Self | None:
        """The key in a pod's annotations, or a job's metadata; None if there is none."""
        found = annotations or {}
        try:
            return cls(
                dag_id=found[_DAG],
                run_id=found[_RUN],
                task_id=found[_TASK],
                map_index=int(found[_MAP_INDEX]),
                try_number=int(found[_TRY]),
                max_tries=int(found[_MAX_TRIES]),
            )
        except (KeyError, ValueError):
            return None

    def run(self) -> RunRef:
        """Which task of which run it is."""
        return RunRef(dag_id=self.dag_id, run_id=self.run_id, task_id=self.task_id, map_index=self.map_index)

    def same_task(self, other: TaskKey | None) -> bool:
        """Whether `other` is a try of the same task instance."""
        return other is not None and self._task() == other._task()

    def task_digest(self) -> str:
        """Of the task instance in this installation, whatever its try."""
        return _digest(installation_id(), *self._task())

    def pod_name(self) -> str:
        """The only name that a pod of this try may have, so that it cannot be made twice."""
        head = "".join(c if c.isalnum() and c.isascii() else "-" for c in f"{self.dag_id}-{self.task_id}".lower())
        return f"{head[:40].strip('-') or 'stage'}-{_digest(self.task_digest(), self.max_tries, self.try_number)[:12]}"

    def _task(self) -> tuple[str, str, str, str]:
        return self.dag_id, self.run_id, self.task_id, str(self.map_index)


def is_own(annotations: Mapping[str, str] | None) -> bool:
    """Whether this Airflow has started the pod with these annotations, or the job with this metadata."""
    return (annotations or {}).get(AIRFLOW_ANNOTATION) == installation_id()


@cache
def installation_id() -> str:
    """Which Airflow this is: the same in all its components and after a restart, different for another Airflow.

    Its own address serves as the id; its components share no other setting that people have to set.
    """
    from airflow.configuration import conf

    return _digest(conf.get("api", "base_url", fallback=""))[:12]


def _digest(*parts: object) -> str:
    """SHA-256, cut to what a label's value may hold."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:40]
