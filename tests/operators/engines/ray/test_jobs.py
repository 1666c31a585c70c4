"""The one client of the Jobs API: what each answer means."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from include.contract.errors import BadRequest, ClusterAway
from operators.engines.ray import jobs as jobs_module
from operators.engines.ray.jobs import Access, Jobs, JobStatus, RayJob, awaitable_jobs
from tests.operators.engines.ray.api import TOKEN, FakeRay

JOB = {
    "submission_id": "atelier-x-1",
    "entrypoint": "sleep 60",
    "runtime_env": {"env_vars": {"RAY_JOB_STOP_WAIT_TIME_S": "1"}},
    "metadata": {"a": "b"},
}


def in_a_worker(ray: FakeRay, token: str = TOKEN) -> RayJob | None:
    return Jobs(Access(ray.address, token)).find("atelier-x-1")


def in_the_triggerer(ray: FakeRay, token: str = TOKEN) -> RayJob | None:
    async def find() -> RayJob | None:
        async with awaitable_jobs(Access(ray.address, token)) as jobs:
            return await jobs.find("atelier-x-1")

    return asyncio.run(find())


BOTH = pytest.mark.parametrize("find", [in_a_worker, in_the_triggerer])
Find = Callable[..., RayJob | None]


def test_a_job_is_submitted_found_stopped_and_forgotten(ray: FakeRay) -> None:
    jobs = Jobs(Access(f"{ray.address}/", TOKEN))
    jobs.submit(JOB)
    assert [each.submission_id for each in jobs.each()] == ["atelier-x-1"]
    found = jobs.find("atelier-x-1")
    assert found is not None
    assert (found.status, found.has_ended, found.metadata) == (JobStatus.RUNNING, False, {"a": "b"})
    jobs.stop("atelier-x-1")
    limit = time.monotonic() + 30
    while (found := jobs.find("atelier-x-1")) is not None and not found.has_ended:
        assert time.monotonic() < limit
    assert found is not None
    assert found.status is JobStatus.STOPPED
    jobs.delete("atelier-x-1")
    assert jobs.each() == []


@BOTH
def test_a_job_that_ray_does_not_know_is_none(ray: FakeRay, find: Find) -> None:
    assert find(ray) is None
    jobs = Jobs(Access(ray.address, TOKEN))
    jobs.stop("atelier-x-1")
    jobs.delete("atelier-x-1")
    assert jobs.log("atelier-x-1") == ""


@BOTH
def test_a_404_that_is_not_rays_is_a_mistake_and_not_a_lost_job(ray: FakeRay, find: Find) -> None:
    ray.refusals = [(404, "<html>nginx</html>")]
    with pytest.raises(BadRequest, match=r"answers 404: <html>nginx</html>; check `ray\.address`"):
        find(ray)


@BOTH
def test_a_wrong_token_says_where_it_is_set(ray: FakeRay, find: Find) -> None:
    with pytest.raises(BadRequest, match=r"answers 403: .*password of the Airflow connection") as caught:
        find(ray, token="wrong-and-secret")
    assert "wrong-and-secret" not in str(caught.value)


@BOTH
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_is_away_with_what_was_raised(ray: FakeRay, find: Find, status: int) -> None:
    ray.refusals = [(status, "Traceback (most recent call last):\n  File\nTimeoutError: no agent\n")]
    with pytest.raises(ClusterAway, match=f"answers {status}: TimeoutError: no agent"):
        find(ray)


@BOTH
@pytest.mark.parametrize("said", ["", "[]", '{"status": "HIBERNATING"}', "{" * 100_000])
def test_an_answer_that_is_none_is_no_job(ray: FakeRay, find: Find, said: str) -> None:
    ray.refusals = [(200, said)]
    with pytest.raises(ClusterAway, match="the answer of the Ray cluster"):
        find(ray)


@BOTH
def test_a_cluster_that_is_not_there_is_away(find: Find) -> None:
    with pytest.raises(ClusterAway, match="http://127.0.0.1:9 does not answer"):
        find(FakeRay(Path("."), address="http://127.0.0.1:9"))


@BOTH
def test_more_than_can_be_read_is_not_read(ray: FakeRay, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "MAX_ANSWER_BYTES", 1000)
    ray.refusals = [(200, "x" * 1001)]
    with pytest.raises(ClusterAway, match="more than can be read"):
        find(ray)


def test_a_log_that_is_longer_than_can_be_read_is_none(ray: FakeRay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "MAX_ANSWER_BYTES", 1000)
    ray.refusals = [(200, "x" * 1001)]
    assert Jobs(Access(ray.address, TOKEN)).log("atelier-x-1") == ""


@pytest.mark.parametrize(
    ("version", "is_tested"), [("2.60.0", True), ("2.60.3", True), ("2.6.0", False), ("3.0", False)]
)
def test_only_tested_versions_are_taken(ray: FakeRay, version: str, is_tested: bool) -> None:
    ray.version = version
    jobs = Jobs(Access(ray.address, TOKEN))
    if is_tested:
        jobs.check_version()
    else:
        with pytest.raises(BadRequest, match=f"runs Ray {version}; allowed: 2.60.x"):
            jobs.check_version()


def test_another_server_at_the_address_is_told(ray: FakeRay) -> None:
    ray.refusals = [(200, "<html>hello</html>")]
    with pytest.raises(BadRequest, match="no Ray answers at"):
        Jobs(Access(ray.address, TOKEN)).check_version()


def test_a_token_is_never_shown() -> None:
    access = Access("http://ray:8265", "very-secret")
    assert "very-secret" not in repr(access)
    assert access.page("atelier-x-1") == "http://ray:8265/#/jobs/atelier-x-1"
