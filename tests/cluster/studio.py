"""One run after another on a real Airflow and a real cluster, and what each left behind."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from deploy.demo.airflow_api import ENDED, AirflowRefused
from deploy.demo.results import items_of
from deploy.kubernetes.cluster import Cluster
from deploy.local.credentials import credentials_of
from deploy.local.store import connect
from include.store.store import Store
from operators.stages.reuse import read_manifest
from tests.cluster.airflow import Airflow, Api, until

RUN_LIMIT_S = 240.0
PROMPTS = (
    "a bee on a sunflower", "a bee hive in a garden", "a jar of honey on a table",
    "an apple tree in spring", "a meadow with a river", "a candle at night",
)  # fmt: skip


def script(*directives: str, scenes: int = len(PROMPTS)) -> dict[str, Any]:
    """A script whose image stage does what `directives` say, one for each scene; the last goes on for the rest."""
    wanted = [*directives, *[directives[-1] if directives else ""] * scenes][:scenes]
    return {
        "title": "Bees", "description": "A few words about bees.", "hashtags": ["#bees"],
        "scenes": [
            {"narration": "A bee flies.", "image_prompt": f"{asked} {PROMPTS[n % len(PROMPTS)]}".strip()}
            for n, asked in enumerate(wanted)
        ],
    }  # fmt: skip


@dataclass
class Studio:
    """Airflow, cluster and store of the session."""

    airflow: Airflow
    cluster: Cluster
    namespace: str
    bucket: str
    api: Api
    store: Store
    digests: dict[str, str] = field(default_factory=dict)
    """Film's digest by brief, of runs that nothing disturbed."""

    @classmethod
    @contextmanager
    def open(cls, airflow: Airflow, cluster: Cluster) -> Iterator[Studio]:
        """Sign in and connect."""
        installation = airflow.installation
        engine = installation.deployment().kubernetes
        assert engine is not None
        store = connect(installation, credentials_of(installation), airflow.ports)
        with airflow.api() as api:
            yield cls(airflow, cluster, engine.namespace, store.domain.bucket, api, store)

    @property
    def core(self) -> Any:
        """The cluster's core API, as administrator."""
        from kubernetes.client import CoreV1Api

        return CoreV1Api(self.cluster.client)

    def pods(self, run: Run | None = None) -> list[Any]:
        """Stage pods that are there now, of `run` or all."""
        found = self.core.list_namespaced_pod(self.namespace).items
        wanted = [p for p in found if p.metadata.labels.get("app.kubernetes.io/name") == "atelier-stage"]
        return [p for p in wanted if run is None or p.metadata.annotations["atelier.dev/run-id"] == run.run_id]

    def await_no_pods(self, within_s: float = 60.0) -> None:
        """Wait until no pod of ours is left."""
        try:
            until(lambda: not self.pods(), within_s, f"no pod is left in {self.namespace}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{''.join(self._why_left(pod) for pod in self.pods())}") from None

    def _why_left(self, pod: Any) -> str:
        """Whose pod it is, and what that task said in all its tries."""
        told = {name.removeprefix("atelier.dev/"): value for name, value in pod.metadata.annotations.items()}
        run = Run(self, told["dag-id"], told["run-id"])
        try:
            task = run.task(told["task-id"])
        except AirflowRefused as error:
            return f"\n{pod.metadata.name} ({pod.status.phase}) {told}: {error}\n"
        logs = []
        for number in range(1, task.try_number + 1):
            try:
                logs.append(f"try {number}: {run.log(task.task_id, number)}\n")
            except AirflowRefused as error:
                logs.append(f"try {number}: {error}\n")
        return f"\n{pod.metadata.name} ({pod.status.phase}) {told}, task {task.state}\n{''.join(logs)}"

    def run(self, dag_id: str, brief: dict[str, Any]) -> Run:
        """Start a run."""
        run_id = f"test-{uuid.uuid4().hex[:8]}"
        self.api.unpause(dag_id)
        self.api.trigger(dag_id, run_id, brief)
        return Run(self, dag_id, run_id)

    def forget(self, *kinds: str) -> None:
        """Remove records and contents of `kinds`, so that they are made anew."""
        for kind in kinds:
            folders = (f"v1/{what}/{kind}/" for what in ("items", "stages", "claims"))
            for key in [key for folder in folders for key in self.keys(folder)]:
                self.store.delete(key)

    def keys(self, prefix: str) -> list[str]:
        """Keys of the store below `prefix`."""
        return [each.key for each in self.store.listed(prefix)]

    def records(self, kind: str) -> dict[str, Any]:
        """When each record of `kind` was written, and its size, by its key."""
        return {each.key: (each.modified_at, each.bytes) for each in self.store.listed(f"v1/items/{kind}/")}


@dataclass
class Run:
    """One run of one content type."""

    studio: Studio
    dag_id: str
    run_id: str

    def state(self) -> str:
        """The run's state."""
        return self.studio.api.run_state(self.dag_id, self.run_id)

    def task(self, task_id: str) -> Any:
        """A task as it is now."""
        return self.studio.api.tasks(self.dag_id, self.run_id)[task_id]

    def await_state(self, task_id: str, *states: str, within_s: float = 60.0) -> str:
        """Wait until a task is in one of `states`."""
        said = f"{task_id} is {' or '.join(states)}"
        return str(until(lambda: (s := self.task(task_id).state) in states and s, within_s, said))

    def await_progress(self, task_id: str, done: int, within_s: float = 90.0) -> None:
        """Wait until the stage has made `done` items of this try's."""
        from deploy.demo.watch import progress_of

        def so_far() -> bool:
            found = progress_of(self.studio.store, self.dag_id, self.run_id, task_id)
            return found is not None and found.done >= done

        until(so_far, within_s, f"{task_id} has made {done} items")

    def await_pod(self, kind: str, within_s: float = 60.0) -> Any:
        """Wait for a running pod of a stage."""
        return until(lambda: self.running(kind), within_s, f"a pod of {kind} runs")

    def await_end(self, within_s: float = RUN_LIMIT_S) -> str:
        """Wait until the run has ended; its state."""
        limit = time.monotonic() + within_s
        while (state := self.state()) not in ENDED:
            assert time.monotonic() < limit, f"{self.run_id} is {state} after {within_s:g} s: {self._tasks()}"
            time.sleep(0.3)
        return state

    def xcom(self, task_id: str) -> Any:
        """What a stage handed on."""
        return self.studio.api.xcom(self.dag_id, self.run_id, task_id)

    def manifest(self, task_id: str) -> Any:
        """What a stage's last try did."""
        return read_manifest(self.studio.store, self.xcom(task_id)["manifest"], task_id)

    def film(self) -> str:
        """Digest of the mp4."""
        (line,) = items_of(self.studio.store, self.manifest("video"))
        return line.output("video").sha256

    def log(self, task_id: str, try_number: int = 1) -> str:
        """All that a try said."""
        return self.studio.api.text_of_log(self.dag_id, self.run_id, task_id, try_number)

    def why(self) -> str:
        """Everything that helps to see why a run ended as it did."""
        tasks = self.studio.api.tasks(self.dag_id, self.run_id).values()
        ended = [t for t in tasks if t.state in ("failed", "up_for_retry") or t.try_number > 1]
        logs = [f"--- {t.task_id} try {n}\n{self.log(t.task_id, n)}" for t in ended for n in range(1, t.try_number + 1)]
        return "\n".join([str(self._tasks()), *logs])[-6000:]

    def _tasks(self) -> dict[str, str]:
        found = self.studio.api.tasks(self.dag_id, self.run_id)
        return {name: f"{task.state} (try {task.try_number})" for name, task in found.items()}

    def triggerer(self, task_id: str) -> int | None:
        """Which triggerer waits for a task that is deferred; None while none does."""
        trigger = self.studio.api.instance(self.dag_id, self.run_id, task_id)["trigger"]
        return trigger and trigger["triggerer_id"]

    def unplaced(self, kind: str) -> bool:
        """Whether a pod of a stage waits for a node."""
        return any(
            pod.metadata.annotations["atelier.dev/task-id"] == kind and not pod.spec.node_name
            for pod in self.studio.pods(self)
        )

    def running(self, kind: str) -> Any:
        """A pod of a stage that runs and is to stay; None when there is none."""
        for pod in self.studio.pods(self):
            task = pod.metadata.annotations["atelier.dev/task-id"]
            if task == kind and pod.status.phase == "Running" and pod.metadata.deletion_timestamp is None:
                return pod
        return None
