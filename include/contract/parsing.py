"""Reading what others wrote: every reader of stored or foreign bytes comes through here, and fails in one typed way.

Bounded: nothing is unpacked or nested beyond what the caller allows, however small it looks packed.
"""

from __future__ import annotations

import io
import json
import math
import re
import zlib
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from include.contract.errors import CorruptInput
from include.contract.mistakes import on_one_line

Model = TypeVar("Model", bound=BaseModel)

_GZIP = zlib.MAX_WBITS | 16
"""zlib's window bits for a gzip header and trailer (RFC 1952)."""
MAX_LEVELS = 100
"""Levels of nested lists and mappings, so that recursion through them is always safe."""
_MAX_DIGITS = 300
"""Digits of a whole number: any such number fits a float."""
_CHUNK_BYTES = 2**16
_SHOWN_CHARACTERS = 300
_TOO_DEEP = f"is nested more than {MAX_LEVELS} levels deep"
_MAYBE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def json_in(text: str | bytes, *, is_strict: bool = False) -> JsonValue:
    """The JSON value in `text`, which can always be written as JSON in UTF-8 again.

    :param is_strict: whether a mapping may have no key twice; else the last one counts.
    :raises ValueError: anything but JSON (RFC 8259) in UTF-8; also NaN and infinities, numbers that overflow a
        float, lone surrogates, and more than `MAX_LEVELS` of nesting.
    """
    plain = str(text, "utf-8") if isinstance(text, bytes) else text
    try:
        value: JsonValue = json.loads(
            plain,
            parse_float=_finite,
            parse_int=_whole,
            parse_constant=_finite,
            object_pairs_hook=_of_unique_keys if is_strict else None,
        )
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if plain.count("[") + plain.count("{") > MAX_LEVELS:
        _check_levels(value)
    if not isinstance(text, bytes) or _MAYBE_SURROGATE.search(plain):
        json.dumps(value, ensure_ascii=False).encode()
    return value


def model_in(model: type[Model], body: str | bytes, what: str) -> Model:
    """The `model` whose JSON is `body`; `what` it is, for messages.

    :raises CorruptInput: it is not.
    """
    try:
        return model.model_validate(json_in(body))
    except ValidationError as error:
        raise CorruptInput(f"{what} cannot be read: {_shown(on_one_line(error, model))}") from error
    except (ValueError, RecursionError) as error:
        raise CorruptInput(f"{what} cannot be read: {_shown(str(error))}") from error


def unpacked(body: bytes, max_bytes: int, what: str) -> bytes:
    """The content of `body`, which is gzipped; `what` it is, for messages.

    :raises CorruptInput: it is not gzipped, ends early, has bytes after its end, or holds more than `max_bytes`.
    """
    return b"".join(_unpacked(body, max_bytes, what))


def unpacked_lines(body: bytes, max_bytes: int, max_line_bytes: int, what: str) -> Iterator[bytes]:
    """The lines in `body`, which is gzipped, unpacked as they are needed; `what` it is, for messages.

    :raises CorruptInput: as `unpacked`, or a line has more than `max_line_bytes`.
    """
    rest = b""
    for plain in _unpacked(body, max_bytes, what):
        *lines, rest = (rest + plain).split(b"\n")
        if any(len(line) > max_line_bytes for line in (*lines, rest)):
            raise CorruptInput(f"{what} has a line of more than {max_line_bytes} bytes")
        yield from lines
    if rest:
        yield rest


def _unpacked(body: bytes, max_bytes: int, what: str) -> Iterator[bytes]:
    stream, packed, total = zlib.decompressobj(_GZIP), io.BytesIO(body), 0
    plain = b""
    while not stream.eof:
        # What is not unpacked yet comes first; a full chunk may leave some of itself inside the stream.
        more = stream.unconsumed_tail or (b"" if len(plain) == _CHUNK_BYTES else packed.read(_CHUNK_BYTES))
        if not more and len(plain) < _CHUNK_BYTES:
            raise CorruptInput(f"{what} cannot be unpacked: its end is missing")
        try:
            plain = stream.decompress(more, _CHUNK_BYTES)
        except zlib.error as error:
            raise CorruptInput(f"{what} cannot be unpacked: {error}") from error
        total += len(plain)
        if total > max_bytes:
            raise CorruptInput(f"{what} holds more than {max_bytes} bytes when unpacked")
        yield plain
    if stream.unused_data or packed.read(1):
        raise CorruptInput(f"{what} cannot be unpacked: something follows its end")


def _check_levels(value: JsonValue) -> None:
    level = [value]
    for _ in range(MAX_LEVELS):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return
    raise ValueError(_TOO_DEEP)


def _inside(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _of_unique_keys(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r:.200} appears twice in a mapping")
        found[key] = value
    return found


def _whole(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"a number has {len(text)} digits; allowed: {_MAX_DIGITS}")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"`{text}` is not a finite number")
    return number


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]} …"
