"""`docs/kubernetes.md`: what it tells people to write is what the contract reads and the cluster takes."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from kubernetes.client import CoreV1Api

from deploy.kubernetes.manifests import read_objects
from deploy.local.installation import PROJECT_ROOT
from include.contract.deployments import Deployment, read_deployment
from operators.engines.identity import TaskKey
from operators.engines.kubernetes.pods import PodShape, pod_of_try
from tests.deploy.kubernetes.kustomize import build
from tests.deploy.kubernetes.pods import stage_pod
from tests.kube import Workplace

GUIDE = (PROJECT_ROOT / "docs" / "kubernetes.md").read_text()
PATCHES = re.findall(r"^```yaml\n(- target: .*?)^```", GUIDE, flags=re.S | re.M)


def _deployment() -> Deployment:
    (text,) = re.findall(r"^```yaml\n(engine: .*?)^```", GUIDE, flags=re.S | re.M)
    return read_deployment(text, "docs/kubernetes.md")


def test_it_names_every_object_of_the_base() -> None:
    rows = "\n".join(line for line in GUIDE.splitlines() if line.startswith("|"))
    missing = [each["metadata"]["name"] for each in read_objects() if f"`{each['metadata']['name']}`" not in rows]
    assert missing == []


@pytest.mark.parametrize("name", sorted(set(re.findall(r"deploy/(?!kubernetes/mine)[\w./-]+\w", GUIDE))))
def test_every_file_that_it_names_exists(name: str) -> None:
    assert (PROJECT_ROOT / name).exists()


def test_its_model_cache_is_the_components() -> None:
    settings = _deployment().kubernetes
    assert settings
    (claim,) = read_objects(PROJECT_ROOT / "deploy" / "kubernetes" / "components" / "model-cache")
    assert settings.model_cache_claim == claim["metadata"]["name"]


@pytest.mark.parametrize("patch", PATCHES)
def test_its_patches_change_what_they_name(tmp_path: Path, patch: str) -> None:
    example = (PROJECT_ROOT / "deploy" / "kubernetes" / "example" / "kustomization.yaml").read_text()
    example = example.replace("components:\n", "components:\n  - ../components/model-warm\n")
    (target,) = re.findall(r"target: {kind: (\w+), name: ([\w-]+)}", patch)
    as_it_comes = build(tmp_path / "before", example)
    patched = build(tmp_path / "after", example + textwrap.indent(patch, "  "))
    assert [name for name in patched if patched[name] != as_it_comes[name]] == [target]


@pytest.mark.cluster
@pytest.mark.parametrize("may_use_spot", [True, False])
@pytest.mark.parametrize("name", sorted(_deployment().profiles))
def test_the_cluster_takes_pods_of_every_profile(kube: Workplace, name: str, may_use_spot: bool) -> None:
    profile = _deployment().profile(name)
    key = TaskKey("guide", "manual__1", "image", map_index=-1, try_number=1, max_tries=1)
    pod = pod_of_try(
        stage_pod(kube.namespace, "true", **profile.model_dump(mode="json", exclude_unset=True)),
        key,
        profile,
        PodShape(profile.memory_mib, may_use_spot),
        "s3://atelier/request",
    )
    made = CoreV1Api(kube.airflow).create_namespaced_pod(kube.namespace, pod, dry_run="All")
    assert made.spec.containers[0].resources.requests["memory"] == f"{profile.memory_mib // 1024}Gi"
    assert ("node.kubernetes.io/lifecycle" in (made.spec.node_selector or {})) == (
        profile.spot is not None and may_use_spot
    )
