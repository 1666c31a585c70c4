"""Workers that jobs share: loaded once, lent in turn, ended when nobody needs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import pytest

from include.contract.deployments import Deployment
from operators.retry import StageFailed
from tests.include.runtime.desk import eventually
from tests.ray.computed import notes
from tests.ray.head import Cluster, end
from tests.ray.runs import processes, when, with_settings
from tests.ray.sharing import Job, ask_ray, cards_on, jobs_on, loads, metrics, order
from tests.ray.victims import drivers, workers

pytestmark = pytest.mark.ray
DISPATCHER = "ray::Dispatcher"
WITHIN_S = 300.0
SILENCE_S = 120.0
"""As in `include.runtime.ray.worker`, which nothing on this side imports."""
AT_ONCE = 3
"""Batches that a worker may have in hand."""


@pytest.fixture
def cluster(ray_cluster: Cluster) -> Iterator[Cluster]:
    """With nobody of an earlier test, and nobody left for a later one."""
    assert eventually(lambda: not workers(ray_cluster), WITHIN_S)
    yield ray_cluster
    end(workers(ray_cluster))


@pytest.fixture
def job_of(deployment: Deployment, cluster: Cluster, tmp_path: Path) -> Callable[..., Job]:
    """What makes jobs that share one worker."""
    return jobs_on(deployment, tmp_path)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """For jobs."""
    with ThreadPoolExecutor(4) as executor:
        yield executor


def begun(cluster: Cluster, job: Job, items: int = 1) -> Callable[[], bool]:
    """Whether so many items of a job were begun."""
    return lambda: len(order(cluster, job)) >= items


def test_two_jobs_share_a_pool_whose_model_is_loaded_once(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    before = loads(cluster)
    jobs = [job_of("brisk", 4), job_of("brisk", 4)]
    results = [each.result() for each in [job.start(threads) for job in jobs]]
    assert [each["counts"]["made"] for each in results] == [4, 4]
    assert loads(cluster) - before == 1
    assert len(workers(cluster)) == 1

    def are_told() -> bool:
        told = {name: value for (name, recipe), value in metrics(cluster).items() if recipe == "image.scene"}
        names = {"waiting_items", "busy_share", "evictions_total"}
        counted = {"workers": 1.0, "load_seconds_count": 1.0, "items_total": 8.0, "batch_size_count": 8.0}
        return names <= told.keys() | {"evictions_total"} and counted.items() <= told.items()

    assert eventually(are_told, WITHIN_S), metrics(cluster)


@pytest.mark.long
def test_nobody_is_left_when_nothing_waits_and_the_next_job_has_one_made(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    before = loads(cluster)
    for number in (1, 2):
        job_of("brisk", 2, idle_s=1).start(threads).result()
        assert eventually(lambda: not workers(cluster), WITHIN_S)
        assert loads(cluster) - before == number


@pytest.mark.long
def test_a_small_job_beside_a_large_one_waits_for_no_more_than_a_batch(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    large, small = job_of("steady", 40), job_of("slow", 4)
    before = loads(cluster)
    whole = large.start(threads)
    assert eventually(begun(cluster, large, 2), WITHIN_S)
    assert small.start(threads).result()["counts"]["made"] == 4
    assert not whole.done()
    assert whole.result()["counts"]["made"] == 40
    turns = [(job, len([*items])) for job, items in groupby(order(cluster, large, small))]
    assert [job for job, _ in turns] == [large, small, large]
    assert turns[1] == (small, 4)
    assert loads(cluster) - before == 1


@pytest.mark.long
def test_four_items_beside_a_thousand_are_made_in_one_go_before_the_rest(
    deployment: Deployment, cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    large, small = cards_on(deployment, "brisk", 1000), cards_on(deployment, "slow", 4)
    whole = large.start(threads)
    assert eventually(begun(cluster, large, 20), WITHIN_S)
    assert small.start(threads).result()["counts"]["made"] == 4
    assert not whole.done()
    assert whole.result()["counts"]["made"] == 1000
    turns = [(job, len([*items])) for job, items in groupby(order(cluster, large, small))]
    assert [job for job, _ in turns] == [large, small, large]
    assert turns[1] == (small, 4)


@pytest.mark.long
def test_two_models_that_do_not_fit_together_take_turns(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    most = {"cpu": 3}
    long, other = job_of("steady", 40, most), job_of("slow", 4, most, max_items=1000)
    before = loads(cluster)
    whole = long.start(threads)
    assert eventually(begun(cluster, long), WITHIN_S)
    assert other.start(threads).result()["counts"]["made"] == 4
    assert whole.result()["counts"]["made"] == 40
    assert [job for job, _ in groupby(order(cluster, long, other))] == [long, other, long]
    assert loads(cluster) - before == 3
    told = metrics(cluster)
    assert told["evictions_total", "image.scene"] >= 2


@pytest.mark.long
def test_a_dispatcher_that_is_killed_finds_its_workers_again(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    jobs = [job_of("slow", 20), job_of("brisk", 4)]
    before = loads(cluster)
    with when(begun(cluster, jobs[0], 4), lambda: end(processes(cluster, DISPATCHER))):
        first = jobs[0].start(threads)
        assert eventually(begun(cluster, jobs[0], 5), WITHIN_S)
        second = jobs[1].start(threads)
        assert first.result()["counts"]["made"] == 20
        assert second.result()["counts"]["made"] == 4
    assert loads(cluster) - before == 1
    assert len(workers(cluster)) == 1


@pytest.mark.long
def test_a_worker_that_nobody_asks_anything_ends_itself(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    job_of("brisk", 1).start(threads).result()
    assert len(workers(cluster)) == 1
    kill = (
        "[ray.kill(ray.get_actor(each['name'], namespace=each['namespace']), no_restart=True)"
        " for each in ray.util.list_named_actors(all_namespaces=True) if each['name'] == 'dispatcher']"
    )
    ask_ray(cluster, kill)
    assert eventually(lambda: not processes(cluster, DISPATCHER), WITHIN_S)
    assert eventually(lambda: not workers(cluster), SILENCE_S + WITHIN_S)


@pytest.mark.long
def test_a_worker_makes_room_for_a_fresh_one_after_so_many_items(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    job = job_of("brisk", 12, max_items=3)
    before = loads(cluster)
    assert job.start(threads).result()["counts"]["made"] == 12
    made_by = Counter(pid for word, _, pid in notes(cluster.cache, job.brief) if word == "end")
    assert loads(cluster) - before == len(made_by) >= 2
    assert max(made_by.values()) <= 3 + AT_ONCE, "it finishes what it had in hand"


@pytest.mark.long
def test_a_driver_that_is_killed_leaves_a_loaded_model(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    lost, next_ = job_of("slow", 20), job_of("brisk", 4)
    before = loads(cluster)
    with when(begun(cluster, lost, 4), lambda: end(drivers(cluster))):
        failed = lost.start(threads)
        with pytest.raises(StageFailed):
            failed.result()
    assert next_.start(threads).result()["counts"]["made"] == 4
    assert loads(cluster) - before == 1


@pytest.mark.long
def test_another_bucket_or_another_image_shares_nothing(
    job_of: Callable[..., Job], deployment: Deployment, cluster: Cluster, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    assert deployment.ray is not None
    elsewhere = deployment.model_copy(update={"store": deployment.store.model_copy(update={"prefix": "other/"})})
    python = tmp_path / "python-of-another-image"
    python.write_text(f'#!/bin/sh\nATELIER_IMAGE_DIGEST=sha256:other exec {deployment.ray.python} "$@"\n')
    python.chmod(0o755)
    another = with_settings(deployment, python=str(python))
    jobs = [job_of("brisk", 2), jobs_on(elsewhere, tmp_path)("brisk", 2), jobs_on(another, tmp_path)("brisk", 2)]
    before = loads(cluster)
    for job in jobs:
        job.start(threads).result()
    assert loads(cluster) - before == 3
    listed = "print(*sorted({each['namespace'] for each in ray.util.list_named_actors(all_namespaces=True)}))"
    assert len(processes(cluster, DISPATCHER)) >= 3, ask_ray(cluster, listed)


@pytest.mark.long
def test_a_worker_that_somebody_kills_by_ray_is_replaced_and_no_item_is_blamed(
    job_of: Callable[..., Job], cluster: Cluster, threads: ThreadPoolExecutor
) -> None:
    job = job_of("slow", 12)
    kill = (
        "[ray.kill(ray.get_actor(each['name'], namespace=each['namespace']))"
        " for each in ray.util.list_named_actors(all_namespaces=True) if each['name'].startswith('worker-')]"
    )
    before = loads(cluster)
    with when(begun(cluster, job, 3), lambda: ask_ray(cluster, kill)):
        counts = job.start(threads).result()["counts"]
    assert (counts["made"], counts["failed"]) == (12, 0)
    assert loads(cluster) - before == 2
