from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from atelier.testing import check_light

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("module", ["atelier", "atelier.testing", "include.contract.registry"])
def test_what_airflow_parses_is_light(module: str) -> None:
    check_light(module)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import boto3", "`import heavy` loads boto3"),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()", "2 threads"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_what_is_not_says_why(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "heavy.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", "from atelier.testing import check_light; check_light('heavy')"],
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert "AssertionError" in done.stderr
    assert told in done.stderr
