"""What has to be true when a run has ended, whatever died meanwhile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

from include.contract.keys import blob_key
from include.contract.manifests import Outcome
from include.store.store import Store
from tests.include.runtime.desk import eventually
from tests.ray.computed import computed
from tests.ray.head import Cluster
from tests.ray.runs import RECORDS, lines
from tests.ray.victims import drivers, workers

ENDS_S = 100.0
"""Before a worker that nobody asks anything ends itself."""


@dataclass(frozen=True)
class Before:
    """What had been made when something died."""

    recorded: frozenset[str]
    """Fingerprints."""
    computed: Counter[str]
    """How often the computing of each item had begun, by its number."""

    @classmethod
    def of(cls, cluster: Cluster, store: Store, brief: str) -> Self:
        """Now: first the records, so that none is missed among the computings."""
        recorded = frozenset(_fingerprint(each.key) for each in store.listed(RECORDS))
        return cls(recorded, computed(cluster.cache, brief))


def check(cluster: Cluster, store: Store, brief: str, items: int, result: dict[str, Any], before: Before) -> None:
    """All is there, nothing that had a record was made again, and nothing of the run is left on the cluster."""
    found = lines(store, result)
    assert Counter(line.outcome in (Outcome.MADE, Outcome.REUSED) for line in found.values()) == {True: items}
    recorded = {_fingerprint(each.key) for each in store.listed(RECORDS)}
    assert recorded == {line.fingerprint for line in found.values()}
    for line in found.values():
        assert all(store.get(blob_key(output.sha256)) for output in line.outputs)
    numbers = {line.fingerprint: item.partition("/")[2] for item, line in found.items()}
    now = computed(cluster.cache, brief)
    again = {numbers[each] for each in before.recorded if now[numbers[each]] > before.computed[numbers[each]]}
    assert not again, f"had a record and were made again: {sorted(again)}"
    check_nothing_left(cluster)


def check_nothing_left(cluster: Cluster) -> None:
    """No job runs, no actor, no process."""
    left: dict[str, Any] = {}

    def is_clean() -> bool:
        left.update(jobs=_jobs(cluster), actors=_actors(cluster), processes=[*drivers(cluster), *workers(cluster)])
        return not any(left.values())

    assert eventually(is_clean, within_s=ENDS_S), left


def _jobs(cluster: Cluster) -> list[str]:
    listed = cluster.ask("/api/jobs/")
    return [job["submission_id"] for job in listed if job["submission_id"] and job["status"] in ("RUNNING", "PENDING")]


def _actors(cluster: Cluster) -> list[str]:
    """Those of drivers that nobody has ended."""
    told = cluster.ask("/api/v0/actors", limit=10_000)["data"]["result"]["result"]
    return [each["class_name"] for each in told if each["state"] != "DEAD" and each["class_name"] == "ModelWorker"]


def _fingerprint(key: str) -> str:
    return key.removeprefix(RECORDS).rpartition("/")[2].removesuffix(".json")
