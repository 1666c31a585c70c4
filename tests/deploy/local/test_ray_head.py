from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from deploy.local import ray_head
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.ports import GRPC, RAY, WANTED

PORTS = {**WANTED, **dict.fromkeys((*GRPC, *RAY), 20_001)}
ON_RAY = "include/deployments/ray.yaml"


@pytest.fixture
def on_ray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(ray_head, "_FOLDERS", tmp_path)
    installation = Installation(home=tmp_path, deployment_file=ON_RAY)
    installation.prepare()
    return installation


def test_where_no_stage_runs_on_ray_there_is_no_head(tmp_path: Path) -> None:
    installation = Installation(home=tmp_path)
    installation.prepare()
    credentials = credentials_of(installation)
    assert ray_head.ray_services(installation, credentials, PORTS) == []
    assert ray_head.ray_environment(installation, credentials) == {}


def test_airflow_and_the_head_share_a_token_and_the_head_alone_has_the_stores_credentials(on_ray: Installation) -> None:
    credentials = credentials_of(on_ray)
    environment = ray_head.ray_environment(on_ray, credentials)
    assert json.loads(environment["AIRFLOW_CONN_ATELIER_RAY"])["password"] == credentials.ray_token
    (service,) = ray_head.ray_services(on_ray, credentials, PORTS)
    assert (service.env["RAY_AUTH_MODE"], service.env["RAY_AUTH_TOKEN"]) == ("token", credentials.ray_token)
    assert service.env["AWS_SECRET_ACCESS_KEY"] == credentials.store_secret_key
    told = " ".join(service.argv)
    assert credentials.ray_token not in told
    assert credentials.store_secret_key not in told


def test_it_listens_on_this_machine_alone_where_the_deployment_says(on_ray: Installation) -> None:
    (service,) = ray_head.ray_services(on_ray, credentials_of(on_ray), PORTS)
    assert service.ports == (8265,)
    assert {"--dashboard-host=127.0.0.1", "--node-ip-address=127.0.0.1", "--dashboard-port=8265"} <= set(service.argv)


def test_it_answers_once_jobs_can_be_submitted(on_ray: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    (service,) = ray_head.ray_services(on_ray, credentials_of(on_ray), PORTS)
    asked: list[str] = []

    def get(url: str, headers: dict[str, str], timeout: float) -> httpx.Response:
        asked.append(headers["Authorization"])
        if len(asked) == 1:
            raise httpx.ConnectError("not yet")
        return httpx.Response(200 if len(asked) > 2 else 503)

    monkeypatch.setattr(httpx, "get", get)
    assert [service.answers() for _ in range(3)] == [False, False, True]
    assert asked[0] == f"Bearer {credentials_of(on_ray).ray_token}"


def test_its_sessions_lie_where_sockets_have_short_paths_and_are_cleared_away(on_ray: Installation) -> None:
    (service,) = ray_head.ray_services(on_ray, credentials_of(on_ray), PORTS)
    folder = Path(service.env["RAY_TMPDIR"])
    assert len(str(folder.relative_to(folder.parent))) < 25
    (folder / "ray" / "session").mkdir(parents=True)
    service.clear_away()
    assert not (folder / "ray").exists()
