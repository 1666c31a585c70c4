"""The command: of a real run by the process engine, of runs that are not there, and of a store that is away."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment
from include.contract.errors import RejectedContent
from include.contract.item_states import ItemNow, ItemState
from include.store.connection import Connection
from include.store.store import Store
from operators.cli import status
from operators.cli.command import REFUSED
from operators.cli.main import INTERRUPTED
from operators.retry import StageFailed
from tests.operators.cli.conftest import Atelier, write_type
from tests.operators.context import connect
from tests.operators.status.runs import begun, scripted
from tests.operators.status.writing import Writer

RUN_ID = "manual__2026-11-28T06:00:00+00:00 ü/ä"


@pytest.fixture
def refused(
    atelier: Atelier, deployment: Deployment, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> Path:
    """The content type of a run whose second picture was refused."""
    connect(s3, monkeypatch)
    run = begun(scripted(deployment, tmp_path), "refused-02", RUN_ID)
    with pytest.raises(StageFailed):
        run.image()
    capsys.readouterr()
    return write_type(tmp_path, "narrated_video")


def test_a_run_is_told_stage_by_stage_and_item_by_item(atelier: Atelier, refused: Path) -> None:
    code, out, _ = atelier("status", refused, RUN_ID)
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith(f"narrated_video, run {RUN_ID}, at 20")
    image = next(line for line in lines if line.startswith("image ")).split()
    assert image[:8] == ["image", "failed", "0", "0", "2", "0", "1", "0"]
    assert any(line.startswith("image: try 1 failed (items_failed): 1 of 3 items failed") for line in lines)
    failed = next(line for line in lines if line.startswith("refused-02/02"))
    assert failed.endswith("rejected_content: every attempt was refused")
    assert failed.split()[1] == "failed"


def test_what_failed_is_told_with_its_reason_and_what_to_do_next(atelier: Atelier, refused: Path) -> None:
    code, out, _ = atelier("status", refused, RUN_ID, "--failed")
    assert code == 0
    told = out.splitlines()
    at = next(number for number, line in enumerate(told) if line.startswith("image refused-02/02 failed on "))
    assert told[at].endswith(", tried 1 time: rejected_content")
    assert told[at + 1] == "  every attempt was refused"
    assert told[at + 2].startswith("  next: change the brief")
    assert "refused-02/01" not in out


def test_programs_get_one_document_with_the_fields_that_the_page_describes(atelier: Atelier, refused: Path) -> None:
    code, out, _ = atelier("status", refused, RUN_ID, "--json")
    told = json.loads(out)
    image = told["stages"][1]
    assert code == 0
    assert (told["run_id"], told["is_over"], image["state"]) == (RUN_ID, False, "failed")
    assert [item["state"] for item in image["items"]] == ["made", "failed", "made"]
    page = (Path(__file__).parents[3] / "docs" / "cli.md").read_text()
    section = page.partition("## How far a run is")[2].partition("\n## ")[0]
    named = {*told, *image, *image["tasks"][0], *image["items"][0]}
    assert [name for name in sorted(named) if f"`{name}`" not in section] == []
    _, out, _ = atelier("status", refused, RUN_ID, "--json", "--failed")
    assert [item["item"] for stage in json.loads(out)["stages"] for item in stage["items"]] == ["refused-02/02"]


def test_a_watch_of_a_run_that_is_over_tells_it_and_ends(atelier: Atelier, store: Store, tmp_path: Path) -> None:
    Writer(store).end("text", RejectedContent("no"))
    for how in ([], ["--failed"], ["--json"]):
        code, out, _ = atelier("status", write_type(tmp_path), "manual__1", "--watch", *how)
        assert code == 0
        assert "rejected_content" in out


def test_ctrl_c_ends_a_watch_without_a_trace(
    atelier: Atelier, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Writer(store).items("text", [ItemNow(item="bees", state=ItemState.RUNNING)])

    def press(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(status, "watch", press)
    code, out, err = atelier("status", write_type(tmp_path), "manual__1", "--watch")
    assert (code, out) == (INTERRUPTED, "")
    assert "Traceback" not in err


def test_a_run_that_is_not_there_is_one_line(atelier: Atelier, tmp_path: Path) -> None:
    code, out, err = atelier("status", write_type(tmp_path), "manual__9")
    assert (code, out) == (REFUSED, "")
    (line,) = [line for line in err.splitlines() if "manual__9" in line]
    assert line.startswith("there is nothing of a run `manual__9` of `films` in s3://")


def test_a_store_that_is_away_is_one_line(atelier: Atelier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = write_type(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    hasty = replace(Connection.from_environment(), tries=1)
    monkeypatch.setattr(status, "connect", lambda settings, _: Store(settings.domain(), hasty))
    code, out, err = atelier("status", made, "manual__1")
    assert (code, out) == (REFUSED, "")
    (line,) = err.splitlines()
    assert "127.0.0.1:9" in line
