"""Tables of briefs: the same rows from every format, and the line of everything that is wrong."""

from __future__ import annotations

import csv
import io
import json
import random
import tracemalloc
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet

from include.contract.errors import BadRequest
from include.contract.source_rows import SourceRow
from operators.sources import delimited, lines, tables
from operators.sources.columns import Key
from operators.sources.limits import MAX_CELL_CHARACTERS
from operators.sources.tables import rows_of

ROWS = [
    {"date": "2026-11-25", "id": "tea", "topic": "Tea, at dawn", "product": {"name": "Tea"}},
    {"date": "2026-11-26", "id": "rain", "topic": 'Say "rain"'},
]
CSV = b'date,id,topic,product.name\n2026-11-25,tea,"Tea, at dawn",Tea\n2026-11-26,rain,"Say ""rain""",\n'


def read(body: bytes, name: str = "calendar.csv", key: Key | None = None) -> list[SourceRow]:
    return list(rows_of(io.BytesIO(body), name, ("date",), key))


def as_parquet(columns: dict[str, Any]) -> bytes:
    body = io.BytesIO()
    parquet.write_table(pa.table(columns), body)
    return body.getvalue()


def as_csv(columns: dict[str, Any], delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def test_every_format_gives_the_same_rows() -> None:
    columns = {
        "date": ["2026-11-25", "2026-11-26"],
        "id": ["tea", "rain"],
        "topic": ["Tea, at dawn", 'Say "rain"'],
        "product.name": ["Tea", None],
    }
    formats = {"a.csv": CSV, "a.yaml": json.dumps(ROWS).encode(), "a.parquet": as_parquet(columns)}
    for name, body in formats.items():
        assert [row.fields for row in read(body, name)] == ROWS, name


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_cells_say_every_format_gives_the_same_rows_of_a_day(seed: int) -> None:
    dice = random.Random(seed)
    days = [dice.choice(("2026-11-25", "2026-11-26", "26.11.2026")) for _ in range(30)]
    topics = ["".join(dice.choices("aé茶🍵\"',;\t\n +-@:#{}", k=dice.randint(1, 12))).strip() for _ in days]
    columns: dict[str, Any] = {"date": days, "topic": [topic or None for topic in topics]}
    rows = [
        {column: cell for column, cell in zip(columns, cells, strict=True) if cell is not None}
        for cells in zip(*columns.values(), strict=True)
    ]
    formats = {
        "a.csv": as_csv(columns, dice.choice(",;\t")),
        "a.yaml": json.dumps(rows, ensure_ascii=False).encode(),
        "a.parquet": as_parquet(columns),
    }
    wanted = [row for row in rows if row["date"] != "2026-11-25"]
    for name, body in formats.items():
        read_rows = read(body, name, Key("date", lambda day: day != "2026-11-25"))
        assert [row.fields for row in read_rows] == wanted, name


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
        (
            b'2026-11-25,"Tea" milk',
            "is not CSV: ',' expected after '\"'; close its quotes and double those within a cell, or shorten the cell",
        ),
        (b"2026-11-25,Tea,green", "has 3 cells under 2 columns; quote a cell that contains ','"),
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
        (
            "a.csv",
            b"date,topic\n2026-11-25,Tea\n2026-11-25,T\xe9e\n",
            "a.csv, line 3: is not UTF-8 text (byte 0xe9, in windows",
        ),
        ("a.csv", b'date,topic\n2026-11-25,"Tea\n2026-11-25,Rain\n', "a.csv, line 2: is not CSV"),
        ("a.csv", b"\n \n", "a.csv: is empty; the first line names the columns"),
        ("a.csv", b'"date,topic\n', "a.csv, line 1: is not the header of a CSV file"),
        (
            "a.csv",
            b"Date,topic\n",
            "a.csv, line 1: has the column `Date` (did you mean `date`?), which is not known",
        ),
        ("a.csv", b"product,product.name\n", "a.csv, line 1: has the columns `product` and `product.name`"),
        ("a.yaml", b"date: 2026-11-25\n", "a.yaml, line 1: is not a list; allowed: one mapping for each row"),
        ("a.yaml", b"- date: 2026-11-25\n- topic: T\xe9e\n", "a.yaml, line 2: is not UTF-8 text"),
        ("a.parquet", b"PAR1, or not", "a.parquet: is not a Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(name: str, body: bytes, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(body, name)
    assert says in str(caught.value)


def test_what_a_spreadsheet_leaves_empty_at_the_edges_is_no_mistake() -> None:
    (row,) = read(b"\n\n\ndate,topic,,\n,,,\n2026-11-25,Tea,,,,\n")
    assert (row.where, row.fields, row.mistake) == (
        "calendar.csv, line 6",
        {"date": "2026-11-25", "topic": "Tea"},
        "",
    )


def test_a_table_without_its_key_is_refused_once() -> None:
    for name, body in {"a.csv": b"topic\nTea\n", "a.parquet": as_parquet({"topic": ["Tea"]})}.items():
        with pytest.raises(BadRequest, match="has no column `date`; found: topic; add it"):
            read(body, name, Key("date", bool))


def test_what_a_data_frame_leaves_out_is_not_given() -> None:
    (row,) = read(as_parquet({"topic": ["Tea"], "language": [" "], "scenes": [float("nan")]}), "a.parquet")
    assert row.fields == {"topic": "Tea"}


@pytest.mark.parametrize(
    ("module", "limit", "at", "body", "says"),
    [
        (lines, "MAX_ROWS", 3, CSV + b"\n\n", "has 4 lines; allowed: at most 3"),
        (delimited, "MAX_CELLS", 3, CSV, "has 4 cells; allowed: at most 3"),
        (
            tables,
            "MAX_TABLE_BYTES",
            len(CSV) - 1,
            CSV,
            f"has {len(CSV)} bytes; allowed: at most {len(CSV) - 1}",
        ),
    ],
)
def test_a_table_that_holds_too_much_is_refused(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, limit: str, at: int, body: bytes, says: str
) -> None:
    monkeypatch.setattr(module, limit, at)
    with pytest.raises(BadRequest, match=f"calendar.csv: {says}"):
        read(body)


def test_a_cell_that_is_too_long_keeps_only_its_own_row() -> None:
    columns = {"date": ["2026-11-25", "2026-11-26"], "topic": ["x" * (MAX_CELL_CHARACTERS + 1), "Tea"]}
    for name, body in {"a.csv": as_csv(columns, ","), "a.parquet": as_parquet(columns)}.items():
        long, right = read(body, name)
        assert long.mistake, name
        assert right.fields["topic"] == "Tea", name


@given(
    st.binary() | st.text('dateopic,;\t"\n\r=\x00\ud7ff 2026-15').map(lambda text: f"date,topic\n{text}".encode()),
    st.sampled_from(["a.csv", "a.yaml"]),
)
@example(b"- 0x" + b"f" * 5000, "a.yaml")
@example(b'- "\\ud800"', "a.yaml")
@example(b"date\n" + b"\x00" * 100, "a.csv")
def test_whatever_a_table_is_only_typed_errors_come_of_it(body: bytes, name: str) -> None:
    try:
        for row in read(body, name, Key("date", bool)):
            row.mistake.encode()
    except BadRequest as error:
        str(error).encode()


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
