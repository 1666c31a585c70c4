"""The dispatcher's hands: workers made, asked how they are, and ended, by Ray."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import ray

from include.runtime.ray.pools import MODEL_VARIABLES, Beat, Node, Pool, Resources
from include.runtime.ray.worker import CALLS_AT_ONCE, ModelWorker

log = logging.getLogger(__name__)

BEAT_S = 2.0
"""Between two questions to a worker."""
_WORKER = "worker-"
_LEAVE_S = 5.0


class Hands:
    """Workers of one namespace, by name."""

    def __init__(self, namespace: str, own_name: str) -> None:
        self._namespace, self._own_name = namespace, own_name
        self._class = ray.remote(ModelWorker)
        self._handles: dict[str, Any] = {}
        self._asked: dict[Any, str] = {}
        """Questions that were not answered yet."""
        self._ask_at: dict[str, float] = {}
        self._leaving: dict[str, tuple[float, Any]] = {}
        """When who was asked to leave is ended, if it has not."""
        self.unknown: set[str] = set()
        """Those found by name that have said nothing yet."""

    def found(self) -> Iterator[tuple[str, Any]]:
        """Workers that are there already."""
        for name in _named(self._namespace):
            if name.startswith(_WORKER):
                try:
                    yield name, ray.get_actor(name, namespace=self._namespace)
                except ValueError:
                    log.info("a worker went while it was found")

    def adopt(self, name: str, handle: Any) -> None:
        """Ask after a worker from now on."""
        self._handles[name] = handle
        self._ask_at[name] = 0.0
        self.unknown.add(name)

    def make(self, pool: Pool) -> str:
        """A worker more; its name."""
        spec, name = pool.spec, f"{_WORKER}{token_hex(8)}"
        self._handles[name] = self._class.options(
            name=name,
            namespace=self._namespace,
            lifetime="detached",
            num_cpus=spec.cpu,
            num_gpus=spec.gpus,
            memory=spec.memory_mib << 20,
            label_selector=spec.labels or None,
            max_restarts=0,
            max_task_retries=0,
            max_concurrency=CALLS_AT_ONCE,
            runtime_env={"env_vars": {**dict.fromkeys(MODEL_VARIABLES, ""), **pool.variables}},
        ).remote(pool)
        self._ask_at[name] = 0.0
        return name

    def beats(self, now: float) -> list[tuple[str, Beat | BaseException]]:
        """What workers have said since the last time, or why they cannot."""
        for name in [name for name, (at, _) in self._leaving.items() if now >= at]:
            ray.kill(self._leaving.pop(name)[1], no_restart=True)
        asked = set(self._asked.values())
        for name, handle in self._handles.items():
            if name not in asked and now >= self._ask_at[name]:
                self._asked[handle.beat.remote()] = name
                self._ask_at[name] = now + BEAT_S
        if not self._asked:
            return []
        ready, _ = ray.wait(list(self._asked), num_returns=len(self._asked), timeout=0, fetch_local=False)
        return [each for each in (self._answer(ref) for ref in ready) if each is not None]

    def _answer(self, ref: Any) -> tuple[str, Beat | BaseException] | None:
        name = self._asked.pop(ref)
        if name not in self._handles:
            return None
        self.unknown.discard(name)
        try:
            return name, ray.get(ref)
        except ray.exceptions.ActorUnavailableError as error:
            log.info("a worker does not answer now: %s", str(error).partition("\n")[0])
            return None
        except ray.exceptions.RayError as error:
            self._forget(name)
            return name, error

    def end(self, name: str, *, is_up: bool) -> None:
        """End a worker; one that runs takes its files with it."""
        handle = self._forget(name)
        if is_up:
            handle.leave.remote()
            self._leaving[name] = time.monotonic() + _LEAVE_S, handle
        else:
            ray.kill(handle, no_restart=True)

    def nodes(self) -> list[Node]:
        """Those that live, with what is free there."""
        free = ray._private.state.available_resources_per_node()  # type: ignore[no-untyped-call]
        alive = [node for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
        return [_node(node, free.get(node["NodeID"], {})) for node in alive]

    def retire_others(self, family: str) -> None:
        """Tell the dispatchers of other versions of the code that there is this one."""
        for namespace in _namespaces(family) - {self._namespace}:
            try:
                ray.get_actor(self._own_name, namespace=namespace).retire.remote()
            except ValueError:
                log.info("a dispatcher of another version went by itself")

    def end_self(self) -> None:
        """End this actor for good."""
        log.info("nothing to do, nobody to do it")
        ray.kill(ray.get_actor(self._own_name, namespace=self._namespace), no_restart=True)
        os._exit(0)

    def _forget(self, name: str) -> Any:
        self._ask_at.pop(name, None)
        self.unknown.discard(name)
        return self._handles.pop(name)


def _actors() -> list[dict[str, str]]:
    return list(ray.util.list_named_actors(all_namespaces=True))


def _named(namespace: str) -> list[str]:
    return [each["name"] for each in _actors() if each["namespace"] == namespace]


def _namespaces(family: str) -> set[str]:
    return {each["namespace"] for each in _actors() if each["namespace"].startswith(f"{family}-")}


def _node(told: dict[str, Any], free: dict[str, float]) -> Node:
    return Node(told["NodeID"], _resources(free), _resources(told["Resources"]), told.get("Labels", {}))


def _resources(told: dict[str, float]) -> Resources:
    return Resources(told.get("CPU", 0.0), told.get("memory", 0.0) / (1 << 20), told.get("GPU", 0.0))
