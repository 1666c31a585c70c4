"""Tags and Markdown in a text, of which nothing is spoken."""

from __future__ import annotations

import re

from include.contract.markup import shown_text, tags_in

_BRACKETED_ADDRESS = re.compile(r"<((?:https?://|mailto:)?[^\s<>@]*[@.][^\s<>]+)>")
_ADDRESS = re.compile(
    r"(?:<[^<>]*>|[#/?.]\S*|[a-z][a-z0-9+.-]*:\S+|www\.\S+|[^\s/]+/\S*|\S*[^\W\d_]\.[^\W\d_]\S*|)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?",
    re.IGNORECASE,
)
"""What stands in a link's round brackets: an address, a path, an anchor or a file, and maybe a title."""
_LINK = re.compile(r"(!?)\[([^\[\]\n]*)\]\(((?:[^()\n]|\([^()\n]*\))*)\)")
_SIGN = re.compile(
    r"^\s{0,3}(?:#{1,6}|>(?!\s*[-+\u2212$€£¥]?\d)|[-*+])\s+"
    r"|(?<!\w)\*{1,3}(?![\s\d])|(?<![\d\s])\*{1,3}(?!\w)|_{2,3}|~~|`+",
    re.MULTILINE,
)


def without_markup(text: str, warnings: list[str]) -> str:
    """`text` without HTML's tags, which are warned of, and Markdown's signs; addresses in `<…>` stay."""
    text = _BRACKETED_ADDRESS.sub(r"\1", text)
    tags = tags_in(text)
    if tags:
        warnings.append(f"markup is not spoken: {' '.join(dict.fromkeys(tags))[:80]}")
    return _SIGN.sub(_gap, _LINK.sub(_link_text, shown_text(text)))


def _link_text(link: re.Match[str]) -> str:
    """A link's text; with what is in round brackets behind it, where that is no address (`[note](12)`)."""
    image, text, address = link.groups()
    return text if image or _ADDRESS.fullmatch(address.strip()) else f"{text} ({address})"


def _gap(sign: re.Match[str]) -> str:
    """Nothing, unless two numbers would become one."""
    beside = sign.string[max(sign.start() - 1, 0) : sign.start()], sign.string[sign.end() : sign.end() + 1]
    return "  " if all(character.isdigit() for character in beside) else ""
