from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import processes, service
from deploy.local.installation import DEPLOYMENT_ENV, HOME_ENV, Installation


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
    assert service.main(["up"]) == service.EXIT_BAD_DEPLOYMENT
    said = capsys.readouterr().out
    assert said.startswith("Nothing was started:\n")
    assert says in said
    assert not (tmp_path / "home").exists()


def test_what_a_killed_supervisor_left_is_stopped(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.prepare()
    assert service.down(installation) == 0
    marked = {**os.environ, processes.MARK: str(installation.state)}
    waits = "print(flush=True); import signal; signal.pause()"
    with subprocess.Popen([sys.executable, "-c", waits], env=marked, stdout=subprocess.PIPE) as left:
        assert left.stdout is not None
        left.stdout.readline()
        assert service.down(installation) == 0
        assert processes.left_over(installation.state) == []
    said = capsys.readouterr().out.splitlines()
    assert said == ["Nothing is running.", "Stopped what a supervisor that was killed had left."]
