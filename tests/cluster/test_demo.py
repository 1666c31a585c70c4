"""`make demo ENGINE=kubernetes` as a user types it, beside `make demo`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.kubernetes.cluster import Cluster
from deploy.local.installation import HOME_ENV, PROJECT_ROOT
from operators.configuration import DEFAULT_DEPLOYMENT, DEPLOYMENT_ENV
from tests.e2e.conftest import BRIEF
from tests.kube import KUBECONFIG

pytestmark = [pytest.mark.cluster, pytest.mark.long]
STAGES = 6
SHIPPED = "include/deployments/kubernetes.yaml"


@pytest.fixture
def deployment(cluster: Cluster, tmp_path: Path) -> Iterator[Path]:
    """The shipped deployment in a namespace of its own."""
    from kubernetes.client import CoreV1Api

    namespace = f"atelier-test-{uuid.uuid4().hex[:8]}"
    path = tmp_path / "kubernetes.yaml"
    path.write_text((PROJECT_ROOT / SHIPPED).read_text().replace("namespace: atelier", f"namespace: {namespace}"))
    yield path
    core = CoreV1Api(cluster.client)
    if any(each.metadata.name == namespace for each in core.list_namespace().items):
        core.delete_namespace(namespace)


def demo(home: Path, deployment: str, brief: Path, kubeconfig: str | None = KUBECONFIG) -> tuple[int, str]:
    environment = {**os.environ, HOME_ENV: str(home), DEPLOYMENT_ENV: deployment, "KUBECONFIG": kubeconfig or ""}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo.run", str(brief)],
        cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def last_run(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "out" / "last-run.json").read_text())
    return found


def test_the_same_brief_gives_the_same_bytes_in_pods_and_again_without_any(deployment: Path, tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text(BRIEF)
    results = []
    for home, file in ((tmp_path / "here", DEFAULT_DEPLOYMENT), (tmp_path / "there", str(deployment))):
        home.mkdir()
        code, said = demo(home, file, brief)
        assert code == 0, said
        results.append(last_run(home))
    here, there = results
    assert there["outputs"] == here["outputs"]
    assert [stage["pods_started"] for stage in here["stages"]] == [0] * STAGES
    assert [(stage["process_started"], stage["pods_started"]) for stage in there["stages"]] == [(True, 1)] * STAGES
    code, said = demo(tmp_path / "there", str(deployment), brief)
    assert code == 0, said
    again = last_run(tmp_path / "there")
    assert [(stage["process_started"], stage["pods_started"]) for stage in again["stages"]] == [(False, 0)] * STAGES
    assert again["outputs"] == there["outputs"]


def test_without_a_cluster_it_says_in_one_line_how_to_get_one(deployment: Path, tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text(BRIEF)
    code, said = demo(tmp_path, str(deployment), brief, kubeconfig=str(tmp_path / "no-such-file"))
    assert code == 1
    (line,) = said.strip().splitlines()
    for tool in ("kind", "minikube", "k3d"):
        assert tool in line
