"""What a piece says about itself, as plain text that XML and HTML can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from include.contract.errors import CorruptInput
from include.contract.parsing import json_in
from include.runtime.writing.words import shortened

LONGEST_TITLE = 200
LONGEST_SUMMARY = 2000
_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that XML 1.0 does not allow, not even as references."""


def title_of(body: bytes, language: str) -> str:
    """One line of text in `language`.

    :raises CorruptInput: it is not UTF-8, or is empty.
    """
    try:
        title = " ".join(plain(body.decode()).split())
    except UnicodeDecodeError as error:
        raise CorruptInput(f"output `title` is not UTF-8 text: {error}") from error
    if not title:
        raise CorruptInput("output `title` is empty; a piece cannot be published without a name")
    return shortened(title, LONGEST_TITLE, language)


def summary_of(body: bytes, fields: Sequence[str], language: str) -> str:
    """The first of the `fields` of a text stage's `script` that says anything, in `language`.

    :raises CorruptInput: the script is not a JSON object.
    """
    try:
        script = json_in(body)
    except ValueError as error:
        raise CorruptInput(f"output `script` is not JSON: {error}") from error
    if not isinstance(script, dict):
        raise CorruptInput("output `script` is not a JSON object")
    texts = (plain(said).strip() for field in fields if isinstance(said := script.get(field), str))
    summary = next(filter(None, texts), "")
    return summary if len(summary) <= LONGEST_SUMMARY else shortened(summary, LONGEST_SUMMARY, language)


def plain(text: str) -> str:
    """`text` without the characters that XML forbids or that only control a terminal."""
    text = unicodedata.normalize("NFC", _NOT_IN_XML.sub("", text))
    return "".join(each for each in text if each in "\t\n" or unicodedata.category(each) != "Cc")
