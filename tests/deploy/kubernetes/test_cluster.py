from __future__ import annotations

import base64
import socket
import time
from pathlib import Path

import pytest
import yaml
from kubernetes.client import AuthenticationV1Api, CoreV1Api
from kubernetes.client import models as k8s

from deploy.kubernetes import cluster as cluster_module
from deploy.kubernetes.cluster import STORE_SECRET, Cluster, NoCluster, find_cluster
from deploy.kubernetes.manifests import ClusterRefused, StoreAddress
from deploy.local.credentials import Credentials
from deploy.local.weed import client_variables
from include.contract.cluster import KubernetesSettings
from tests.deploy.kubernetes.pods import stage_pod
from tests.kube import ANSWER, KUBECONFIG, Workplace, workplace


def _kubeconfig(folder: Path, server: str) -> str:
    """Of a cluster that nobody vouches for."""
    path = folder / "kubeconfig"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "one", "cluster": {"server": server}}],
        "users": [{"name": "me", "user": {"token": "secret-token"}}],
        "contexts": [{"name": "here", "context": {"cluster": "one", "user": "me"}}],
        "current-context": "here",
    }
    path.write_text(yaml.safe_dump(content))
    return str(path)


def test_without_a_kubeconfig_one_line_says_how_to_get_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoCluster) as found:
        find_cluster(str(tmp_path / "none"))
    assert str(tmp_path / "none") in str(found.value)
    assert "kind create cluster" in str(found.value)
    assert "\n" not in str(found.value)


def test_a_file_that_is_no_kubeconfig_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("{[")
    with pytest.raises(NoCluster, match="broken"):
        find_cluster(str(tmp_path / "broken"))


def test_a_cluster_that_was_stopped_is_told_at_once(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(NoCluster, match=r"http://127\.0\.0\.1:9 .*does not answer.*refused.*kind create cluster"):
        find_cluster(_kubeconfig(tmp_path, "http://127.0.0.1:9"))
    assert time.monotonic() - started < 2


def test_a_cluster_that_takes_calls_and_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises(NoCluster, match=r"does not answer within 0\.3 s"):
            find_cluster(_kubeconfig(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}"))
    assert time.monotonic() - started < 2


def test_the_address_is_the_one_that_the_node_is_reached_from() -> None:
    assert Cluster(client=None, node_address="127.0.0.1").host_address() == "127.0.0.1"


def test_no_way_to_the_node_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClusterRefused, match=r"no route from this machine to the node 255\.255\.255\.255"):
        Cluster(client=None, node_address="255.255.255.255").host_address()


def test_the_secret_has_the_name_that_deployments_expect() -> None:
    assert KubernetesSettings.model_fields["store_secret"].default == STORE_SECRET


@pytest.mark.cluster
def test_a_stage_in_a_fresh_namespace_reaches_this_machines_server(kube: Workplace, tmp_path: Path) -> None:
    with workplace(kube.cluster, kube.store, Credentials(), tmp_path) as fresh:
        assert fresh.run(stage_pod(fresh.namespace, "wget -q -T 5 -O - $AWS_ENDPOINT_URL")) == ANSWER


@pytest.mark.cluster
def test_a_stage_gets_the_stores_credentials_and_nothing_shows_them(kube: Workplace, tmp_path: Path) -> None:
    credentials = Credentials()
    with workplace(kube.cluster, StoreAddress("10.9.9.9", 8333), credentials, tmp_path) as fresh:
        secret = fresh.admin.read_namespaced_secret(STORE_SECRET, fresh.namespace)
        assert {name: base64.b64decode(value).decode() for name, value in secret.data.items()} == {
            "AWS_ENDPOINT_URL": "http://10.9.9.9:8333",
            "AWS_ACCESS_KEY_ID": credentials.store_access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.store_secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        assert secret.metadata.annotations is None


@pytest.mark.cluster
def test_installing_again_moves_the_store_and_changes_the_credentials(kube: Workplace, tmp_path: Path) -> None:
    with workplace(kube.cluster, StoreAddress("10.9.9.9", 1), Credentials(), tmp_path) as fresh:
        other = client_variables(kube.store.url, Credentials(store_access_key="OTHER"))
        assert kube.cluster.install(fresh.namespace, kube.store, other) == []
        script = "echo $AWS_ACCESS_KEY_ID; wget -q -T 5 -O - $AWS_ENDPOINT_URL"
        assert fresh.run(stage_pod(fresh.namespace, script)) == f"OTHER\n{ANSWER}"


@pytest.mark.cluster
def test_rights_that_do_not_come_are_told(kube: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "RIGHTS_S", 0.0)
    monkeypatch.setattr(Cluster, "may", lambda self, namespace, verb, resource: verb != "watch")
    with pytest.raises(ClusterRefused, match=rf"`atelier-airflow` in `{kube.namespace}` .* may not watch pods;"):
        kube.cluster.install(kube.namespace, kube.store, client_variables(kube.store.url, Credentials()))


@pytest.mark.cluster
def test_airflows_kubeconfig_is_its_service_account(kube: Workplace) -> None:
    me = AuthenticationV1Api(kube.airflow).create_self_subject_review(k8s.V1SelfSubjectReview())
    assert me.status.user_info.username == f"system:serviceaccount:{kube.namespace}:atelier-airflow"
    assert CoreV1Api(kube.airflow).list_namespaced_pod(kube.namespace).kind == "PodList"


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_airflow_trusts_the_cluster_as_far_as_its_administrator_does(kube: Workplace, tmp_path: Path) -> None:
    kubeconfig = yaml.safe_load(Path(str(KUBECONFIG)).read_text())
    for each in kubeconfig["clusters"]:
        each["cluster"].pop("certificate-authority-data", None)
        each["cluster"] |= {"insecure-skip-tls-verify": True}
    (tmp_path / "insecure").write_text(yaml.safe_dump(kubeconfig))
    access = find_cluster(str(tmp_path / "insecure")).airflow_kubeconfig(kube.namespace, 600)["clusters"][0]["cluster"]
    assert access == {"server": kube.cluster.client.configuration.host, "insecure-skip-tls-verify": True}


@pytest.mark.cluster
def test_a_user_who_is_no_administrator_is_told_so(kube: Workplace) -> None:
    with pytest.raises(NoCluster, match=r"403 Forbidden: nodes is forbidden.*administrator"):
        find_cluster(str(kube.kubeconfig))


@pytest.mark.cluster
def test_a_token_for_a_namespace_that_was_not_installed_is_refused(kube: Workplace) -> None:
    with pytest.raises(ClusterRefused, match=r"token of `atelier-airflow` in `default`: the cluster answers 404"):
        kube.cluster.airflow_kubeconfig("default", 600)
