from __future__ import annotations

import json
from typing import Any

import yaml

from deploy.development.images import AIRFLOW
from deploy.local.installation import PROJECT_ROOT
from include.contract.cluster import KubernetesSettings
from include.contract.deployments import Deployment, read_deployment

VALUES: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "deploy" / "helm" / "values.yaml").read_text())
VARIABLES = {each["name"]: each.get("value") for each in yaml.safe_load(VALUES["extraEnv"])}
GUIDE = (PROJECT_ROOT / "docs" / "helm.md").read_text()


def _objects(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((PROJECT_ROOT / "deploy" / "kubernetes" / "base" / name).read_text()))


def _deployment() -> Deployment:
    name = VARIABLES["ATELIER_DEPLOYMENT"]
    return read_deployment((PROJECT_ROOT / name).read_text(), name)


def _engine() -> KubernetesSettings:
    engine = _deployment().kubernetes
    assert engine is not None
    return engine


def test_the_image_is_the_one_that_is_built_here() -> None:
    image = VALUES["images"]["airflow"]
    assert f"{image['repository']}:{image['tag']}" == AIRFLOW.name


def test_the_versions_of_airflow_agree() -> None:
    assert f"apache-airflow=={VALUES['airflowVersion']} " in (PROJECT_ROOT / "requirements.txt").read_text()


def test_the_user_and_home_are_those_of_the_image() -> None:
    dockerfile = (PROJECT_ROOT / "Dockerfile").read_text()
    assert f"AIRFLOW_HOME={VALUES['airflowHome']} " in dockerfile
    assert f"USER {VALUES['uid']}:{VALUES['gid']}" in dockerfile
    assert VALUES["securityContexts"]["pod"]["runAsUser"] == VALUES["uid"]


def test_the_parts_that_ask_for_pods_have_the_service_account_that_may() -> None:
    accounts = {each["metadata"]["name"] for each in _objects("access.yaml") if each["kind"] == "ServiceAccount"}
    names = [VALUES[part]["serviceAccount"]["name"] for part in ("scheduler", "triggerer")]
    assert names == ["atelier-airflow", "atelier-airflow"]
    assert {*names, _engine().service_account} <= accounts
    made = [VALUES[part]["serviceAccount"]["create"] for part in ("scheduler", "triggerer")]
    assert made.count(True) == 1
    assert "value: {kind: ServiceAccount, name: atelier-airflow, namespace: airflow}" in GUIDE


def test_the_store_is_reached_by_the_secret_and_the_connections_of_the_deployment() -> None:
    (source,) = yaml.safe_load(VALUES["extraEnvFrom"])
    assert source["secretRef"]["name"] == _engine().store_secret
    store, cluster = _deployment().store.connection_id, _engine().connection_id
    assert json.loads(VARIABLES[f"AIRFLOW_CONN_{store.upper()}"]) == {"conn_type": "aws"}
    assert json.loads(VARIABLES[f"AIRFLOW_CONN_{cluster.upper()}"])["extra"] == {"in_cluster": True}


def test_the_pools_that_profiles_name_are_imported() -> None:
    (_, _, script) = VALUES["migrateDatabaseJob"]["args"]
    pools = json.loads((PROJECT_ROOT / script.split()[-1]).read_text())
    assert {profile.pool for profile in _deployment().profiles.values()} <= {*pools, "default_pool"}


def test_every_secret_that_it_reads_is_made_in_the_guide() -> None:
    secrets = {VALUES[name] for name in ("fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName")}
    for name in (*secrets, VALUES["data"]["metadataSecretName"], _engine().store_secret):
        assert f"create secret generic {name} " in GUIDE
    (password,) = (each for each in VALUES["apiServer"]["env"] if "valueFrom" in each)
    assert f"--from-literal={password['valueFrom']['secretKeyRef']['key']}=" in GUIDE
