from __future__ import annotations

import os
import socket
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.compose.environment import EXAMPLE, filled, settings_in
from deploy.development import images
from deploy.local.installation import PROJECT_ROOT

NOTHING = "/dev/null"
"""An environment file without a single setting."""


@dataclass(frozen=True)
class Compose:
    """docker-compose.yaml as a project of this test session's own."""

    home: Path
    project: str

    @property
    def environment_file(self) -> Path:
        """Settings that only this project has."""
        return self.home / ".env"

    @property
    def settings(self) -> dict[str, str]:
        """Names and values of the environment file."""
        return settings_in(self.environment_file.read_text())

    def run(self, *arguments: str, limit_s: float = 600) -> subprocess.CompletedProcess[str]:
        """`docker compose` with these arguments."""
        return compose(*arguments, project=self.project, environment_file=str(self.environment_file), limit_s=limit_s)


def compose(
    *arguments: str, project: str, environment_file: str, limit_s: float = 60
) -> subprocess.CompletedProcess[str]:
    """`docker compose` on the project's file; settings come from `environment_file` only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATELIER_", "COMPOSE_"))}
    command = ["docker", "compose", "--project-name", project, "--env-file", environment_file, *arguments]
    return subprocess.run(
        command, cwd=PROJECT_ROOT, env=kept, capture_output=True, text=True, timeout=limit_s, check=False
    )


@pytest.fixture(scope="session")
def docker() -> None:
    """Docker, answering; without it the tests fail, since whoever runs them asked for it."""
    images.check_docker()


@pytest.fixture(scope="session")
def built(docker: None) -> None:
    """The images, built from this checkout."""
    images.build_all()


@pytest.fixture(scope="session")
def started(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    """The whole file, started and healthy; gone with its volumes afterwards."""
    project = Compose(tmp_path_factory.mktemp("compose"), f"atelier-test-{uuid.uuid4().hex[:8]}")
    project.environment_file.write_text(_fresh_settings())
    try:
        up = project.run("up", "--detach", "--wait")
        assert up.returncode == 0, up.stderr + project.run("logs", "--tail", "50").stdout
        yield project
    finally:
        down = project.run("down", "--volumes", "--timeout", "10")
    assert down.returncode == 0, down.stderr


def _fresh_settings() -> str:
    airflow_port, store_port = _free_ports(2)
    example = (PROJECT_ROOT / EXAMPLE).read_text()
    return filled(example.replace("PORT=8080", f"PORT={airflow_port}").replace("PORT=8333", f"PORT={store_port}"))


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
