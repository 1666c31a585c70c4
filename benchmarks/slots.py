"""Worker slots that stages hold while they wait for their pods: many long stages at once, deferred.

A slot is held by each task that runs; it is counted every second from the moment when every stage has its pod until
the first of them ends.
`KUBECONFIG` names the cluster; `ATELIER_LOAD_IMAGE` brings it the tests' stage image, whose pictures can take long.
`.venv/airflow/bin/python -m benchmarks.slots [STAGES [MINUTES]]`
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from deploy.kubernetes.cluster import find_cluster
from deploy.local.installation import PROJECT_ROOT, Installation
from tests.cluster.airflow import Airflow, until
from tests.cluster.image import tests_image
from tests.cluster.studio import Studio, script

STAGES = 50
MINUTES = 20
NAMESPACE = "atelier-bench-slots"
DEPLOYMENT = """
engine: kubernetes
store: {{bucket: atelier, connection_id: atelier_store}}
kubernetes: {{namespace: atelier-bench-slots, image: "{image}"}}
profiles: {{tiny: {{cpu: 0.01, memory_mib: 300}}}}
"""
TYPE = """
name: long
title: Long
description: A picture that takes its time.
brief: {language: en}
max_active_runs: 100
stages:
  text: {recipe: script.narrated, profile: tiny}
  image: {recipe: image.scene, profile: tiny, timeout_s: 7200, params: {short_side_px: 240}}
"""
DAGS = """
from pathlib import Path

from airflow.sdk import get_parsing_context

from operators.dags.loading import load_dags

folder = Path(__file__).parent / "types"
loaded = load_dags(folder, str(folder / "deployment"), wanted=get_parsing_context().dag_id)
globals().update(loaded.dags)
import_errors = loaded.import_errors
"""


def main(stages: int, minutes: float) -> None:
    """Start the stages, count, and print what was counted."""
    from kubernetes.client import CoreV1Api

    cluster = find_cluster()
    with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder, ExitStack() as stack:
        types = Path(folder) / "dags" / "types"
        types.mkdir(parents=True)
        (types / "deployment").write_text(DEPLOYMENT.format(image=tests_image(CoreV1Api(cluster.client))))
        (types / "long.yaml").write_text(TYPE)
        (types.parent / "slots.py").write_text(DAGS)
        installation = Installation(PROJECT_ROOT, Path(folder), str(types / "deployment"))
        airflow = Airflow.prepared(installation, str(types.parent))
        stack.callback(CoreV1Api(cluster.client).delete_namespace, NAMESPACE)
        stack.callback(airflow.end)
        airflow.start_all()
        studio = stack.enter_context(Studio.open(airflow, cluster))
        until(lambda: studio.api.parsed_at("long"), 120, "the DAG is read")
        _count(studio, stages, minutes)


def _count(studio: Studio, stages: int, minutes: float) -> None:
    for number in range(stages):
        studio.run("long", {"id": f"slots-{number}", "script": script(f"[slow {minutes * 60 + number}]", scenes=1)})
    started_s = time.monotonic()
    until(lambda: _running_pods(studio) >= stages, 1800, f"{stages} pods run")
    print(f"{stages} pods run after {time.monotonic() - started_s:.0f} s")
    held = []
    until_s = time.monotonic() + minutes * 60 * 0.75
    while time.monotonic() < until_s:
        held.append(studio.api.running_tasks())
        time.sleep(1)
    print("| stages | watched min | slots held, mean | at most |\n|---|---|---|---|")
    print(f"| {stages} | {minutes * 0.75:.0f} | {statistics.mean(held):.2f} | {max(held)} |")


def _running_pods(studio: Studio) -> int:
    pods = studio.pods()
    return sum(p.status.phase == "Running" and p.metadata.annotations["atelier.dev/task-id"] == "image" for p in pods)


if __name__ == "__main__":
    numbers = [float(word) for word in sys.argv[1:]]
    main(int(numbers[0]) if numbers else STAGES, numbers[1] if len(numbers) > 1 else MINUTES)
