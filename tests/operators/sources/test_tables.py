"""Tables of briefs: the same rows from every format, and the line of everything that is wrong."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from include.contract.errors import BadRequest
from operators.sources import Row
from operators.sources.tables import rows_of

ROWS = [
    {"date": "2026-11-25", "id": "tea", "topic": "Tea, at dawn", "product": {"name": "Tea"}},
    {"date": "2026-11-26", "id": "rain", "topic": 'Say "rain"'},
]
CSV = b'date,id,topic,product.name\n2026-11-25,tea,"Tea, at dawn",Tea\n2026-11-26,rain,"Say ""rain""",\n'


def read(body: bytes, name: str = "calendar.csv") -> list[Row]:
    return list(rows_of(io.BytesIO(body), name, ("date",)))


def as_parquet() -> bytes:
    body = io.BytesIO()
    columns = {
        "date": ["2026-11-25", "2026-11-26"],
        "id": ["tea", "rain"],
        "topic": ["Tea, at dawn", 'Say "rain"'],
        "product.name": ["Tea", None],
    }
    parquet.write_table(pa.table(columns), body)
    return body.getvalue()


def test_every_format_gives_the_same_rows() -> None:
    for name, body in {"a.csv": CSV, "a.yaml": json.dumps(ROWS).encode(), "a.parquet": as_parquet()}.items():
        assert [row.fields for row in read(body, name)] == ROWS, name


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [b",", b";", b"\t"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_spreadsheets_habits_are_understood(mark: bytes, delimiter: bytes, newline: bytes) -> None:
    body = mark + newline.join([delimiter.join(cells) for cells in ([b"date", b"topic"], [b"2026-11-25", b"Tea"])])
    (row,) = read(body)
    assert row.fields == {"date": "2026-11-25", "topic": "Tea"}


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    rows = read(b'date,topic\n2026-11-25,"two\nlines"\n\n2026-11-26,Tea\n')
    assert [row.where for row in rows] == ["calendar.csv, line 2", "calendar.csv, line 5"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"2026-11-25,=HYPERLINK(1)", "topic: is a formula (=HYPERLINK(1)); export the sheet with values"),
        (b"2026-11-25,Tea,green", "has 3 cells under 2 columns; quote a cell that has commas"),
    ],
)
def test_a_row_that_cannot_be_read_says_so_and_the_next_is_read(line: bytes, says: str) -> None:
    wrong, right = read(b"date,topic\n" + line + b"\n2026-11-26,+1 and @home and -3\n")
    assert (wrong.mistake, right.mistake) == (says, "")
    assert right.fields["topic"] == "+1 and @home and -3", "text that only looks like a formula is text"


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("a.csv", b"date,colour\n", "a.csv, line 1: has the column `colour`, which is not known; allowed: date, id"),
        ("a.csv", b"date,topic,topic\n", "a.csv, line 1: has the column `topic` twice"),
        ("a.csv", b"date,topic\n2026-11-25,Tea\n2026-11-25,T\xe9e\n", "a.csv, line 3: is not UTF-8 text (byte 0xe9)"),
        ("a.csv", b'date,topic\n2026-11-25,"Tea\n', "a.csv, line 2: is not CSV"),
        ("a.yaml", b"date: 2026-11-25\n", "a.yaml, line 1: is not a list; allowed: one mapping a row"),
        ("a.yaml", b"- date: 2026-11-25\n- topic: T\xe9e\n", "a.yaml, line 2: is not UTF-8 text"),
        ("a.parquet", b"PAR1, or not", "a.parquet: is not a Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(name: str, body: bytes, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(body, name)
    assert says in str(caught.value)


def test_a_long_table_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("date,topic\n")
        file.writelines(f"2026-11-25,Topic number {number}\n" for number in range(100_000))
    tracemalloc.start()
    with path.open("rb") as body:
        assert sum(1 for _ in rows_of(body, "long.csv", ("date",))) == 100_000
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 2 * 2**20


def test_a_row_of_yaml_that_is_no_mapping_is_told() -> None:
    (wrong,) = read(b"- just words\n", "a.yaml")
    assert (wrong.where, wrong.mistake) == ("a.yaml, line 1", "is not a mapping of fields (found 'just words')")
