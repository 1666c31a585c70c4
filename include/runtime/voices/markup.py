"""Tags and Markdown in a text, of which nothing is spoken."""

from __future__ import annotations

import html
import re

_ELEMENTS = (
    "a abbr acronym address applet area article aside audio b base bdi bdo big blockquote body br button canvas caption"
    " center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption"
    " figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd"
    " label legend li link main map mark marquee math menu meta meter nav nobr noscript object ol optgroup option"
    " output p param picture pre progress q rb rp rt rtc ruby s samp script search section select slot small source"
    " span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track"
    " tt u ul var video wbr"
)
"""Of HTML, those of its past too."""
_ATTRIBUTE = r"\s+[a-z][\w:-]*(?:\s*=\s*(?:\"[^\"<>]{0,300}\"|'[^'<>]{0,300}'|[^\s\"'<>=]{1,300}))"
_FLAG = (
    r"\s+(?:async|autoplay|checked|controls|defer|disabled|download|hidden|loop|muted|open|required|reversed|selected)"
)
_TAG = re.compile(
    rf"</?(?:{'|'.join(_ELEMENTS.split())})(?:{_ATTRIBUTE}|{_FLAG}){{0,20}}\s*/?>|<!--.*?-->|<!doctype [^<>]{{0,100}}>",
    re.DOTALL | re.IGNORECASE,
)
_BRACKETED_ADDRESS = re.compile(r"<((?:https?://|mailto:)?[^\s<>@]*[@.][^\s<>]+)>")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_SIGN = re.compile(
    r"^\s{0,3}(?:#{1,6}|>|[-*+])\s+|(?<!\w)\*{1,3}|\*{1,3}(?!\w)|_{2,3}|~~|`+",
    re.MULTILINE,
)


def without_markup(text: str, warnings: list[str]) -> str:
    """`text` without HTML's tags, which are warned of, and Markdown's signs; addresses in `<…>` stay."""
    tags = _TAG.findall(text)
    if tags:
        warnings.append(f"markup is not spoken: {' '.join(dict.fromkeys(tags))[:80]}")
    text = html.unescape(_TAG.sub(" ", _BRACKETED_ADDRESS.sub(r"\1", text)))
    return _SIGN.sub("", _LINK.sub(r"\1", text))
