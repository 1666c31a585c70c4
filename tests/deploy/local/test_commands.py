from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import commands, processes
from deploy.local.installation import HOME_ENV, Installation
from operators.configuration import DEPLOYMENT_ENV


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("engine: clouds\n", "deployment.yaml, line 1: `engine`", id="wrong value"),
        pytest.param("engine: [\n", "is not YAML", id="not YAML"),
        pytest.param(None, "deployment.yaml: there is no such file", id="missing"),
    ],
)
def test_a_wrong_deployment_is_told_with_its_line_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: str | None, says: str
) -> None:
    path = tmp_path / "deployment.yaml"
    if content:
        path.write_text(content)
    monkeypatch.setenv(HOME_ENV, str(tmp_path / "home"))
    monkeypatch.setenv(DEPLOYMENT_ENV, str(path))
    assert commands.main(["up"]) == commands.EXIT_BAD_DEPLOYMENT
    said = capsys.readouterr().out
    assert said.startswith("Nothing was started:\n")
    assert says in said
    assert not (tmp_path / "home").exists()


def test_what_a_killed_supervisor_left_is_stopped(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.prepare()
    assert commands.down(installation) == 0
    marked = {**os.environ, processes.MARK: str(installation.state)}
    waits = "print(flush=True); import signal; signal.pause()"
    with subprocess.Popen([sys.executable, "-c", waits], env=marked, stdout=subprocess.PIPE) as left:
        assert left.stdout is not None
        left.stdout.readline()
        assert commands.down(installation) == 0
        assert processes.left_over(installation.state) == []
    said = capsys.readouterr().out.splitlines()
    assert said == ["Nothing is running.", commands.LEFT]


DIES_WHILE_IT_STOPS = """
import os, subprocess, sys, time

from deploy.local import locks, processes
from deploy.local.installation import Installation
from deploy.local.stackfile import Phase, StackFile

installation = Installation.here()
with locks.only_supervisor(installation):
    file = StackFile.of(installation)
    file.write(Phase.READY, {})
    file.keep(os.getpid())
    environment = {**os.environ, processes.MARK: str(installation.state)}
    waits = [sys.executable, "-c", "import signal; signal.pause()"]
    for _ in range(3):
        subprocess.Popen(waits, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    print("up", flush=True)
    while file.is_kept_by(os.getpid()):
        time.sleep(0.02)
    os._exit(9)
"""


def test_what_a_supervisor_leaves_that_dies_while_it_stops_is_stopped_by_who_waits_for_it(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.prepare()
    environment = {**os.environ, **installation.environment()}
    command = [sys.executable, "-c", DIES_WHILE_IT_STOPS]
    with subprocess.Popen(command, cwd=installation.root, env=environment, stdout=subprocess.PIPE) as dying:
        assert dying.stdout is not None
        dying.stdout.readline()
        assert len(processes.left_over(installation.state)) == 3
        assert commands.down(installation) == 0
    assert processes.left_over(installation.state) == []
    assert capsys.readouterr().out.splitlines() == ["Stopping …", commands.LEFT]
