"""Tables for people and JSON for programs on standard output; errors on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any, TextIO

from pydantic import BaseModel


class OutputLost(Exception):
    """The output cannot be written any more: its reader has gone, or its disk is full."""


def tell(line: str = "") -> None:
    """Print one line; what the terminal cannot show is written as an escape.

    :raises OutputLost: it cannot be written.
    """
    with _kept():
        sys.stdout.write(_shown(f"{line}\n", sys.stdout))


def tell_all() -> None:
    """Write out everything before anything else happens.

    :raises OutputLost: it cannot be written.
    """
    with _kept():
        sys.stdout.flush()


def complain(text: str) -> None:
    """Print what is wrong on standard error, if there is one."""
    with suppress(OutputLost), _kept():
        sys.stdout.flush()
        sys.stderr.write(_shown(f"{text}\n", sys.stderr))
        sys.stderr.flush()


def tell_json(value: Any) -> None:
    """Print `value` as one JSON document."""
    plain = _plain(value)
    text = json.dumps(plain, indent=2, ensure_ascii=False)
    tell(text if text == _shown(text, sys.stdout) else json.dumps(plain, indent=2))


def tell_table(header: Sequence[str], rows: Sequence[Sequence[object]], left: int = 1) -> None:
    """Print a table: the first `left` columns are aligned left, the others right."""
    for line in table(header, rows, left):
        tell(line)


def table(header: Sequence[str], rows: Sequence[Sequence[object]], left: int = 1) -> list[str]:
    """The lines of a table: the first `left` columns are aligned left, the others right."""
    lines = []
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        padded = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


def size_in_words(size: int) -> str:
    """`12.3 MB`, in powers of 1000."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def counted(number: int, noun: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def number_or_dash(value: float | None, decimals: int = 1) -> str:
    """A number with separated thousands; `-` if it is not known."""
    return "-" if value is None else f"{value:,.{decimals}f}"


@contextmanager
def _kept() -> Iterator[None]:
    """The system's refusals of output as `OutputLost`; a stream that is closed from the start takes everything."""
    try:
        yield
    except OSError as error:
        raise OutputLost(error.strerror) from error


def _shown(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
