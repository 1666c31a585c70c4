"""Bytes of feeds become text, whatever they say of themselves."""

from __future__ import annotations

import codecs
import encodings.aliases

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from operators.sources.encoding import text_of


def declaring(encoding: str, text: str, really: str) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?><a>{text}</a>'.encode(really)


@pytest.mark.parametrize(
    ("encoding", "really", "text"),
    [
        ("utf-8", "utf-8", "naïve 你好"),
        ("gb2312", "gb18030", "你好，镕"),
        ("GBK", "gbk", "你好"),
        ("Shift_JIS", "cp932", "日本①"),
        ("EUC-KR", "cp949", "한국어 똠"),
        ("big5", "big5", "台灣"),
        ("windows-1251", "cp1251", "Привет"),
        ("KOI8-R", "koi8-r", "Привет"),
        ("ISO-8859-1", "cp1252", "naïve “quoted”"),
        ("ISO-8859-2", "iso8859-2", "žluťoučký"),
        ("iso-8859-15", "iso8859-15", "10 €"),
        ("TIS-620", "cp874", "สวัสดี"),
    ],
)
def test_text_is_read_in_the_encoding_that_it_declares(encoding: str, really: str, text: str) -> None:
    assert f"<a>{text}</a>" in text_of(declaring(encoding, text, really))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("has_mark", [True, False])
def test_text_of_wide_characters_is_known_by_its_first_bytes(encoding: str, has_mark: bool) -> None:
    mark = "\ufeff" if has_mark else ""
    assert text_of(f"{mark}<rss>naïve</rss>".encode(encoding)) == "<rss>naïve</rss>"


@pytest.mark.parametrize(
    "declared",
    [
        "iso-8859-1",
        "windows-1251",
        "utf-16",
        "us-ascii",
        "UTF-32",
        "nonsense",
        "rot13",
        "undefined",
        "punycode",
        "idna",
    ],
)
def test_utf8_that_declares_something_else_is_read_all_the_same(declared: str) -> None:
    assert "<a>naïve — 你好</a>" in text_of(declaring(declared, "naïve — 你好", "utf-8"))


def test_latin_text_that_declares_nothing_is_read_as_windows_writes_it() -> None:
    assert text_of("<rss>naïve “quoted”</rss>".encode("cp1252")) == "<rss>naïve “quoted”</rss>"


def test_what_the_server_says_of_it_counts_where_the_document_says_nothing() -> None:
    body = "<rss>Привет</rss>".encode("cp1251")
    assert text_of(body, "windows-1251") == "<rss>Привет</rss>"
    assert "Привет" in text_of(declaring("windows-1251", "Привет", "cp1251"), "koi8-r")


def test_a_broken_character_costs_no_more_than_itself() -> None:
    assert text_of("<rss>你好".encode() + b"\xff</rss>") == "<rss>你好\ufffd</rss>"
    assert "<a>你\ufffd" in text_of(declaring("gbk", "你", "gbk").replace(b"</a>", b"\xff</a>"))


@given(
    st.sampled_from(sorted({*encodings.aliases.aliases, "undefined", "x" * 40, "utf-8"})), st.binary(), st.booleans()
)
@example("undefined", b"\xff", True)
@example("punycode", b"\xe4" * 2000, False)
def test_whatever_is_declared_text_comes_of_it(encoding: str, body: bytes, has_mark: bool) -> None:
    mark = codecs.BOM_UTF16_LE if has_mark else b""
    text_of(mark + declaring(encoding, "a", "utf-8") + body, encoding).encode(errors="surrogatepass")
