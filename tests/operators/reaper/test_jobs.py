"""Jobs on Ray whose tasks are gone, and those that ended long ago."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest
from airflow.sdk import TaskInstanceState

from include.contract.errors import ClusterAway
from operators.engines.identity import AIRFLOW_ANNOTATION, TaskKey
from operators.engines.ray.jobs import Access, Jobs
from operators.reaper.answers import Answer, InstanceFound, InstanceKey, NoInstance, Silence
from operators.reaper.jobs import KEPT_S, sweep_jobs
from operators.reaper.verdict import YOUNG_S
from tests.operators.engines.ray.api import TOKEN, FakeRay, Submitted, served

pytestmark = pytest.mark.usefixtures("base_url")
KEY = TaskKey("film", "run", "image", -1, 1, 2)


@pytest.fixture
def ray(tmp_path: Path) -> Iterator[FakeRay]:
    with served(FakeRay(tmp_path)) as ray:
        yield ray


class Answers:
    """Airflow, which has one answer for all."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def ask(self, instances: Collection[InstanceKey]) -> Mapping[InstanceKey, Answer]:
        return dict.fromkeys(instances, self.answer)


FAILED = InstanceFound(TaskInstanceState.FAILED, 2)


def add(
    ray: FakeRay, name: str, status: str = "RUNNING", age_s: float = 2 * YOUNG_S, metadata: dict[str, str] | None = None
) -> None:
    """A job that started, or ended, so long ago."""
    told = {**KEY.annotations(), **(metadata or {})}
    asked = {"submission_id": name, "metadata": told, "runtime_env": {"env_vars": {}}}
    ray.jobs[name] = Submitted(asked, None, ray.folder / "none", status=status, at=time.time() - age_s)


def states(ray: FakeRay) -> dict[str, str]:
    return {name: job.status for name, job in ray.jobs.items()}


def jobs(ray: FakeRay) -> Jobs:
    return Jobs(Access(ray.address, TOKEN))


@pytest.mark.parametrize(
    ("answer", "is_stopped"),
    [
        (FAILED, True),
        (NoInstance(), True),
        (InstanceFound(TaskInstanceState.DEFERRED, 5), True),
        (InstanceFound(TaskInstanceState.DEFERRED, 2), False),
        (InstanceFound(None, 2), False),
        (Silence("no answer"), False),
    ],
)
def test_a_job_is_stopped_by_the_rules_for_pods(ray: FakeRay, answer: Answer, is_stopped: bool) -> None:
    add(ray, "atelier-x-1")
    report = sweep_jobs(jobs(ray), Answers(answer))
    assert states(ray) == {"atelier-x-1": "STOPPED" if is_stopped else "RUNNING"}
    assert report.is_complete is not isinstance(answer, Silence)


def test_jobs_that_are_young_or_another_airflows_or_nobodys_are_left(ray: FakeRay) -> None:
    add(ray, "young", age_s=YOUNG_S / 2)
    add(ray, "foreign", metadata={AIRFLOW_ANNOTATION: "another"})
    add(ray, "nobodys", metadata={"atelier.dev/try-number": "x"})
    assert sweep_jobs(jobs(ray), Answers(FAILED)).left == 2
    assert set(states(ray).values()) == {"RUNNING"}


def test_ended_jobs_are_forgotten_after_a_week(ray: FakeRay) -> None:
    add(ray, "old", status="SUCCEEDED", age_s=KEPT_S + 60)
    add(ray, "recent", status="FAILED", age_s=KEPT_S - 60)
    add(ray, "foreign", status="FAILED", age_s=KEPT_S + 60, metadata={AIRFLOW_ANNOTATION: "another"})
    assert sweep_jobs(jobs(ray), Answers(FAILED)).removed == 1
    assert states(ray).keys() == {"recent", "foreign"}


def test_a_dry_run_ends_nothing(ray: FakeRay) -> None:
    add(ray, "atelier-x-1")
    add(ray, "old", status="SUCCEEDED", age_s=KEPT_S + 60)
    assert sweep_jobs(jobs(ray), Answers(FAILED), is_dry_run=True).removed == 2
    assert states(ray) == {"atelier-x-1": "RUNNING", "old": "SUCCEEDED"}


def test_what_cannot_be_stopped_is_told_and_the_others_are(ray: FakeRay) -> None:
    add(ray, "first")
    add(ray, "second")
    ray.unstoppable.add("first")
    report = sweep_jobs(jobs(ray), Answers(FAILED))
    assert (report.removed, report.undeletable, report.is_complete) == (1, 1, False)
    assert states(ray) == {"first": "RUNNING", "second": "STOPPED"}


def test_a_cluster_that_is_away_is_told(ray: FakeRay) -> None:
    with pytest.raises(ClusterAway):
        sweep_jobs(Jobs(Access("http://127.0.0.1:9")), Answers(FAILED))
