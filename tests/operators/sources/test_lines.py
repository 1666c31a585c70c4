"""Lines of text as spreadsheets write them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract.errors import BadRequest
from operators.sources import lines
from operators.sources.limits import MAX_LINE_CHARACTERS
from operators.sources.lines import lines_in

TEXT = "date,topic\n2026-11-25,Tée 茶 🍵\n\n2026-11-26,Rain"


def read(body: bytes) -> list[str]:
    return list(lines_in(io.BytesIO(body), "c.csv"))


WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", *WIDE])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_says_the_same_in_whatever_a_spreadsheet_writes(encoding: str, newline: str) -> None:
    assert read(TEXT.replace("\n", newline).encode(encoding)) == TEXT.splitlines(keepends=True)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_text_of_several_bytes_a_character_is_known_by_its_mark(encoding: str) -> None:
    assert read(f"\ufeff{TEXT}".encode(encoding)) == TEXT.splitlines(keepends=True)


@given(st.text(st.sampled_from("a\u00e9茶🍵\r\n"), max_size=40), st.integers(1, 7))
def test_lines_are_the_same_in_whatever_pieces_they_are_read(text: str, chunk_bytes: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "CHUNK_BYTES", chunk_bytes)
        found = read(text.encode())
    assert "".join(found) == text.replace("\r\n", "\n").replace("\r", "\n")
    assert all(line.index("\n") == len(line) - 1 for line in found[:-1])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"date\r2026\rT\xe9e\r", "line 3: is not UTF-8 text (byte 0xe9, in windows-1252 the character é); save it as"),
        (b"a\nb\x81\n", "line 2: is not UTF-8 text (byte 0x81); save it as `CSV UTF-8` in Excel"),
        (b"a\n" * 40_000 + b"\x96", "line 40001: is not UTF-8 text (byte 0x96, in windows-1252 the character –)"),
        (b"\xff\xfea\x00\n\x00\x00\xdc", "line 2: is not UTF-16 text, although the file begins as such"),
        (
            "date\n".encode("utf-32-be") + b"\x00\x11\x00\x00",
            "line 2: is not UTF-32 text, although the file begins as such",
        ),
        ("date\n".encode("utf-16-be") + b"\xdc", "line 2: is not UTF-16 text, although the file begins as such"),
        (b"PK\x03\x04rest", "c.csv: is a workbook of Excel or Numbers, not CSV; save it as `CSV UTF-8` in Excel"),
        (b"\xd0\xcf\x11\xe0rest", "is a workbook of an old Excel"),
        (b"a\n" + b"x" * (MAX_LINE_CHARACTERS + 1), f"line 2: has more than {MAX_LINE_CHARACTERS} characters"),
    ],
)
def test_what_is_not_text_says_where_and_what_to_do(body: bytes, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(body)
    assert str(caught.value).startswith("c.csv")
    assert says in str(caught.value)
