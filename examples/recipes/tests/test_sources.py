"""The source, on files in memory."""

from __future__ import annotations

import io

import pytest

from atelier import BadRequest
from house_style.sources import LONGEST_LINE_BYTES, MOST_LINES, rows_in


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
