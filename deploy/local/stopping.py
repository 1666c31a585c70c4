"""How the embedded servers end: tasks first, while all that they report to is there; then Airflow, database, store."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping

import psutil

from deploy.local import processes
from deploy.local.component import Component

TASKS_GRACE_S = 40.0
"""More than a stage has for writing what it has done (`grace_s` of its request)."""
GRACE_S = 10.0
POLL_S = 0.1
SCHEDULER, DATABASE, STORE = "scheduler", "postgres", "s3"


def stop_all(components: Mapping[str, Component]) -> None:
    """End everything below this process, in order; whatever happens meanwhile, nothing is left.

    The store is killed: asked politely it takes 15 s, and every write that was answered is with the kernel.
    """
    try:
        _stop_in_order(components)
    finally:
        processes.end_below()
    for component in components.values():
        component.process.wait()


def _stop_in_order(components: Mapping[str, Component]) -> None:
    if SCHEDULER in components:
        stop_tasks(components[SCHEDULER])
    last = {components[name].process.pid for name in (DATABASE, STORE) if name in components}
    processes.end_all([p for p in psutil.Process().children() if p.pid not in last], GRACE_S)
    if DATABASE in components:
        components[DATABASE].stop(GRACE_S)
    if STORE in components:
        components[STORE].process.kill()
    processes.end_all(processes.descendants(), 1)


def stop_tasks(scheduler: Component) -> None:
    """Have the scheduler start no more tasks, and those that run stop and say so to Airflow, which tries them again.

    Its idle workers are not signalled: one of them holds the lock by which the others hear that they shall end.
    """
    if scheduler.process.poll() is not None:
        return
    scheduler.process.send_signal(scheduler.service.stop_signal)
    limit = time.monotonic() + TASKS_GRACE_S
    asked: set[psutil.Process] = set()
    while scheduler.process.poll() is None and time.monotonic() < limit:
        for task in _tasks_of(scheduler.process.pid) - asked:
            asked.add(task)
            with contextlib.suppress(psutil.NoSuchProcess):
                task.terminate()
        time.sleep(POLL_S)


def _tasks_of(scheduler_pid: int) -> set[psutil.Process]:
    """What its workers have forked: a process a task."""
    found: set[psutil.Process] = set()
    with contextlib.suppress(psutil.NoSuchProcess):
        for worker in psutil.Process(scheduler_pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                found.update(worker.children())
    return found
