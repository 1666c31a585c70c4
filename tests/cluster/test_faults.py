"""What goes wrong around a stage: the film is the same, nothing that had a record is made twice, no pod is left."""

from __future__ import annotations

import signal
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest
from kubernetes.client import models as k8s

from tests.cluster.airflow import restart_api_server, until
from tests.cluster.studio import Run, Studio, script

pytestmark = pytest.mark.cluster
SLOW = script("[slow 3]")
BRIEF = {"id": "faults", "script": SLOW}
SCENES = 6
ASKED_IN_VAIN = 10
"""So often the store is asked while it is away; a request is sent again after longer and longer pauses."""
STAGES = ("text", "image", "speech", "clip", "video")
Fault = Callable[[Studio, Run], None]


@contextmanager
def nobody_serves(port: int) -> Iterator[list[float]]:
    """Hangs up on everybody who asks at `port`; the moments at which somebody did."""
    asked: list[float] = []

    class HangUp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked.append(time.monotonic())

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("0.0.0.0", port), HangUp) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def undisturbed(studio: Studio) -> str:
    """Digest of the film that a run makes which nothing disturbs."""
    run = studio.run("film", BRIEF)
    assert run.await_end() == "success", run.why()
    return run.film()


def delete_pod(studio: Studio, run: Run) -> None:
    pod = run.await_pod("image")
    studio.core.delete_namespaced_pod(pod.metadata.name, studio.namespace)


def evict_pod(studio: Studio, run: Run) -> None:
    pod = run.await_pod("image")
    eviction = k8s.V1Eviction(metadata=k8s.V1ObjectMeta(name=pod.metadata.name, namespace=studio.namespace))
    studio.core.create_namespaced_pod_eviction(pod.metadata.name, studio.namespace, eviction)


def drain_node(studio: Studio, run: Run) -> None:
    node = run.await_pod("image").spec.node_name
    studio.core.patch_node(node, {"spec": {"unschedulable": True}})
    try:
        evict_pod(studio, run)
        until(lambda: not run.running("image"), 60, "the drained pod is gone")
        until(lambda: run.unplaced("image") or run.running("image"), 120, "the next one is there")
    finally:
        studio.core.patch_node(node, {"spec": {"unschedulable": False}})


def store_away(studio: Studio, run: Run) -> None:
    studio.airflow.kill("s3")
    with nobody_serves(studio.airflow.ports["s3"]) as asked_in_vain:
        until(lambda: len(asked_in_vain) >= ASKED_IN_VAIN, 120, "the store is asked again and again")
    studio.airflow.start("s3")


def kill_triggerer(studio: Studio, run: Run) -> None:
    run.await_state("image", "deferred", "running")
    studio.airflow.kill("triggerer")
    run.await_progress("image", 2)
    studio.airflow.start("triggerer")


def kill_workers(studio: Studio, run: Run) -> None:
    studio.airflow.kill_workers()


def kill_scheduler(studio: Studio, run: Run) -> None:
    studio.airflow.kill("scheduler")
    run.await_progress("image", 2)
    studio.airflow.start("scheduler")


SOON = {("pod deleted", "film"), ("triggerer killed", "film"), ("store away", "film_sync")}
"""Tried with every change; the rest takes long."""
FAULTS: dict[str, tuple[Fault, int]] = {
    "pod deleted": (delete_pod, 2),
    "pod evicted": (evict_pod, 2),
    "node drained": (drain_node, 2),
    "store away": (store_away, 2),
    "triggerer killed": (kill_triggerer, 1),
    "worker killed": (kill_workers, 1),
    "scheduler killed": (kill_scheduler, 1),
}
"""What happens, and how many pods the stage may need then at most."""


def cases() -> Iterator[Any]:
    """Every fault while the task waits in the triggerer, and while it waits in a worker."""
    for fault in FAULTS:
        for dag_id in ("film", "film_sync"):
            marks = () if (fault, dag_id) in SOON else (pytest.mark.long,)
            yield pytest.param(fault, dag_id, marks=marks, id=f"{fault}, {dag_id}")


@pytest.mark.parametrize(("fault", "dag_id"), list(cases()))
def test_a_fault_in_the_middle_loses_nothing_and_makes_nothing_twice(
    clean: Studio, undisturbed: str, fault: str, dag_id: str
) -> None:
    disturb, most_pods = FAULTS[fault]
    clean.forget("image", "clip", "video")
    run = clean.run(dag_id, BRIEF)
    run.await_progress("image", 1)
    seen: list[set[str]] = []
    over = threading.Event()
    watcher = threading.Thread(target=_watch_pods, args=(clean, run, seen, over))
    watcher.start()
    try:
        disturb(clean, run)
        before = clean.records("image") if fault != "store away" else {}
        assert run.await_end() == "success", run.why()
    finally:
        over.set()
        watcher.join()
    clean.airflow.await_healthy()
    assert run.film() == undisturbed
    counts = run.manifest("image").counts
    assert (counts.planned, counts.failed, counts.skipped) == (SCENES, 0, 0)
    after = clean.records("image")
    assert len(after) == SCENES
    assert before.items() <= after.items()
    assert max(map(len, seen)) == 1, "two pods of one stage at once"
    assert run.xcom("image")["pods_started"] <= most_pods


@pytest.mark.long
def test_the_api_server_may_be_restarted(clean: Studio, undisturbed: str, film: str) -> None:
    command = restart_api_server()
    if not command:
        pytest.skip("needs ATELIER_TEST_RESTART_API_SERVER: a command that kills the API server and starts it again")
    clean.forget("image", "clip", "video")
    run = clean.run(film, BRIEF)
    run.await_progress("image", 1)
    subprocess.run(command, shell=True, check=True, capture_output=True)
    assert run.await_end() == "success", run.why()
    assert run.film() == undisturbed
    assert run.xcom("image")["pods_started"] == 1


@pytest.mark.long
def test_a_worker_that_is_asked_to_go_leaves_the_pod_to_the_next_try(clean: Studio, undisturbed: str) -> None:
    clean.forget("image", "clip", "video")
    run = clean.run("film_sync", BRIEF)
    pod = run.await_pod("image")
    run.await_progress("image", 1)
    for process in clean.airflow.task_processes():
        process.send_signal(signal.SIGTERM)
    run.await_state("image", "up_for_retry", within_s=30)
    assert "the next try takes it over" in run.log("image", 1)
    assert run.await_end() == "success", run.why()
    assert run.film() == undisturbed
    assert run.xcom("image")["pods_started"] == 1
    assert pod.metadata.name in run.log("image", 2)


@pytest.mark.long
def test_two_runs_with_the_same_brief_at_once_make_the_same_film(clean: Studio, undisturbed: str) -> None:
    clean.forget("image", "clip", "video")
    runs = [clean.run("film", BRIEF), clean.run("film_sync", BRIEF)]
    assert [run.await_end() for run in runs] == ["success"] * 2, runs[0].why() + runs[1].why()
    assert {run.film() for run in runs} == {undisturbed}
    assert len(clean.records("image")) == SCENES


@pytest.mark.long
def test_a_stopped_triggerer_costs_no_pod_when_another_takes_over(clean: Studio, undisturbed: str) -> None:
    clean.forget("image", "clip", "video")
    run = clean.run("film", {"id": "faults", "script": SLOW})
    run.await_state("image", "deferred")
    waited_in = until(lambda: run.triggerer("image"), 60, "a triggerer waits for the stage")
    first = clean.airflow.running.pop("triggerer")
    everyone = [psutil.Process(first.pid), *psutil.Process(first.pid).children(recursive=True)]
    for process in everyone:
        process.suspend()
    try:
        clean.airflow.start("triggerer")
        until(lambda: run.triggerer("image") != waited_in, 120, "another triggerer has taken over")
    finally:
        for process in everyone:
            process.resume()
    try:
        assert run.await_end() == "success", run.why()
        assert run.film() == undisturbed
        assert run.xcom("image")["pods_started"] == 1
    finally:
        for process in everyone:
            process.kill()
        first.wait()


def _watch_pods(studio: Studio, run: Run, seen: list[set[str]], over: threading.Event) -> None:
    """Note which pods of the image stage have a node and are not being deleted, all the time."""
    from kubernetes.client.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    while not over.wait(0.3):
        try:
            pods = [p for p in studio.pods(run) if p.metadata.annotations["atelier.dev/task-id"] == "image"]
        except (ApiException, HTTPError):
            continue
        seen.append({p.metadata.name for p in pods if p.status.phase in ("Pending", "Running")})
