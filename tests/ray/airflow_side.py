"""What Airflow has of a task, in processes of their own that may be killed: its worker, and its trigger."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

from include.contract.deployments import Deployment
from operators.engines.ray.trigger import RayJobTrigger
from tests.operators.conftest import Run
from tests.ray.runs import pictures

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


@dataclass
class Child:
    """A process that does one thing, and tells what came of it."""

    process: ForkServerProcess
    told: Connection

    def kill(self) -> None:
        """With -9; seen gone."""
        self.process.kill()
        self.process.join()

    def result(self) -> Any:
        """What it tells in the end.

        :raises EOFError: it was killed.
        """
        return self.told.recv()


@contextmanager
def worker(run: Run, **arguments: Any) -> Iterator[Child]:
    """A worker of Airflow that has the run's pictures made; its result is that of the task."""
    told = run.deployment.model_dump_json(), run.run_id, run.try_number, dict(run.xcoms)
    with _child(_work, (dict(_connections()), told, arguments)) as child:
        yield child


@contextmanager
def triggerer(arguments: Mapping[str, Any]) -> Iterator[Child]:
    """A triggerer with one trigger; its result is the event."""
    with _child(_wait, (dict(_connections()), dict(arguments))) as child:
        yield child


@contextmanager
def _child(target: Callable[..., None], arguments: tuple[Any, ...]) -> Iterator[Child]:
    here, there = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=target, args=(there, *arguments), daemon=True)
    process.start()
    there.close()
    child = Child(process, here)
    try:
        yield child
    finally:
        child.kill()
        here.close()


def _connections() -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in os.environ.items() if name.startswith("AIRFLOW_CONN_"))


def _work(told: Connection, connections: dict[str, str], kept: tuple[Any, ...], arguments: dict[str, Any]) -> None:
    os.environ.update(connections)
    deployment, run_id, try_number, xcoms = kept
    run = Run(Deployment.model_validate_json(deployment), run_id, try_number, xcoms=xcoms)
    told.send(pictures(run, **arguments))


def _wait(told: Connection, connections: dict[str, str], arguments: dict[str, Any]) -> None:
    os.environ.update(connections)
    told.send(asyncio.run(_event(RayJobTrigger(**arguments))))


async def _event(trigger: RayJobTrigger) -> Any:
    async for event in trigger.run():
        return event.payload
    raise AssertionError("the trigger ended without an event")
