from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml

from atelier.testing.s3 import S3
from operators.cli.command import OK, REFUSED, USAGE
from operators.cli.main import main
from tests.operators.context import connect

RECORDER = """#!{python}
import json, os, pathlib, sys
pathlib.Path({left!r}).write_text(json.dumps([sys.argv[1:], dict(os.environ)]))
print("it is done")
sys.exit({code})
"""


@pytest.fixture
def stage_side(tmp_path: Path) -> Path:
    return tmp_path / "python"


@pytest.fixture
def deployment(s3: S3, tmp_path: Path, stage_side: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    connect(s3, monkeypatch)
    path = tmp_path / "deployment.yaml"
    told = {
        "engine": "process",
        "store": {"bucket": s3.bucket, "prefix": "team/"},
        "process": {"python": str(stage_side), "scratch": str(tmp_path), "cache": str(tmp_path)},
        "profiles": {"cpu-small": {"cpu": 1, "memory_mib": 512}},
    }
    path.write_text(yaml.safe_dump(told))
    return path


def record(stage_side: Path, code: int = 0) -> Path:
    left = stage_side.with_name("left.json")
    stage_side.write_text(RECORDER.format(python=sys.executable, left=str(left), code=code))
    stage_side.chmod(0o755)
    return left


def ask(deployment: Path, *words: str) -> int:
    return main(["--deployment", str(deployment), *words])


def test_the_stage_side_is_asked_with_what_leads_to_the_store(
    deployment: Path, stage_side: Path, s3: S3, capfd: pytest.CaptureFixture[str]
) -> None:
    left = record(stage_side)
    words = ("withdraw", "cards", "honey", "--day", "2026-11-25", "--by", "ada", "--why=--wrong price")
    assert ask(deployment, *words) == OK
    command, environment = json.loads(left.read_text())
    assert command == [
        *("-m", "include.runtime.publishing", "withdraw", "--by=ada", "--why=--wrong price", "--prefix=team/"),
        *("--day=2026-11-25", "--", s3.bucket, "cards", "honey"),
    ]
    assert {name: environment[name] for name in s3.environment()} == s3.environment()
    assert not [name for name in environment if name.startswith("AIRFLOW")]
    assert capfd.readouterr().out.endswith("it is done\n")


def test_a_refusal_of_the_stage_side_is_one_here(deployment: Path, stage_side: Path) -> None:
    record(stage_side, code=65)
    assert ask(deployment, "restore", "cards", "honey", "--by", "ada") == REFUSED


def test_without_a_stage_side_the_command_for_the_stage_image_is_told(
    deployment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(deployment, "restore", "cards", "honey", "--by", "ada") == REFUSED
    assert "python -m include.runtime.publishing restore --by=ada" in capsys.readouterr().err


def test_a_withdrawal_needs_its_reason(deployment: Path) -> None:
    with pytest.raises(SystemExit) as raised:
        ask(deployment, "withdraw", "cards", "honey")
    assert raised.value.code == USAGE


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--why", "x" * 2001), "--why: has 2001 characters; allowed: at most 2000 characters"),
        (("--why", "no", "--by", " "), "--by: is empty"),
        (("--why", "a\udcff"), "--why: has the control character U+DCFF"),
    ],
)
def test_words_that_no_tombstone_takes_are_refused_before_anything_is_started(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["withdraw", "films", "bees", *words])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
