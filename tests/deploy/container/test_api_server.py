from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.container.api_server import FILE_ENV, PASSWORD_ENV, SettingMissing, write_passwords
from deploy.local.installation import PROJECT_ROOT


def test_the_file_is_made_anew_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "passwords.json"
    path.write_text('{"admin": "old", "guest": "old"}')
    write_passwords({PASSWORD_ENV: 'a"b', FILE_ENV: str(path)})
    assert json.loads(path.read_text()) == {"admin": 'a"b'}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingMissing, match=f"{PASSWORD_ENV} not set; see docker-compose.yaml"):
        write_passwords({FILE_ENV: str(tmp_path / "passwords.json"), PASSWORD_ENV: ""})


def test_it_becomes_the_api_server_which_gets_no_password(tmp_path: Path) -> None:
    airflow = tmp_path / "airflow"
    airflow.write_text(f'#!/bin/sh\necho "$1 ${{{PASSWORD_ENV}-gone}} $$"\n')
    airflow.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT_ROOT),
        PASSWORD_ENV: "secret",
        FILE_ENV: str(tmp_path / "passwords.json"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.container.api_server"], env=environment, stdout=subprocess.PIPE, text=True
    )
    said, _ = process.communicate(timeout=30)
    assert said == f"api-server gone {process.pid}\n"
