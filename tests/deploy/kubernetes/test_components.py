from __future__ import annotations

import ipaddress
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiClient

from deploy.kubernetes.manifests import STORE_POLICY, StoreAddress, apply, placed, read_objects
from deploy.local.credentials import Credentials
from include.contract.cluster import KubernetesSettings
from include.contract.deployments import Profile
from operators.engines.identity import APP, APP_LABEL
from operators.engines.kubernetes.pods import pod_arguments
from tests.deploy.kubernetes.kustomize import KUBERNETES, build
from tests.kube import Workplace, workplace

COMPONENTS = KUBERNETES / "components"
ENGINE = KubernetesSettings(namespace="atelier", image="atelier-stage:local")


def _hub_rule() -> dict[str, Any]:
    (policy,) = read_objects(COMPONENTS / "model-hub")
    (rule,) = policy["spec"]["egress"]
    found: dict[str, Any] = rule
    return found


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "10.255.255.254", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.9.9", "192.168.1.1"],
)
def test_a_model_hub_is_never_an_address_of_the_clusters_own(address: str) -> None:
    (place,) = _hub_rule()["to"]
    assert any(ipaddress.ip_address(address) in ipaddress.ip_network(each) for each in place["ipBlock"]["except"])


def test_a_models_server_is_nobody_until_an_overlay_says_where_it_is(tmp_path: Path) -> None:
    (policy,) = read_objects(COMPONENTS / "model-server")
    assert policy["spec"]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "atelier-stage"}
    assert policy["spec"]["egress"] == [
        {"to": [{"ipBlock": {"cidr": "0.0.0.0/32"}}], "ports": [{"protocol": "TCP", "port": 443}]}
    ]
    text = (KUBERNETES / "example" / "kustomization.yaml").read_text()
    guide = (KUBERNETES.parents[1] / "docs" / "kubernetes.md").read_text()
    patch = textwrap.dedent(
        re.search(r"( *- target: {kind: NetworkPolicy, name: atelier-stage-model-server}.*?)```", guide, re.DOTALL)[1]
    )
    text = text.replace("components:", "components:\n  - ../components/model-server")
    built = build(tmp_path, text.replace("patches:\n", f"patches:\n{textwrap.indent(patch.rstrip(), '  ')}\n"))
    rule = built["NetworkPolicy", "atelier-stage-model-server"]["spec"]["egress"][0]
    assert rule["to"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "llm"}},
            "podSelector": {"matchLabels": {"app": "vllm"}},
        }
    ]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8000}]


@pytest.mark.parametrize("component", ["model-warm", "model-warm/each-node"])
def test_models_are_brought_by_a_pod_that_is_made_like_a_stages(component: str) -> None:
    (warming,) = read_objects(COMPONENTS / component)
    spec, stage = warming["spec"]["template"]["spec"], pod_arguments(ENGINE, Profile(cpu=1, memory_mib=1024), 60)
    client = ApiClient()
    (container,) = spec["containers"]
    assert spec["securityContext"] == client.sanitize_for_serialization(stage["security_context"])
    assert container["securityContext"] == client.sanitize_for_serialization(stage["container_security_context"])
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == ("atelier-stage", False)
    assert warming["spec"]["template"]["metadata"]["labels"].items() >= {APP_LABEL: APP}.items()
    mounts = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
    assert mounts == {each.name: each.mount_path for each in stage["volume_mounts"]}
    claims = {each["name"]: each.get("persistentVolumeClaim", {}).get("claimName") for each in spec["volumes"]}
    (claim,) = read_objects(COMPONENTS / "model-cache")
    assert claims == {"scratch": None, "cache": claim["metadata"]["name"]}


def test_models_on_each_node_are_held_there() -> None:
    held, once = (
        read_objects(COMPONENTS / name)[0]["spec"]["template"]["spec"]["containers"][0]
        for name in ("model-warm/each-node", "model-warm")
    )
    assert held["args"] == ["--hold", *once["args"]]
    assert held | {"args": once["args"]} == once


def test_a_model_hub_answers_by_https_only() -> None:
    assert _hub_rule()["ports"] == [{"protocol": "TCP", "port": 443}]


@pytest.mark.cluster
def test_components_are_taken_without_a_warning(kube: Workplace, tmp_path: Path) -> None:
    with workplace(kube.cluster, kube.store, Credentials(), tmp_path) as fresh:
        for name in ("model-hub", "model-cache", "model-server", "model-warm", "model-warm/each-node"):
            assert (
                apply(kube.cluster.client, placed(read_objects(COMPONENTS / name), fresh.namespace, kube.store)) == []
            )


def test_the_example_changes_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    text = (KUBERNETES / "example" / "kustomization.yaml").read_text()
    built = build(tmp_path, text.replace("namespace: atelier", "namespace: media"))
    everything = [*read_objects(), *read_objects(COMPONENTS / "model-hub"), *read_objects(COMPONENTS / "model-cache")]
    wanted = {
        (each["kind"], each["metadata"]["name"]): each
        for each in placed(everything, "media", StoreAddress("10.0.4.0", 9000))
    }
    wanted["NetworkPolicy", STORE_POLICY]["spec"]["egress"][0]["to"] = [{"ipBlock": {"cidr": "10.0.4.0/28"}}]
    wanted["ResourceQuota", "atelier"]["spec"]["hard"]["requests.nvidia.com/gpu"] = "4"
    assert built == wanted
