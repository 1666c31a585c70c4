"""The lines of a text file as spreadsheets write it, read by little: in UTF-8, UTF-16 or UTF-32, ended in any way."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import IO

from include.contract.errors import BadRequest
from operators.sources.limits import MAX_LINE_CHARACTERS, MAX_ROWS, check_limit

CHUNK_BYTES = 2**16
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""The longer ones first: that of UTF-32 begins with that of UTF-16."""
_UNMARKED = {
    "utf-32-le": re.compile(rb"[^\0]\0\0\0"),
    "utf-32-be": re.compile(rb"\0\0\0[^\0]"),
    "utf-16-le": re.compile(rb"[^\0]\0.\0", re.DOTALL),
    "utf-16-be": re.compile(rb"\0[^\0]\0", re.DOTALL),
}
"""How the names of columns begin in them: with Latin letters."""
_WORKBOOKS = {b"PK\x03\x04": "a workbook of Excel or Numbers", b"\xd0\xcf\x11\xe0": "a workbook of an old Excel"}
_WESTERN = "windows-1252"
"""What spreadsheets of western Windows write where nobody says otherwise."""
SAVE_AS = "save it as `CSV UTF-8` in Excel, or with the encoding Unicode (UTF-8) in Numbers"


def lines_in(body: IO[bytes], name: str) -> Iterator[str]:
    """Each line with a newline at its end, the mark that some programs put in front left out.

    :raises BadRequest: it is not text, or a line or their number is beyond all limits.
    """
    encoding = _encoding_of(body, name)
    decoder = codecs.getincrementaldecoder(encoding)()
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    number, rest = 0, ""
    for chunk in _chunks(body):
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            before = rest + newlines.decode(_readable(error), final=True)
            raise _not_text(error, f"{name}, line {number + before.count(chr(10)) + 1}") from error
        *lines, rest = (rest + newlines.decode(text, final=not chunk)).split("\n")
        for line in lines:
            number += 1
            _check_line(line, number, name)
            yield f"{line}\n"
        _check_line(rest, number + 1, name)
    if rest:
        yield rest


def _chunks(body: IO[bytes]) -> Iterator[bytes]:
    """All of `body`, and an empty one at its end."""
    while chunk := body.read(CHUNK_BYTES):
        yield chunk
    yield b""


def _encoding_of(body: IO[bytes], name: str) -> str:
    start = body.read(4)
    body.seek(0)
    for beginning, what in _WORKBOOKS.items():
        if start.startswith(beginning):
            raise BadRequest(f"{name}: is {what}, not CSV; {SAVE_AS}")
    marked = next((encoding for mark, encoding in _MARKS.items() if start.startswith(mark)), None)
    return marked or next((encoding for encoding, shape in _UNMARKED.items() if shape.match(start)), "utf-8")


def _readable(error: UnicodeDecodeError) -> str:
    return error.object[: error.start].decode(error.encoding, "replace")


def _not_text(error: UnicodeDecodeError, where: str) -> BadRequest:
    if not error.encoding.startswith("utf-8"):
        form = error.encoding.upper()[: len("UTF-16")]
        return BadRequest(f"{where}: is not {form} text, although the file begins as such; {SAVE_AS}")
    byte = error.object[error.start : error.start + 1]
    western = byte.decode(_WESTERN, "ignore")
    told = f"byte {byte[0]:#04x}, in {_WESTERN} the character {western}" if western else f"byte {byte[0]:#04x}"
    return BadRequest(f"{where}: is not UTF-8 text ({told}); {SAVE_AS}")


def _check_line(line: str, number: int, name: str) -> None:
    check_limit(name, "lines", number, MAX_ROWS)
    if len(line) > MAX_LINE_CHARACTERS:
        raise BadRequest(
            f"{name}, line {number}: has more than {MAX_LINE_CHARACTERS} characters, which is the most allowed; close "
            "a quote that was left open, or split the row"
        )
