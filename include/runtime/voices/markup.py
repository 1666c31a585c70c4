"""Tags and Markdown in a text, of which nothing is spoken."""

from __future__ import annotations

import re

from include.contract.markup import shown_text, tags_in

_BRACKETED_ADDRESS = re.compile(r"<((?:https?://|mailto:)?[^\s<>@]*[@.][^\s<>]+)>")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_SIGN = re.compile(
    r"^\s{0,3}(?:#{1,6}|>|[-*+])\s+|(?<!\w)\*{1,3}(?!\s*\d)|(?<!\d)(?<!\d\s)\*{1,3}(?!\w)|_{2,3}|~~|`+",
    re.MULTILINE,
)


def without_markup(text: str, warnings: list[str]) -> str:
    """`text` without HTML's tags, which are warned of, and Markdown's signs; addresses in `<…>` stay."""
    text = _BRACKETED_ADDRESS.sub(r"\1", text)
    tags = tags_in(text)
    if tags:
        warnings.append(f"markup is not spoken: {' '.join(dict.fromkeys(tags))[:80]}")
    return _SIGN.sub("", _LINK.sub(r"\1", shown_text(text)))
