"""What the files promise each other, without Docker."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose.environment import EXAMPLE, settings_in
from deploy.development.debian import debian_packages
from deploy.development.images import IMAGES
from deploy.local.installation import PROJECT_ROOT
from include.contract.deployments import read_deployment
from include.contract.engines import EngineName
from include.contract.models import read_registry

TEXT = (PROJECT_ROOT / "docker-compose.yaml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
STAGE_DOCKERFILE = (PROJECT_ROOT / "include" / "runtime" / "Dockerfile").read_text()
AIRFLOW_SIDE_LOCKS = ("requirements.txt", "deploy/local/requirements.txt")
HEAVY = {"torch", "transformers", "diffusers", "ray", "opencv-python-headless", "skia-python"}


def _locked(path: Path) -> set[str]:
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", path.read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("lock", AIRFLOW_SIDE_LOCKS)
def test_no_lock_file_of_the_airflow_side_names_torch(lock: str) -> None:
    locked = _locked(PROJECT_ROOT / lock)
    assert locked
    assert not locked & HEAVY


def test_airflow_has_drivers_for_postgres() -> None:
    assert {"psycopg", "psycopg-binary", "asyncpg"} <= _locked(PROJECT_ROOT / "requirements.txt")


def test_the_stage_image_has_the_debian_packages_that_models_come_from() -> None:
    registry = read_registry((PROJECT_ROOT / "include" / "models.yaml").read_text(), "models.yaml")
    (installed,) = re.findall(r"--no-install-recommends ([\w .+-]+) \\", STAGE_DOCKERFILE)
    assert set(debian_packages(registry)) <= set(installed.split())


def test_the_uninstalled_half_of_torch_is_in_the_lock_file() -> None:
    (names,) = re.findall(r"uninstall -q -y ([\w ]+)", STAGE_DOCKERFILE)
    assert set(names.split()) <= _locked(PROJECT_ROOT / "include" / "runtime" / "requirements.txt")


def test_every_secret_is_asked_for_by_a_message_and_listed_in_the_example() -> None:
    example = settings_in((PROJECT_ROOT / EXAMPLE).read_text())
    used = set(re.findall(r"\$\{(ATELIER_[A-Z_]+)", TEXT))
    asked = set(re.findall(r"\$\{(ATELIER_[A-Z_]+):\?run `make compose-env`", TEXT))
    optional = set(re.findall(r"\$\{(ATELIER_[A-Z_]+):-", TEXT))
    assert used == asked | optional == set(example)
    assert asked == {name for name, value in example.items() if not value}


def test_every_image_is_pinned_and_every_own_one_is_built_here() -> None:
    found = {service.get("image", "") for service in SERVICES.values()}
    assert all(":" in image and not image.endswith(":latest") for image in found)
    assert {image for image in found if image.startswith("atelier-")} <= {image.name for image in IMAGES}


def test_every_service_tells_its_health_and_waits_for_that_of_others() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"init"}
    for service in SERVICES.values():
        for other, condition in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other == "init" else "service_healthy"
            assert condition == {"condition": expected}


def test_the_part_that_people_look_through_reaches_the_store_and_knows_where_browsers_do() -> None:
    told = SERVICES["api-server"]["environment"]["AIRFLOW_CONN_ATELIER_STORE"]
    assert told == SERVICES["scheduler"]["environment"]["AIRFLOW_CONN_ATELIER_STORE"]
    ports = str(SERVICES["store"]["ports"])
    (port,) = re.findall(r'"browser_endpoint_url": "http://localhost:(\$\{[^}]+\})"', told)
    assert port in ports


def test_nothing_is_published_beyond_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_containers_of_this_project_have_no_rights_to_give_away() -> None:
    ours = {name: service for name, service in SERVICES.items() if service["image"].startswith("atelier-")}
    assert SERVICES.keys() - ours == {"postgres"}
    for name, service in ours.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_the_deployment_has_the_profiles_of_the_local_one_and_paths_of_the_image() -> None:
    folder = PROJECT_ROOT / "include" / "deployments"
    compose, local = (read_deployment((folder / name).read_text(), name) for name in ("compose.yaml", "local.yaml"))
    assert compose.engine == EngineName.PROCESS
    assert compose.profiles.keys() == local.profiles.keys()
    assert compose.process is not None
    assert compose.process.python == "/opt/atelier/bin/python"
    mounts = [volume.split(":")[1] for volume in SERVICES["scheduler"]["volumes"]]
    assert {compose.process.scratch, compose.process.cache} <= set(mounts)
