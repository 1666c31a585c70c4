from __future__ import annotations

import ipaddress
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.credentials import Credentials
from deploy.local.manifests import BASE, STORE_POLICY, StoreAddress, apply, placed, read_objects
from tests.kube import Workplace, workplace

FOLDER = BASE.parent
COMPONENTS = FOLDER / "components"
EXAMPLE = FOLDER / "example"


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


def test_a_model_hub_answers_by_https_only() -> None:
    assert _hub_rule()["ports"] == [{"protocol": "TCP", "port": 443}]


@pytest.mark.cluster
def test_components_are_taken_without_a_warning(kube: Workplace, tmp_path: Path) -> None:
    with workplace(kube.cluster, kube.store, Credentials(), tmp_path) as fresh:
        for name in ("model-hub", "model-cache"):
            assert (
                apply(kube.cluster.client, placed(read_objects(COMPONENTS / name), fresh.namespace, kube.store)) == []
            )


@pytest.fixture
def built(tmp_path: Path) -> list[dict[str, Any]]:
    """What kustomize makes of the example, moved to the namespace `media`."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not on the PATH")
    mine = tmp_path / "kubernetes" / "mine"
    shutil.copytree(FOLDER, mine.parent)
    shutil.copytree(EXAMPLE, mine)
    text = (mine / "kustomization.yaml").read_text()
    (mine / "kustomization.yaml").write_text(text.replace("namespace: atelier", "namespace: media"))
    done = subprocess.run([kubectl, "kustomize", str(mine)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return list(yaml.safe_load_all(done.stdout))


def _by_name(objects: Iterable[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each["kind"], each["metadata"]["name"]): each for each in objects}


def test_the_example_changes_what_it_says_and_nothing_else(built: list[dict[str, Any]]) -> None:
    store = StoreAddress("10.0.4.0", 9000)
    expected = [*read_objects(), *read_objects(COMPONENTS / "model-hub"), *read_objects(COMPONENTS / "model-cache")]
    wanted = _by_name(placed(expected, "media", store))
    wanted["NetworkPolicy", STORE_POLICY]["spec"]["egress"][0]["to"] = [{"ipBlock": {"cidr": "10.0.4.0/28"}}]
    wanted["ResourceQuota", "atelier"]["spec"]["hard"]["requests.nvidia.com/gpu"] = "4"
    assert _by_name(built) == wanted
