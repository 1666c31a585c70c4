"""Bytes of a feed as text, whatever their encoding and whatever they say about it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
"""How text begins whose characters have several bytes each, without a mark."""
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_OF_TEXT = re.compile(r"utf-8$|cp\d+$|iso8859|iso2022|koi8|kz1048|mac|gb|big5|euc|shift|johab|hz$|tis-620$")
"""Names of Python's codecs that people write text in; others turn text into something else, some of them slowly."""
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""What is meant where the narrower name is written, as browsers take it (WHATWG, Encoding, 4.2)."""
_UNDECLARED = "cp1252"
_LEAD_BYTE = b"\xe4"
_NOT_ASCII = re.compile(r"[^\x00-\x7f\ufffd]")


def text_of(body: bytes, charset: str = "") -> str:
    """`body` decoded: by its mark, else as it declares, but UTF-8 wherever it is that; U+FFFD for what is broken.

    :param charset: what the server says, or empty. What the document says takes precedence, since it travels along.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for beginning, encoding in _WIDE:
        if body.startswith(beginning):
            return body.decode(encoding, "replace")
    declared = list(_declared(body, charset))
    for encoding in (*filter(_has_lead_bytes, declared), "utf-8"):
        try:
            return body.decode(encoding)
        except UnicodeError:
            continue
    return _as_utf8_with_flaws(body) or body.decode(next(iter(declared), _UNDECLARED), "replace")


def _declared(body: bytes, charset: str) -> Iterator[str]:
    """Encodings that are named, as Python calls them, without UTF-8, which is tried anyway."""
    match = _DECLARED.match(body)
    for name in (match[1].decode("ascii", "replace") if match else "", charset):
        try:
            encoding = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        if _OF_TEXT.match(encoding) and encoding != "utf-8":
            yield _WIDER.get(encoding, encoding)


def _has_lead_bytes(encoding: str) -> bool:
    """Whether characters have several bytes in it, so that other text is hardly ever taken for it."""
    return not _LEAD_BYTE.decode(encoding, "ignore")


def _as_utf8_with_flaws(body: bytes) -> str:
    """UTF-8 of which a character here and there is broken; nothing if it is rather something else."""
    text = body.decode("utf-8", "replace")
    return text if len(_NOT_ASCII.findall(text)) > text.count("\ufffd") else ""
