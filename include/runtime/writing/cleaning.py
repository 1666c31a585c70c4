"""From what a model wrote to what may be said: blanks, quotes, broken ends; never the meaning."""

from __future__ import annotations

import re
import unicodedata

from include.runtime.writing.words import sentences

_BLANK_BEFORE_MARK = re.compile(r"\s+([.,!?])")
_WRAPPING = "\"'“”‘’ \t\n"
_LEAD_IN = re.compile(r"(?i)^\s*(picture|image|narration|answer|scene|visual)\s*:\s*")


def clean_narration(text: str) -> str:
    """Whole sentences of `text` on one line; what breaks off at the end is dropped when a sentence stands before it."""
    plain = _one_line(text)
    whole = [
        sentence for sentence in sentences(plain) if sentence.rstrip(_WRAPPING).endswith((".", "!", "?"))
    ]
    return " ".join(whole) or plain


def clean_prompt(text: str) -> str:
    """`text` as a phrase: one line, no lead-in, no quotes, no full stop."""
    return _LEAD_IN.sub("", _one_line(text)).strip(_WRAPPING).rstrip(".,! ")


def _one_line(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return _BLANK_BEFORE_MARK.sub(r"\1", " ".join(text.split())).strip()
