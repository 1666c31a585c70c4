"""Rows of CSV files as Excel and Numbers write them."""

from __future__ import annotations

import io

import pytest

from include.contract.errors import BadRequest
from include.contract.source_rows import SourceRow
from operators.sources.delimited import csv_rows

ALLOWED = ("date", "id", "topic", "product")


def read(text: str, encoding: str = "utf-8") -> list[SourceRow]:
    return list(csv_rows(io.BytesIO(text.encode(encoding)), "c.csv", ALLOWED, None))


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^"])
@pytest.mark.parametrize("line", ["sep={}", '"sep={}"', "SEP={}", "sep={},,"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_excels_line_that_names_the_delimiter_is_obeyed_and_counted(delimiter: str, line: str, newline: str) -> None:
    text = newline.join(
        [line.format(delimiter), delimiter.join(["date", "topic"]), delimiter.join(["2026-11-27", "Tea"])]
    )
    (row,) = read(text)
    assert (row.where, row.fields) == ("c.csv, line 3", {"date": "2026-11-27", "topic": "Tea"})


def test_excels_unicode_text_is_read() -> None:
    (row,) = read('date\ttopic\t\r\n2026-11-27\t"Tee; ""grün"", und Käse"\t\r\n\t\t\r\n', "utf-16")
    assert row.fields == {"date": "2026-11-27", "topic": 'Tee; "grün", und Käse'}


def test_a_line_break_within_a_cell_is_part_of_it_however_lines_end() -> None:
    for newline in ("\n", "\r\n", "\r"):
        first, second = read(f'date,topic{newline}2026-11-27,"two{newline}lines"{newline}2026-11-28,Tea{newline}')
        assert first.fields["topic"] == "two\nlines"
        assert second.where == "c.csv, line 4"


def test_a_header_may_have_a_line_break_too() -> None:
    (row,) = read('date,"product.\nname"\n2026-11-27,Mug\n'.replace(".\n", "."))
    assert row.fields["product"] == {"name": "Mug"}
    with pytest.raises(BadRequest, match=r"line 1: has the column `my topic`"):
        read('date,"my\ntopic"\n2026-11-27,Mug\n')


def test_columns_without_a_name_are_passed_over_as_long_as_they_are_empty() -> None:
    right, wrong = read("date,,topic,,\n2026-11-27,,Tea,,\n2026-11-27,draft,Tea,,\n")
    assert (right.fields, right.mistake) == ({"date": "2026-11-27", "topic": "Tea"}, "")
    assert wrong.mistake == "has 'draft' under a column without a name; name the column in the first line, or empty it"


def test_a_file_of_nothing_but_the_delimiters_line_is_empty() -> None:
    with pytest.raises(BadRequest, match=r"c\.csv: is empty"):
        read("sep=;\n\n")
