from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.demo.airflow_api import AirflowRefused
from deploy.demo.ending import exit_code_of
from deploy.demo.results import RunResult
from include.contract.errors import BadRequest, StoreAway

RESULT = RunResult("narrated_video", "demo__1", "success", "honey")


class NotThere(Exception):
    """What one demo alone may meet."""


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (BadRequest("line 2: `colour`"), 2, "This cannot be made; nothing was started:\nline 2: `colour`"),
        (KeyboardInterrupt(), 130, "Interrupted; all is stopped."),
        (AirflowRefused("no answer"), 1, "The demo failed: no answer"),
        (StoreAway("no answer"), 1, "The demo failed: no answer"),
        (NotThere("no cluster"), 1, "The demo failed: no cluster"),
    ],
)
def test_what_keeps_a_piece_from_being_made_is_told_and_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, told: str
) -> None:
    def make() -> RunResult:
        raise error

    assert exit_code_of(make, tmp_path, if_interrupted="all is stopped", failures=(NotThere,)) == code
    assert told in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("state", "code"), [("success", 0), ("failed", 1)])
def test_a_run_that_ended_is_told_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], state: str, code: int
) -> None:
    result = replace(RESULT, state=state, message="the store is away")
    assert exit_code_of(lambda: result, tmp_path, if_interrupted="", failures=()) == code
    assert json.loads((tmp_path / "last-run.json").read_text())["state"] == state
    assert ("the store is away" in capsys.readouterr().out) is (state == "failed")
