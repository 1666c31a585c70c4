from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import locks, weed
from deploy.local.cli import OWN_STORE, airflow_command, launcher, store_environment, surroundings
from deploy.local.credentials import credentials_of
from deploy.local.installation import PROJECT_ROOT, Installation
from deploy.local.ports import WANTED
from deploy.local.stackfile import Phase, StackFile
from include.contract.errors import BadRequest
from operators.cli.main import main


def test_the_embedded_store_is_found_while_it_runs_and_only_then(tmp_path: Path) -> None:
    installation = replace(Installation(), home=tmp_path)
    assert store_environment(installation) == {}
    installation.prepare()
    StackFile.of(installation).write(Phase.READY, dict(WANTED))
    assert store_environment(installation) == {}
    with locks.only_supervisor(installation) as is_alone:
        assert is_alone
        found = store_environment(installation)
    assert found["AWS_ENDPOINT_URL"] == weed.endpoint_url(WANTED)
    assert found["AWS_SECRET_ACCESS_KEY"] == credentials_of(installation).store_secret_key


def test_the_embedded_airflow_is_named_with_its_sign_in_while_it_runs_and_only_then(tmp_path: Path) -> None:
    installation = replace(Installation(), home=tmp_path)
    installation.prepare()
    StackFile.of(installation).write(Phase.READY, dict(WANTED))
    told = surroundings(installation)
    assert (told.airflow_url, told.sign_in) == ("", "")
    with locks.only_supervisor(installation):
        told = surroundings(installation)
        assert told.airflow_url == f"http://127.0.0.1:{WANTED['airflow']}"
        assert told.sign_in == f"Sign in as admin, password {credentials_of(installation).airflow_password}"
        (installation.state / "credentials.json").write_bytes(b"")
        assert surroundings(installation).airflow_url == ""


def test_a_damaged_description_is_none_and_damaged_credentials_are_told(tmp_path: Path) -> None:
    installation = replace(Installation(), home=tmp_path)
    installation.prepare()
    StackFile.of(installation).write(Phase.READY, dict(WANTED))
    with locks.only_supervisor(installation):
        assert store_environment(installation)
        (installation.state / "credentials.json").write_bytes(b"")
        with pytest.raises(BadRequest, match="is damaged"):
            store_environment(installation)
        (installation.state / "stack.json").write_bytes(b"")
        assert store_environment(installation) == {}


def test_what_is_not_running_is_told_with_what_starts_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installation = replace(Installation(), home=tmp_path)
    code = main(["airflow", "dags", "list"], surroundings(installation), [airflow_command(installation)])
    assert (code, capsys.readouterr().err) == (1, "airflow: nothing is running here; start it with `make up`\n")


def test_a_store_that_is_not_known_is_that_of_make_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*OWN_STORE, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"):
        monkeypatch.delenv(name, raising=False)
    code = main(["show", "narrated_video", "bees"], surroundings(replace(Installation(), home=tmp_path)))
    assert code == 1
    assert "reach the store `atelier`: start the one of this machine with `make up`." in capsys.readouterr().err


def test_airflows_command_line_runs_with_the_settings_of_the_airflow_that_runs(tmp_path: Path) -> None:
    installation = replace(Installation(), root=tmp_path, home=tmp_path)
    installation.airflow_bin.mkdir(parents=True)
    (installation.airflow_bin / "airflow").write_text('#!/bin/sh\necho "$AIRFLOW_HOME $*"\n')
    (installation.airflow_bin / "airflow").chmod(0o755)
    installation.prepare()
    StackFile.of(installation).write(Phase.READY, dict(WANTED))
    program = f"""
from pathlib import Path
from deploy.local.cli import airflow_command, main
from deploy.local.installation import Installation
here = Installation(root=Path({str(tmp_path)!r}), home=Path({str(tmp_path)!r}))
main(["airflow", "backfill", "create", "--dag-id", "a b"], None, [airflow_command(here)])
"""
    with locks.only_supervisor(installation):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
        )
    assert done.stdout == f"{installation.airflow_home} backfill create --dag-id a b\n"


def test_the_launcher_is_named_so_that_it_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = replace(Installation(), root=tmp_path)
    monkeypatch.chdir(tmp_path)
    assert launcher(installation) == ".venv/airflow/bin/atelier"
    monkeypatch.chdir("/")
    assert launcher(installation) == str(tmp_path / ".venv/airflow/bin/atelier")
