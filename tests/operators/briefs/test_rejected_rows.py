from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from airflow.sdk.exceptions import DownstreamTasksSkipped

from include.contract.deployments import Deployment
from operators.briefs.rejected_rows import RefusedRowsOperator
from operators.refusing import MistakesTold
from tests.operators.conftest import Run
from tests.operators.context import Ti, context_of

SOURCE = {"source": {"calendar": "c.csv"}, "schedule": "@daily", "start_date": "2026-01-01"}


def run_of(deployment: Deployment, calendar: str) -> Run:
    (Path(deployment.files or "") / "c.csv").write_text(calendar)
    run = Run(deployment)
    run.brief({}, at=datetime(2026, 11, 25, tzinfo=UTC), **SOURCE)
    return run


def tell(deployment: Deployment, run: Run) -> None:
    task = RefusedRowsOperator(deployment=deployment)
    task.execute(context_of(Ti("refused_rows", run.xcoms)))


def test_every_refused_row_is_told_with_its_line(deployment: Deployment) -> None:
    run = run_of(deployment, "date,topic,scenes\n2026-11-25,Tea,2\n2026-11-25,Rain,999\n2026-11-25,,3\n")
    assert (run.xcoms["brief"]["briefs"], run.xcoms["brief"]["refused"]) == (1, 2)
    with pytest.raises(MistakesTold) as caught:
        tell(deployment, run)
    first, *rows = str(caught.value).splitlines()
    assert first == "2 rows make no brief; the other one is made:"
    assert [row.partition(": ")[0] for row in rows] == ["c.csv, line 3", "c.csv, line 4"]


def test_a_single_refused_row_is_told_in_the_singular(deployment: Deployment) -> None:
    run = run_of(deployment, "date,topic,scenes\n2026-11-25,Tea,2\n2026-11-25,Rain,999\n2026-11-25,Snow,2\n")
    with pytest.raises(MistakesTold, match="^1 row makes no brief; the other 2 are made:"):
        tell(deployment, run)


def test_where_no_row_is_right_it_says_so(deployment: Deployment) -> None:
    run = Run(deployment)
    (Path(deployment.files or "") / "c.csv").write_text("date,topic,scenes\n2026-11-25,Rain,999\n")
    with pytest.raises(DownstreamTasksSkipped):
        run.brief({}, at=datetime(2026, 11, 25, tzinfo=UTC), **SOURCE)
    with pytest.raises(MistakesTold, match="^1 row makes no brief, and there is nothing else to make:"):
        tell(deployment, run)


def test_a_row_whose_file_is_not_there_keeps_no_other_from_being_made(deployment: Deployment) -> None:
    (Path(deployment.files or "") / "empty.mp3").write_bytes(b"")
    (Path(deployment.files or "") / "bed.mp3").write_bytes(b"ID3")
    named = ["gone.mp3", "WAHR", "empty.mp3", "bed.mp3", "s3://nowhere-at-all/a.mp3", "song.mp4", "bed.mp3"]
    rows = "".join(f"2026-11-25,Topic {number},{name}\n" for number, name in enumerate(named))
    run = run_of(deployment, f"date,topic,music\n{rows}")
    assert (run.xcoms["brief"]["briefs"], run.xcoms["brief"]["refused"]) == (2, 5)
    with pytest.raises(MistakesTold) as caught:
        tell(deployment, run)
    first, *told = str(caught.value).splitlines()
    assert first == "5 rows make no brief; the other 2 are made:"
    assert [row.partition(": ")[0] for row in told] == [f"c.csv, line {line}" for line in (2, 3, 4, 6, 7)]
    assert all(": music: `" in row for row in told)


def test_nothing_is_told_when_every_row_is_made(deployment: Deployment) -> None:
    run = run_of(deployment, "date,topic\n2026-11-25,Tea\n")
    assert (run.xcoms["brief"]["briefs"], run.xcoms["brief"]["refused"]) == (1, 0)
    tell(deployment, run)
