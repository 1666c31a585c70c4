"""A page as a browser reads it: what it shows and what it requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from include.contract.errors import CheckFailed

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_ADDRESSES = frozenset({
    "action", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon", "longdesc",
    "manifest", "ping", "poster", "src", "usemap", "xlink:href",
})  # fmt: skip
"""Attributes whose value is an address (HTML Living Standard, index of attributes)."""
_TEXTS = ("title", "h1", "h2", "figcaption", "p")


@dataclass
class Page:
    """What stands in a page, in its order."""

    root: dict[str, str] = field(default_factory=dict)
    """Attributes of `html`."""
    texts: dict[str, list[str]] = field(default_factory=lambda: {tag: [] for tag in _TEXTS})
    """Texts by the name of their element."""
    images: list[dict[str, str]] = field(default_factory=list)
    """Attributes of every `img`."""
    metas: dict[str, str] = field(default_factory=dict)
    """Name or property to content."""
    addresses: list[str] = field(default_factory=list)
    """Everything that the page requests or links to."""
    scripts: list[tuple[str, str]] = field(default_factory=list)
    """Type and content of each script."""
    style: str = ""
    handlers: list[str] = field(default_factory=list)
    """Attributes that would run code."""


def read_page(html: str) -> Page:
    """Read a finished page.

    :raises CheckFailed: elements are not closed in the order in which they were opened.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open_tags:
        raise CheckFailed(f"the page leaves <{reader.open_tags[-1]}> open")
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open_tags: list[str] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._note(tag, attributes)
        if tag not in _VOID:
            self.open_tags.append(tag)
        if tag in (*_TEXTS, "script", "style"):
            self._text = []
        if tag == "script":
            self.page.scripts.append((attributes.get("type", ""), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() != tag:
            raise CheckFailed(f"the page closes <{tag}>, which is not the element that is open")
        text = "".join(self._text)
        if tag in self.page.texts:
            self.page.texts[tag].append(text)
        elif tag == "script":
            self.page.scripts[-1] = (self.page.scripts[-1][0], text)
        elif tag == "style":
            self.page.style += text

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        page = self.page
        if tag == "html":
            page.root = attributes
        elif tag == "img":
            page.images.append(attributes)
        elif tag == "meta":
            page.metas[attributes.get("name") or attributes.get("property", "")] = attributes.get("content", "")
        page.addresses += [value for name, value in attributes.items() if name in _ADDRESSES]
        for candidate in attributes.get("srcset", "").split(", "):
            page.addresses += candidate.split()[:1]
        page.handlers += [name for name in attributes if name.startswith("on")]
        page.style += attributes.get("style", "")
