"""Parquet: some bytes that stand for gigabytes, values that Python cannot hold, and files of any content."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet

from include.contract.errors import BadRequest
from include.contract.source_rows import SourceRow
from operators.sources import parquet as reader
from operators.sources.columns import Key
from operators.sources.parquet import MAX_ROW_BYTES, MAX_UNREADABLE, parquet_rows

COLUMNS = ("date", "topic", "script", "product")
LONG = "x" * 90_000
UNITS = ("ms", "us", "ns")


def written(columns: dict[str, Any], **settings: Any) -> bytes:
    body = io.BytesIO()
    parquet.write_table(pa.table(columns), body, **settings)
    return body.getvalue()


def read(body: bytes, key: Key | None = None) -> list[SourceRow]:
    return list(parquet_rows(io.BytesIO(body), "a.parquet", COLUMNS, key))


def repeated(text: str, times: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array([0] * times, pa.int32()), pa.array([text]))


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pa.array([10**15], pa.int64()).view(pa.timestamp("s")), "too large"),
        (pa.array([2**31 - 1], pa.int32()).view(pa.date32()), "must have magnitude"),
        (pa.array([2**62], pa.int64()).view(pa.duration("s")), "too large"),
        (pa.array([1], pa.timestamp("ns")), "Nanosecond"),
        (pa.array([b"T\xe9"]).view(pa.string()), "codec can't decode"),
    ],
    ids=["moment", "date", "duration", "nanoseconds", "encoding"],
)
@pytest.mark.parametrize("key", [None, Key("date", lambda value: value == "2026-11-25")], ids=["all", "of a day"])
def test_a_value_that_python_cannot_hold_keeps_only_its_own_row(column: pa.Array, says: str, key: Key | None) -> None:
    others = pa.nulls(40, column.type)
    topics = pa.concat_arrays([others, column, others])
    rows = read(written({"date": ["2026-11-25"] * 81, "topic": topics}), key)
    assert [row.where for row in rows if row.mistake] == ["a.parquet, row 41"]
    assert rows[40].mistake.startswith("cannot be read: ")
    assert says in rows[40].mistake
    assert len(rows) == 81


def test_a_key_that_python_cannot_hold_is_told_and_the_others_are_found() -> None:
    days = pa.array([20_000, 2**31 - 1, 20_001], pa.int32()).view(pa.date32())
    found, told = read(written({"date": days}), Key("date", lambda day: day == date(2024, 10, 4)))
    assert (found.where, found.fields) == ("a.parquet, row 1", {"date": date(2024, 10, 4)})
    assert (told.where, told.mistake[:15]) == ("a.parquet, row 2", "cannot be read:")


def test_a_column_that_cannot_be_read_is_told_once() -> None:
    moments = pa.array([1] * (MAX_UNREADABLE + 1), pa.timestamp("ns"))
    with pytest.raises(BadRequest, match=f"a.parquet: more than {MAX_UNREADABLE} rows cannot be read"):
        read(written({"topic": moments}))
    with pytest.raises(BadRequest, match="a.parquet: is not a Parquet file that can be read"):
        read(written({"topic": pa.array([0], pa.timestamp("s", "Nowhere/At_all"))}))


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"topic": pa.nulls(1_000_001, pa.int8())}, "has 1000001 rows; allowed: at most 1000000; split the table"),
        ({"topic": ["x" * 33 * 2**20]}, "has 34603.* unpacked bytes; allowed: at most 33554432"),
        ({f"script.{number}": pa.nulls(1) for number in range(1001)}, "has 1001 columns"),
        ({"script": [["a"] * 1_000_001]}, "has 1000001 cells of text, which is long or in lists"),
        ({"topic": repeated(LONG, 1_000_000), "date": ["a"] * 1_000_000}, "has 2000000 cells of text, which is long"),
        (
            {"topic": pa.array([b"x" * 65], pa.binary(65))},
            "the column `topic` has values of one size; write it as text",
        ),
        ({"script": pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string()))}, "no field of a brief is of the type"),
    ],
    ids=["rows", "bytes", "columns", "list", "repeated", "fixed", "map"],
)
def test_a_file_that_holds_too_much_is_refused_by_what_it_says_of_itself(columns: dict[str, Any], says: str) -> None:
    with pytest.raises(BadRequest, match=f"a.parquet: .*{says}"):
        read(written(columns, compression="zstd"))


def test_many_groups_of_rows_are_refused() -> None:
    with pytest.raises(BadRequest, match="has 21000 columns in groups of rows; allowed: at most 20000"):
        read(written({f"script.{number}": pa.nulls(700, pa.int8()) for number in range(30)}, row_group_size=1))


def test_a_footer_that_says_less_than_the_pages_hold_is_not_believed() -> None:
    body = written({"topic": ["x" * 33 * 2**20]}, compression="zstd", write_statistics=False)
    told = parquet.ParquetFile(io.BytesIO(body)).metadata.row_group(0).column(0).total_uncompressed_size
    small = bytes([*[128 | 20] * (len(varint(told)) - 1), 1])
    lying = body.replace(varint(told), small)
    assert parquet.ParquetFile(io.BytesIO(lying)).metadata.row_group(0).column(0).total_uncompressed_size < told
    with pytest.raises(BadRequest, match="unpacked bytes; allowed: at most"):
        read(lying)


def varint(number: int) -> bytes:
    """`number` as Thrift's compact protocol writes it."""
    left, written_bytes = number << 1, []
    while left > 127:
        written_bytes.append(left & 127 | 128)
        left >>= 7
    return bytes([*written_bytes, left])


def test_a_row_that_is_too_big_is_told_and_the_others_are_read() -> None:
    scripts = [[LONG] * (MAX_ROW_BYTES // len(LONG) + 1), ["Tea"]]
    big, right = read(written({"script": scripts}))
    assert (big.where, right.fields) == ("a.parquet, row 1", {"script": ["Tea"]})
    assert "bytes; allowed: at most" in big.mistake


@pytest.mark.parametrize("group_rows", [10_000, 3000])
@pytest.mark.parametrize("encoding", ["dictionary", "plain", "DELTA_LENGTH_BYTE_ARRAY"])
@pytest.mark.parametrize("is_long", [False, True])
def test_every_encoding_gives_the_same_rows(encoding: str, group_rows: int, is_long: bool) -> None:
    topics = [LONG if is_long and number == 50 else f"Topic {number % 3000}" for number in range(9000)]
    days = [None if number % 7 == 0 else f"2026-11-{number % 30 + 1:02}" for number in range(9000)]
    settings: dict[str, Any] = {"use_dictionary": encoding == "dictionary", "row_group_size": group_rows}
    if encoding.isupper():
        settings["column_encoding"] = {"topic": encoding, "date": encoding}
    body = written({"date": days, "topic": topics}, **settings)
    for wanted in ("2026-11-25", None):
        rows = read(body, Key("date", lambda day, wanted=wanted: day == wanted))
        numbers = [number for number, day in enumerate(days) if day == wanted]
        assert [row.where for row in rows] == [f"a.parquet, row {number + 1}" for number in numbers]
        assert [row.fields["topic"] for row in rows] == [topics[number] for number in numbers]


def test_texts_that_share_their_beginnings_are_read_from_short_tables_only() -> None:
    settings: dict[str, Any] = {"use_dictionary": False, "column_encoding": {"topic": "DELTA_BYTE_ARRAY"}}
    topics = [f"Topic {number}" for number in range(1000)]
    assert [row.fields["topic"] for row in read(written({"topic": topics}, **settings))] == topics
    with pytest.raises(BadRequest, match="a.parquet: .* the column `topic` is encoded as DELTA_BYTE_ARRAY"):
        read(written({"topic": [f"{LONG}{topic}" for topic in topics]}, **settings))


def test_a_file_without_rows_is_read() -> None:
    assert read(written({"topic": pa.array([], pa.string())})) == []


def test_lists_and_structs_are_read_as_they_are() -> None:
    scripts = [{"scenes": [{"narration": "One."}, {"narration": None}]}, None, {"scenes": []}]
    rows = read(written({"script": scripts, "topic": ["a", "b", "c"]}))
    assert [row.fields.get("script") for row in rows] == scripts


PEAK = """
import re, sys
from datetime import date
from operators.sources.calendar import read_calendar
from include.contract.errors import BadRequest
try:
    with open(sys.argv[1], "rb") as body:
        read_calendar(body, "c.parquet", date(2026, 11, 25), date(2026, 11, 25))
except BadRequest:
    pass
with open("/proc/self/status") as status:
    print(re.search(r"VmHWM:\\s+(\\d+) kB", status.read()).group(1))
"""


@pytest.mark.parametrize(
    "columns",
    [
        {"date": ["2026-11-25"] * 300_000, "topic": repeated(LONG, 300_000)},
        {"date": ["2026-11-26"] * 4096 * 5, "topic": repeated(LONG, 4096 * 5)},
        {"date": ["2026-11-25"], "topic": ["x" * 31 * 2**20]},
        {"date": ["2026-11-25"], "script": pa.ListArray.from_arrays([0, 400_000], repeated(LONG, 400_000))},
        {"date": ["2026-11-25"] * 330, "topic": [f"{number}{LONG}" for number in range(330)]},
    ],
    ids=["repeated", "repeated on other days", "one cell", "one list", "long cells"],
)
def test_a_few_bytes_that_stand_for_gigabytes_are_read_in_little_memory(
    tmp_path: Path, columns: dict[str, Any]
) -> None:
    path = tmp_path / "c.parquet"
    path.write_bytes(written(columns, compression="zstd"))
    peak = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True).stdout
    assert int(peak) < 256 * 2**10


WHOLE = written({"date": ["2026-11-25", "2026-11-26"] * 20, "topic": ["Tea", None] * 20}, compression="none")


@given(st.binary() | st.tuples(st.integers(4, len(WHOLE) - 1), st.binary(min_size=1, max_size=8)))
@example((len(WHOLE) - 8, b"\xff\xff\xff\x7f"))
def test_whatever_a_file_is_only_typed_errors_come_of_it(damage: bytes | tuple[int, bytes]) -> None:
    body = damage if isinstance(damage, bytes) else WHOLE[: damage[0]] + damage[1] + WHOLE[damage[0] + len(damage[1]) :]
    try:
        for row in read(body, Key("date", bool)):
            row.mistake.encode()
    except BadRequest as error:
        str(error).encode()


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=5), st.sampled_from(UNITS))
def test_whatever_a_moment_is_its_row_is_told_or_read(moments: list[int | None], unit: str) -> None:
    values = pa.array(moments, pa.int64())
    for kind in (pa.timestamp(unit), pa.duration(unit)):
        rows = read(written({"date": values.view(kind)}), Key("date", lambda _: True))
        assert len(rows) == len(moments)


def test_the_limits_of_a_batch_are_those_of_its_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROW_BYTES", 200)
    topics = ["a", "b" * 100, "c", "d" * 300, "e", "f"]
    rows = read(written({"topic": topics}))
    assert [row.fields.get("topic") for row in rows] == ["a", "b" * 100, "c", None, "e", "f"]
    assert [row.where for row in rows if row.mistake] == ["a.parquet, row 4"]
