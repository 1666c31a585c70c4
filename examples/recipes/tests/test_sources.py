"""The source, on a folder in the place of the deployment's."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from atelier import BadRequest, SourceRun
from atelier.testing import FolderAccess, check_source
from house_style.sources import LONGEST_LINE_BYTES, MOST_LINES, JsonLinesSettings, rows_in


def test_the_source_keeps_what_runs_and_plans_stand_on(tmp_path: Path) -> None:
    (tmp_path / "briefs.jsonl").write_text('{"topic": "Bees"}\n')
    settings, missing = JsonLinesSettings(json_lines="briefs.jsonl"), JsonLinesSettings(json_lines="no.jsonl")
    found = check_source(settings, FolderAccess(tmp_path), SourceRun("run-1"), missing=missing)
    assert [row.fields for row in found.rows] == [{"topic": "Bees"}]


def test_every_line_is_a_row_and_a_wrong_one_says_where_and_why() -> None:
    body = io.BytesIO(b'{"topic": "Bees", "language": "en"}\n\n[1]\n{"topic": \n{"topic": "Tea"}\n')
    whole, listed, cut, last = rows_in(body, "briefs.jsonl")
    assert (whole.where, whole.fields) == ("briefs.jsonl, line 1", {"topic": "Bees", "language": "en"})
    assert listed.mistake.startswith("is not an object of a brief's fields")
    assert (cut.where, cut.mistake[:12]) == ("briefs.jsonl, line 4", "is not JSON:")
    assert last.fields == {"topic": "Tea"}


@pytest.mark.parametrize("body", [b"{}\n" * (MOST_LINES + 1), b" " * (LONGEST_LINE_BYTES + 1)])
def test_a_file_without_end_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest, match="split it into several"):
        list(rows_in(io.BytesIO(body), "briefs.jsonl"))
