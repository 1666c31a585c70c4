"""How wide a text is when it is shown, in columns."""

from __future__ import annotations

import unicodedata


def columns_of(text: str) -> int:
    """Columns that `text` takes, as many as its Latin letters: two for a wide (CJK) character, none for a mark."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
