"""A stage as a pod: what Airflow adds to the container's own work, ours against a plain KubernetesPodOperator.

Every variant runs the same pod: the stage image on one real request of the text stage, whose records are removed before
each run, so that it is always made. A task counts from the moment it is first queued to its end. The floor is that pod
without Airflow: created, and watched until its container has ended. The container's own work is the floor less that of
a pod that only starts Python. The plain operator has an administrator's rights, since its sidecar is read by `exec`.

`KUBECONFIG` names the cluster. `.venv/airflow/bin/python -m benchmarks.pods [ROUNDS]`
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.demo.airflow_api import ENDED
from deploy.kubernetes.cluster import find_cluster
from deploy.local.installation import PROJECT_ROOT, Installation
from operators.stages.reuse import read_manifest
from tests.cluster.airflow import Airflow, until
from tests.cluster.studio import Run, Studio, script

ROUNDS = 20
NAMESPACE = "atelier-bench"
ADMIN = "AIRFLOW_CONN_KUBERNETES_ADMIN"
DEPLOYMENT = """
engine: kubernetes
store: {{bucket: atelier, connection_id: atelier_store}}
kubernetes: {{namespace: atelier-bench, image: "atelier-stage:local", {mode}}}
profiles: {{cpu-small: {{cpu: 0.1, memory_mib: 1024}}}}
"""
MODES = {"sync": "deferrable: false", "deferrable": "deferrable: true", "at_once": "deferrable: true, sync_wait_s: 0"}
TYPE = """
name: ours_{mode}
title: Ours
description: One stage.
brief: {{language: en}}
stages: {{text: {{recipe: script.narrated, profile: cpu-small}}}}
"""
DAGS = """
from pathlib import Path

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, get_parsing_context

from include.contract.deployments import read_deployment
from operators.dags.loading import load_dags
from operators.engines.kubernetes.pods import pod_arguments

wanted = get_parsing_context().dag_id
for folder in sorted(Path(__file__).parent.glob("content_*")):
    globals().update(load_dags(folder, str(folder / "deployment"), wanted=wanted).dags)
deployment = read_deployment((Path(__file__).parent / "content_sync" / "deployment").read_text(), "deployment")
arguments = pod_arguments(deployment.kubernetes, deployment.profiles["cpu-small"], 600)
RUN = "python -m include.runtime run {{ dag_run.conf['request'] }}"
PUSH = " && mkdir -p /airflow/xcom && echo '{}' > /airflow/xcom/return.json"
VARIANTS = {
    "plain": {"do_xcom_push": False},
    "plain_xcom": {"do_xcom_push": True},
}
for name, more in VARIANTS.items():
    with DAG(name, schedule=None):
        KubernetesPodOperator(
            task_id="text", name="text", cmds=["sh", "-c"],
            arguments=[RUN + (PUSH if more["do_xcom_push"] else "")],
            **{**arguments, "kubernetes_conn_id": "kubernetes_admin", "deferrable": False, **more},
        )
"""
OURS = tuple(f"ours_{mode}" for mode in MODES)
PLAIN = ("plain", "plain_xcom")


@dataclass
class Times:
    """Seconds of one variant, and what it asked of the API server."""

    seconds: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)

    def p(self, share: float) -> float:
        """A percentile."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def main(rounds: int) -> None:
    """Measure every variant in turns, and print the table."""
    cluster = find_cluster()
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder, ExitStack() as stack:
        dags = Path(folder) / "dags"
        _write_dags(dags)
        installation = Installation(Path(PROJECT_ROOT), Path(folder), str(dags / "content_sync" / "deployment"))
        airflow = Airflow.prepared(installation, str(dags))
        stack.callback(_remove, cluster)
        stack.callback(airflow.end)
        _open_namespace(cluster, airflow)
        airflow.start_all()
        studio = stack.enter_context(Studio.open(airflow, cluster))
        until(lambda: all(studio.api.parsed_at(dag) for dag in (*OURS, *PLAIN)), 120, "the DAGs are read")
        _measure(studio, rounds)


def _measure(studio: Studio, rounds: int) -> None:
    found: dict[str, Times] = {name: Times() for name in ("bare", "python", *OURS, *PLAIN)}
    request = _first_request(studio)
    for number in range(rounds + 1):
        for name in OURS:
            _note(studio, found[name], lambda name=name: _task_s(studio, name, _brief(0)))
        for name in PLAIN:
            _note(studio, found[name], lambda name=name: _task_s(studio, name, {"request": request}))
        _note(studio, found["bare"], lambda: _bare_s(studio, ["-m", "include.runtime", "run", request]))
        _note(studio, found["python"], lambda: _bare_s(studio, ["-c", "pass"]))
        if number == 0:
            found = {name: Times() for name in found}
        print(f"round {number} of {rounds}", file=sys.stderr)
    _print(found)


def _note(studio: Studio, times: Times, measure: Callable[[], float]) -> None:
    studio.forget("text")
    before = _requests(studio)
    times.seconds.append(measure())
    times.requests.append(_requests(studio) - before)


def _brief(variation: int) -> dict[str, Any]:
    return {"id": "bench", "script": script(scenes=2), "variation": variation}


def _first_request(studio: Studio) -> str:
    """Address of the request that every run of ours with the brief makes; its run's name is not in the records."""
    run = studio.run("ours_sync", _brief(0))
    if run.await_end() != "success":
        raise RuntimeError(run.why())
    manifest = read_manifest(studio.store, run.xcom("text")["manifest"], "text")
    return studio.store.domain.uri(f"v1/requests/{manifest.request}.json")


def _task_s(studio: Studio, dag_id: str, conf: dict[str, Any]) -> float:
    """Seconds from the first queueing of the task `text` to its end."""
    run = studio.run(dag_id, conf)
    queued = ""
    while run.state() not in ENDED:
        queued = queued or _moment(studio, run, "queued_when")
        time.sleep(0.25)
    if run.state() != "success":
        raise RuntimeError(run.why())
    return _unix(_moment(studio, run, "end_date")) - _unix(queued or _moment(studio, run, "queued_when"))


def _moment(studio: Studio, run: Run, name: str) -> str:
    found = studio.api.rendered(run.dag_id, run.run_id, "text")
    return str(found[name] or "")


def _unix(moment: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(moment).timestamp()


def _bare_s(studio: Studio, arguments: list[str]) -> float:
    """Seconds from creating the pod to seeing that its container has ended."""
    from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
    from kubernetes import watch
    from kubernetes.client import models as k8s

    from operators.engines.kubernetes.pods import pod_arguments

    deployment = studio.airflow.installation.deployment()
    assert deployment.kubernetes
    task = KubernetesPodOperator(
        task_id="floor", name="floor", cmds=["python"], arguments=arguments, do_xcom_push=False,
        **pod_arguments(deployment.kubernetes, deployment.profiles["cpu-small"], 600),
    )  # fmt: skip
    pod: k8s.V1Pod = task.build_pod_request_obj(dry_run=True)
    pod.metadata.name = f"floor-{time.monotonic_ns()}"
    began = time.monotonic()
    studio.core.create_namespaced_pod(NAMESPACE, pod)
    selector = f"metadata.name={pod.metadata.name}"
    for event in watch.Watch().stream(studio.core.list_namespaced_pod, NAMESPACE, field_selector=selector):
        statuses = event["object"].status.container_statuses or ()
        if any(status.state.terminated for status in statuses):
            break
    seconds = time.monotonic() - began
    studio.core.delete_namespaced_pod(pod.metadata.name, NAMESPACE)
    return seconds


def _requests(studio: Studio) -> int:
    """What service accounts have asked of the API server so far; here only Airflow's do."""
    client = studio.cluster.client
    headers: dict[str, str] = {}
    client.update_params_for_auth(headers, [], ["BearerToken"])
    text = client.rest_client.GET(f"{client.configuration.host}/metrics", headers=headers).data.decode()
    pattern = r'apiserver_flowcontrol_dispatched_requests_total\{flow_schema="service-accounts"[^}]*\} ([0-9.e+]+)'
    return int(sum(float(found) for found in re.findall(pattern, text)))


def _open_namespace(cluster: Any, airflow: Airflow) -> None:
    """Let the plain operator's sidecar in, and give it an account that may `exec`."""
    from kubernetes.client import CoreV1Api, NetworkingV1Api, RbacAuthorizationV1Api

    core = CoreV1Api(cluster.client)
    labels = {f"pod-security.kubernetes.io/{mode}": "privileged" for mode in ("enforce", "audit", "warn")}
    core.patch_namespace(NAMESPACE, {"metadata": {"labels": labels}})
    NetworkingV1Api(cluster.client).delete_collection_namespaced_network_policy(NAMESPACE)
    rules = [{"apiGroups": [""], "resources": ["pods", "pods/log", "pods/exec", "events"], "verbs": ["*"]}]
    rbac = RbacAuthorizationV1Api(cluster.client)
    rbac.replace_namespaced_role(
        "atelier-airflow", NAMESPACE, {"metadata": {"name": "atelier-airflow"}, "rules": rules}
    )
    for service in airflow.services.values():
        if "AIRFLOW_CONN_KUBERNETES_DEFAULT" in service.env:
            service.env[ADMIN] = service.env["AIRFLOW_CONN_KUBERNETES_DEFAULT"]  # type: ignore[index]


def _write_dags(folder: Path) -> None:
    for mode, setting in MODES.items():
        types = folder / f"content_{mode}"
        types.mkdir(parents=True)
        (types / "deployment").write_text(DEPLOYMENT.format(mode=setting))
        (types / f"ours_{mode}.yaml").write_text(TYPE.format(mode=mode))
    (folder / "bench.py").write_text(DAGS)


def _remove(cluster: Any) -> None:
    from kubernetes.client import CoreV1Api

    CoreV1Api(cluster.client).delete_namespace(NAMESPACE)


def _print(found: dict[str, Times]) -> None:
    floor, work = found["bare"].p(0.5), found["bare"].p(0.5) - found["python"].p(0.5)
    plain = found["plain"].p(0.5) - work
    print(f"floor: the same pod by a bare watch {floor:.1f} s, one that only starts Python {floor - work:.1f} s")
    print(f"container's own work, taken off below: {work:.1f} s\n")
    print("| variant | p50 s | p95 s | p50 over the floor s | of plain | API requests |")
    print("|---|---|---|---|---|---|")
    for name in (*OURS, *PLAIN):
        times = found[name]
        middle, high = times.p(0.5) - work, times.p(0.95) - work
        over = times.p(0.5) - floor
        asked = statistics.median(times.requests)
        print(f"| {name} | {middle:.1f} | {high:.1f} | {over:.1f} | {middle / plain:.2f} | {asked:g} |")
    print(json.dumps({name: [round(s, 2) for s in times.seconds] for name, times in found.items()}), file=sys.stderr)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
