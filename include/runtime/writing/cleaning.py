"""From what a model wrote to what may be said: blanks, quotes, broken ends; never the meaning."""

from __future__ import annotations

import re
import unicodedata

from include.runtime.languages.sentences import sentences

_BLANK_BEFORE_MARK = re.compile(r"\s+([.,!?])(?!\w)")
_WRAPPING = "\"'“”‘’ \t\n"


def clean_narration(text: str) -> str:
    """Whole sentences of `text` on one line; a broken sentence at the end is dropped if a whole one comes before it."""
    plain = _one_line(text)
    whole = [sentence for sentence in sentences(plain, "en") if sentence.rstrip(_WRAPPING).endswith((".", "!", "?"))]
    return " ".join(whole) or plain


def _one_line(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return _BLANK_BEFORE_MARK.sub(r"\1", " ".join(text.split())).strip()
