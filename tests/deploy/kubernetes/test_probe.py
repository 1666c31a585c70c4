from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.kubernetes.manifests import StoreAddress
from deploy.local.credentials import Credentials
from deploy.local.installation import PROJECT_ROOT
from tests.kube import Workplace, run_pod, workplace

pytestmark = pytest.mark.cluster


def _probe() -> Any:
    return yaml.safe_load((PROJECT_ROOT / "deploy" / "kubernetes" / "probe.yaml").read_text())


def test_it_finds_a_namespace_that_is_ready(kube: Workplace) -> None:
    assert kube.run(_probe()).splitlines() == [
        f"ok: the store at {kube.store.address}:{kube.store.port} is reached",
        "ok: the Kubernetes API is not reached",
    ]


def test_it_says_what_is_wrong_with_another(kube: Workplace, tmp_path: Path) -> None:
    with workplace(kube.cluster, StoreAddress("127.0.0.1", 9), Credentials(), tmp_path) as wrong:
        for name in ("atelier-default-deny", "atelier-stage-dns", "atelier-stage-store"):
            _delete_policy(wrong, name)
        assert run_pod(wrong.admin, _probe(), wrong.namespace).splitlines() == [
            "WRONG: the store at 127.0.0.1:9 is not reached; see the policy atelier-stage-store",
            "WRONG: the Kubernetes API is reached; this cluster does not enforce network policies",
        ]


def test_it_knows_a_name_from_a_store(kube: Workplace, tmp_path: Path) -> None:
    with workplace(kube.cluster, kube.store, Credentials(), tmp_path) as named:
        _serve_as(named, "store")
        _set_endpoint(named, f"http://store.{named.namespace}.svc.cluster.local:{kube.store.port}")
        assert named.run(_probe()).startswith(f"ok: the store at store.{named.namespace}.svc")
        _set_endpoint(named, "https://store.invalid/path")
        expected = "WRONG: the name store.invalid is not resolved; see the policy atelier-stage-dns\n"
        assert named.run(_probe()) == expected


def _serve_as(place: Workplace, name: str) -> None:
    """Give the store a name in the cluster's DNS."""
    from kubernetes.client import DiscoveryV1Api

    port = {"name": "s3", "port": place.store.port}
    spec = {"clusterIP": "None", "ports": [port]}
    place.admin.create_namespaced_service(place.namespace, {"metadata": {"name": name}, "spec": spec})
    addresses = {
        "metadata": {"name": name, "labels": {"kubernetes.io/service-name": name}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [place.store.address]}],
        "ports": [port],
    }
    DiscoveryV1Api(place.cluster.client).create_namespaced_endpoint_slice(place.namespace, addresses)


def _set_endpoint(place: Workplace, url: str) -> None:
    place.admin.patch_namespaced_secret("atelier-store", place.namespace, {"stringData": {"AWS_ENDPOINT_URL": url}})


def _delete_policy(place: Workplace, name: str) -> None:
    from kubernetes.client import NetworkingV1Api

    NetworkingV1Api(place.cluster.client).delete_namespaced_network_policy(name, place.namespace)
