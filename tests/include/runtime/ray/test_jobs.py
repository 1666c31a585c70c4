"""What a worker has in hand for each job: of the job that it is lent to, and of those before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.brief import Brief
from include.contract.errors import AtelierError
from include.contract.keys import request_key
from include.runtime.models.load_times import LoadTimes
from include.runtime.ray.jobs import Jobs
from include.runtime.ray.losses import LentOn
from include.runtime.ray.telling import Telling
from tests.include.runtime.desk import Desk


@pytest.fixture
def jobs(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    return Jobs(tmp_path, LoadTimes(), Telling())


def asked(desk: Desk, topic: str) -> str:
    """Address of a request for a script."""
    request = desk.request("script.narrated", Brief(topic=topic))
    desk.store.put_if_absent(request_key(request.sha256()), request.body())
    return desk.store.domain.uri(request_key(request.sha256()))


def test_a_job_is_the_same_until_the_worker_is_lent_to_another(jobs: Jobs, desk: Desk) -> None:
    bees, wasps = asked(desk, "Bees"), asked(desk, "Wasps")
    first = jobs.open(bees)
    assert jobs.open(bees) is first
    assert jobs.of(bees) is first
    jobs.open(wasps)
    with pytest.raises(LentOn):
        jobs.of(bees)


def test_what_is_still_at_work_is_finished_after_the_worker_is_lent_on(jobs: Jobs, desk: Desk) -> None:
    bees, wasps = asked(desk, "Bees"), asked(desk, "Wasps")
    first = jobs.open(bees)
    with first.at_work():
        jobs.open(wasps)
        assert jobs.are_at_work
        assert jobs.of(bees).scratch.exists()
    assert not jobs.are_at_work
    jobs.open(wasps)
    assert not first.scratch.exists()


def test_who_waits_for_its_word_is_released_when_it_is_lent_on(jobs: Jobs, desk: Desk) -> None:
    bees, wasps = asked(desk, "Bees"), asked(desk, "Wasps")
    with ThreadPoolExecutor(1) as threads:
        waits = threads.submit(jobs.watch, bees)
        while not waits.done():
            jobs.open(wasps)
        assert waits.result() == ""


def test_who_watches_is_told(jobs: Jobs) -> None:
    with ThreadPoolExecutor(1) as threads:
        waits = threads.submit(jobs.watch, "s3://bucket/v1/requests/x.json")
        while not waits.done():
            jobs.tell("too much memory")
        assert waits.result() == "too much memory"


def test_a_request_that_is_not_there_has_no_job(jobs: Jobs, desk: Desk) -> None:
    uri = desk.store.domain.uri(request_key("0" * 64))
    with pytest.raises(AtelierError):
        jobs.open(uri)
    with pytest.raises(LentOn):
        jobs.of(uri)
