from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from deploy.demo.airflow_api import AirflowApi
from deploy.local import database
from deploy.local.airflow import USER, base_url
from deploy.local.credentials import credentials_of
from deploy.local.installation import HOME_ENV, Installation
from deploy.local.ports import AIRFLOW_PORT
from deploy.local.stackfile import Stack, StackFile
from tests.cluster.airflow import until
from tests.deploy.stub import Stub, answering
from tests.e2e.clone import clone

LIMIT_S = 1200
"""For one step of a test, on a machine that has much else to do."""


@dataclass(frozen=True)
class Home:
    """An installation of its own and the commands that a user types."""

    installation: Installation
    port_taken: int = 0
    """Where another program was quicker than Airflow at the first start."""
    said_at_start: str = ""

    def start(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        """Start `python -m deploy.<module>`."""
        return subprocess.Popen(
            [sys.executable, "-m", f"deploy.{module}", *arguments],
            cwd=self.installation.root,
            env={
                **os.environ,
                "PYTHONPATH": str(self.installation.root),
                HOME_ENV: str(self.installation.home),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, module: str, *arguments: str) -> tuple[int, str]:
        """Run it to its end: exit code and output."""
        process = self.start(module, *arguments)
        try:
            output, _ = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=LIMIT_S)
            raise AssertionError(f"{module} took more than {LIMIT_S} s:\n{output}") from None
        return process.returncode, output

    def up(self) -> str:
        """Start the servers and leave them running; what that said."""
        code, output = self.run("local.commands", "up")
        assert code == 0, output
        return output

    def down(self) -> None:
        """Stop them."""
        code, output = self.run("local.commands", "down")
        assert code == 0, output

    def end(self) -> None:
        """Stop what runs, and remove what lies elsewhere."""
        try:
            self.down()
        finally:
            database.remove(self.installation)

    def stack(self) -> Stack:
        """The embedded servers that run here."""
        stack = StackFile.of(self.installation).read()
        assert stack
        return stack

    def api(self) -> AirflowApi:
        """Airflow, not signed in yet."""
        return AirflowApi(base_url(self.stack().ports), USER, credentials_of(self.installation).airflow_password)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One clone of the project for the session, with its servers left running as `make up` does.

    While they start, another program takes Airflow's port between its choice and its use, as when two clones start at
    the same time.
    """
    root = tmp_path_factory.mktemp("served") / "project"
    clone(root)
    home = Home(Installation(root=root, home=root))
    try:
        up = home.start("local.commands", "up")
        choice = home.installation.state / "ports.json"
        until(choice.exists, LIMIT_S, "the ports are chosen")
        port = json.loads(choice.read_text())[AIRFLOW_PORT]
        with answering(Stub(), port):
            said, _ = up.communicate(timeout=LIMIT_S)
        assert up.returncode == 0, said
        yield replace(home, port_taken=port, said_at_start=said)
    finally:
        home.end()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Home]:
    """A home in which nothing has been started."""
    home = Home(Installation(home=tmp_path))
    yield home
    home.end()


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    """A short brief with its own script, so that only pictures, speech and the cut are made."""
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF)
    return path


BRIEF = """\
id: two-scenes
language: en
aspect: 1:1
script:
  title: Two scenes
  description: As little as a film can be.
  hashtags: [test]
  scenes:
    - {narration: A bee visits a flower., image_prompt: a bee on a sunflower}
    - {narration: Then it flies home., image_prompt: a bee hive in a garden}
"""
