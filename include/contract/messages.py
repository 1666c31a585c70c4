"""How messages quote what others wrote: briefly and legibly, whatever it is."""

from __future__ import annotations

import re
import reprlib

_ILLEGIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MAX_BITS = 1000
MAX_MISTAKES = 50
"""How many mistakes in one document are reported one by one."""
_SHOWN_CHARACTERS = 80
_QUOTED_CHARACTERS = 200


def legible(text: str) -> str:
    """`text` with only what terminals, databases and UTF-8 can hold.

    Control characters but newline and tab, and lone surrogates, are written as escapes.
    """
    return _ILLEGIBLE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def quoted(value: object) -> str:
    """`value` as Python writes it, cut where it is long or deep."""
    text = _SHORT.repr(value)
    return text if len(text) <= _QUOTED_CHARACTERS else f"{text[:_QUOTED_CHARACTERS]} …"


def path_of(parts: tuple[int | str, ...]) -> str:
    """A place in a document, such as `script.scenes.0.narration`."""
    return ".".join(f"{part:.{_SHOWN_CHARACTERS}}" if isinstance(part, str) else str(part) for part in parts)


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = _SHOWN_CHARACTERS

    def repr_int(self, value: int, level: int) -> str:
        """Python writes no number of more than some thousand digits."""
        return super().repr_int(value, level) if value.bit_length() <= _MAX_BITS else "a number of many digits"


_SHORT = _Short()
