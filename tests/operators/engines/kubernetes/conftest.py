from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests import airflow_home  # noqa: F401 - before anything imports Airflow

NOWHERE = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}],
    "users": [{"name": "u", "user": {"token": "t"}}],
    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    "current-context": "x",
}


@pytest.fixture
def connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An Airflow connection to a cluster that does not answer: building a pod asks it nothing."""
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(NOWHERE))
    value = json.dumps({"conn_type": "kubernetes", "extra": {"kube_config_path": str(path)}})
    monkeypatch.setenv("AIRFLOW_CONN_KUBERNETES_DEFAULT", value)
