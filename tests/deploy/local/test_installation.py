from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.installation import HOME_ENV, PROJECT_ROOT, Installation
from include.contract.errors import BadRequest
from operators.configuration import DEFAULT_DEPLOYMENT, DEPLOYMENT_ENV


def test_without_a_word_of_the_environment_the_project_is_its_own_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME_ENV, raising=False)
    monkeypatch.setenv(DEPLOYMENT_ENV, "")
    assert Installation.here() == Installation(PROJECT_ROOT, PROJECT_ROOT, DEFAULT_DEPLOYMENT)


def test_a_child_process_is_of_the_same_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = Installation(home=tmp_path, deployment_file="include/deployments/own.yaml")
    for name, value in installation.environment().items():
        monkeypatch.setenv(name, value)
    assert Installation.here() == installation


def test_each_deployment_keeps_what_is_its_own_apart(tmp_path: Path) -> None:
    usual = Installation(home=tmp_path)
    other = Installation(home=tmp_path, deployment_file="include/deployments/pods.yaml")
    assert usual.state == tmp_path / ".atelier"
    assert other.state == tmp_path / ".atelier" / "pods"
    assert other.store_data.is_relative_to(other.state)
    assert usual.out == other.out == tmp_path / "out"


def test_its_folders_are_closed_to_other_users_and_made_once(tmp_path: Path) -> None:
    installation = Installation(home=tmp_path)
    installation.prepare()
    (installation.logs / "s3.log").touch()
    installation.prepare()
    assert (installation.logs / "s3.log").exists()
    folders = (installation.state, installation.logs, installation.airflow_home, installation.store_data)
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_the_deployment_is_read_from_the_root_or_from_an_absolute_path(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text((PROJECT_ROOT / DEFAULT_DEPLOYMENT).read_text())
    assert Installation(deployment_file=str(file)).deployment() == Installation().deployment()
    with pytest.raises(BadRequest, match=rf"no\.yaml|{DEPLOYMENT_ENV}"):
        Installation(deployment_file=str(tmp_path / "no.yaml")).deployment()
