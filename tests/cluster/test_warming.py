"""Models that a Job brings into a claim: the pod that needs them then starts without a download."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from kubernetes.client import BatchV1Api

from deploy.kubernetes.manifests import BASE, StoreAddress, apply, placed, read_objects
from include.contract.artifacts import artifact_of
from include.contract.keys import blob_key
from include.contract.model_cards import CardFile, ModelCard, TransformersSettings, read_reference
from include.contract.values import StageKind
from include.store.models import Models
from tests.cluster.airflow import until
from tests.cluster.studio import Studio
from tests.kube import run_pod

pytestmark = [pytest.mark.cluster, pytest.mark.long]
COMPONENTS = BASE.parent / "components"
WEIGHTS = bytes(range(256)) * 4096 * 40
NAME = read_reference("acme/writer@1")
ROOM_S = 120.0


@pytest.fixture
def card(studio: Studio) -> ModelCard:
    """Of a model that was added."""
    artifact = artifact_of("model", WEIGHTS, "application/octet-stream")
    card = ModelCard(
        kind=StageKind.TEXT,
        settings=TransformersSettings(),
        files={"model.safetensors": CardFile(sha256=artifact.sha256, bytes=artifact.bytes)},
        licence="MIT",
        commercial=True,
    )
    studio.store.put_blob(WEIGHTS, artifact)
    Models(studio.store).keep(card)
    Models(studio.store).name(NAME, card)
    return card


@pytest.fixture
def claim(studio: Studio) -> Iterator[None]:
    """The component's claim, on a volume that stage pods can write: a folder of the node's."""
    name = f"atelier-test-{uuid.uuid4().hex[:8]}"
    folder = {"path": f"/var/tmp/{name}", "type": "DirectoryOrCreate"}
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "capacity": {"storage": "100Gi"},
            "accessModes": ["ReadWriteMany"],
            "storageClassName": "",
            "hostPath": folder,
        },
    }
    (wanted,) = _placed(studio, "model-cache")
    wanted["spec"] |= {"storageClassName": "", "volumeName": name}
    _on_the_node(studio, folder, "chmod 0777 /folder")
    apply(studio.cluster.client, [volume, wanted])
    yield
    studio.core.delete_namespaced_persistent_volume_claim(wanted["metadata"]["name"], studio.namespace)
    studio.core.delete_persistent_volume(name)
    _on_the_node(studio, folder, "rm -rf /folder/*")


def _placed(studio: Studio, component: str) -> list[dict[str, Any]]:
    # The store's address is only in a policy, which a component does not have.
    return deepcopy(placed(read_objects(COMPONENTS / component), studio.namespace, StoreAddress("127.0.0.1", 1)))


def _on_the_node(studio: Studio, folder: dict[str, str], script: str) -> None:
    container = {
        "name": "main",
        "image": "busybox",
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", script],
        "volumeMounts": [{"name": "folder", "mountPath": "/folder"}],
    }
    spec = {"restartPolicy": "Never", "containers": [container], "volumes": [{"name": "folder", "hostPath": folder}]}
    name = f"atelier-test-{uuid.uuid4().hex[:8]}"
    run_pod(studio.core, {"metadata": {"name": name}, "spec": spec}, "default")


def _job(studio: Studio) -> dict[str, Any]:
    (job,) = _placed(studio, "model-warm")
    engine = studio.airflow.installation.deployment().kubernetes
    assert engine is not None
    (container,) = job["spec"]["template"]["spec"]["containers"]
    container |= {"image": engine.image, "args": [f"--store={studio.store.domain.uri('')}", str(NAME)]}
    return job


def _messages(log: str) -> list[str]:
    return [json.loads(line)["message"] for line in log.splitlines() if line.startswith("{")]


def test_the_pod_that_needs_a_model_starts_without_a_download(studio: Studio, claim: None, card: ModelCard) -> None:
    job, batch = _job(studio), BatchV1Api(studio.cluster.client)
    name = job["metadata"]["name"]
    assert apply(studio.cluster.client, [job]) == []
    until(lambda: batch.read_namespaced_job(name, studio.namespace).status.succeeded, ROOM_S, "the Job has ended well")
    (pod,) = studio.core.list_namespaced_pod(studio.namespace, label_selector=f"job-name={name}").items
    log = studio.core.read_namespaced_pod_log(pod.metadata.name, studio.namespace, _preload_content=False)
    brought = _messages(log.data.decode())
    assert any(line.startswith("downloading model.safetensors: 41.9 MB in ") for line in brought)
    assert any(line.startswith(f"{NAME} is here") for line in brought)
    batch.delete_namespaced_job(name, studio.namespace, propagation_policy="Foreground")

    studio.store.delete(blob_key(card.files["model.safetensors"].sha256))
    later = {"metadata": {**job["spec"]["template"]["metadata"], "name": f"stage-{uuid.uuid4().hex[:8]}"}}
    found = _messages(run_pod(studio.core, {**later, "spec": job["spec"]["template"]["spec"]}, studio.namespace))
    assert [line.split(",")[0] for line in found] == [f"{NAME} is here"]
