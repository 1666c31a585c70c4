from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment
from include.store.store import Store
from operators.cli.main import main
from tests.wiring import FILM_STAGES

Atelier = Callable[..., tuple[int, str, str]]


@pytest.fixture
def atelier(
    deployment: Deployment, store: Store, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> Atelier:
    """Runs a subcommand on the test's own store, reached as AWS's own tools do: exit code, output, complaints."""
    for name in ("AIRFLOW_CONN_ATELIER_STORE", "AIRFLOW_HOME", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "deployment.yaml"
    told = deployment.model_dump(mode="json", exclude_none=True)
    told["profiles"]["cpu-medium"] = dict(told["profiles"]["cpu-small"])
    file.write_text(json.dumps(told, indent=1))

    def run(*words: object) -> tuple[int, str, str]:
        code = main(["--deployment", str(file), *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def write_type(folder: Path, name: str = "films", **settings: Any) -> Path:
    """A content type of films in a file of its own."""
    told = {"name": name, "title": "Films", "description": "Films.", "brief": {"scenes": 2}, "stages": FILM_STAGES}
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(told | settings, sort_keys=False))
    return path
