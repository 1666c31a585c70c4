"""The items of a feed, RSS 2.0, RSS 1.0 or Atom, read in one go: never the whole tree, never all of a long text.

XML is read by expat itself. It refuses what no feed needs and what could grow: entities of the document's own, defaults
for attributes, elements without number or within one another without end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from include.contract.errors import BadRequest

MAX_ELEMENTS = 300_000
MAX_ITEMS = 20_000
MAX_DEPTH = 200
MAX_TEXT_CHARACTERS = 20_000
"""Of one element of an item; what is longer is cut before anybody reads it."""
DATES = ("pubDate", "published", "updated", "date")
IDS = ("guid", "id", "link")
TITLES = ("title", "description", "summary", "content")
SILENT = ("script", "style")
_KEPT = frozenset((*DATES, *IDS, *TITLES))
_FEEDS = ("rss", "RDF", "feed")
_ITEMS = ("item", "entry")
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


def read_items(body: bytes, name: str, take: Callable[[int, Mapping[str, str]], None]) -> None:
    """Give `take` the number of each item, from 1, and what its own elements say.

    :raises BadRequest: it is not a feed, or one that would do harm.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.ordered_attributes = True
    reader = _Reader(name, take)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.say
    parser.EntityDeclHandler = parser.AttlistDeclHandler = reader.refuse_declaration
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # The two others are encodings that the parser does not know.
        raise BadRequest(
            f"{name:.200}: is not XML that can be read: {error}; name the address of an RSS or Atom feed in UTF-8"
        ) from error


class _Item:
    """An item whose end has not come yet."""

    def __init__(self, number: int, depth: int, space: str) -> None:
        self.number = number
        self.texts: dict[str, str] = {}
        self._depth = depth
        self._space = space
        self._field = ""
        self._pieces: list[str] = []
        self._room = 0
        self._silent_depth = 0

    def start(self, depth: int, space: str, local: str, attributes: Sequence[str]) -> None:
        """Its own elements have its namespace; those of extensions, such as `media:title`, say something else."""
        if depth == self._depth + 1:
            is_own = space == self._space or (space, local) == (_DUBLIN_CORE, "date")
            if is_own and local in _KEPT and local not in self.texts:
                self.texts[local] = _href(attributes)[:MAX_TEXT_CHARACTERS].strip()
                self._field, self._pieces, self._room = local, [], MAX_TEXT_CHARACTERS
        elif local in SILENT and not self._silent_depth:
            self._silent_depth = depth

    def say(self, text: str) -> None:
        if self._field and not self._silent_depth and self._room > 0:
            self._pieces.append(text[: self._room])
            self._room -= len(text)

    def end(self, depth: int) -> None:
        if depth == self._silent_depth:
            self._silent_depth = 0
        elif depth == self._depth + 1 and self._field:
            self.texts[self._field] = "".join(self._pieces).strip() or self.texts[self._field]
            self._field = ""

    def is_at(self, depth: int) -> bool:
        return depth == self._depth


class _Reader:
    """Follows expat through the document."""

    def __init__(self, name: str, take: Callable[[int, Mapping[str, str]], None]) -> None:
        self._name = name
        self._take = take
        self._depth = self._elements = self._items = 0
        self._open: list[_Item] = []

    def start(self, tag: str, attributes: Sequence[str]) -> None:
        space, _, local = tag.rpartition(" ")
        self._depth += 1
        self._elements += 1
        if self._depth == 1 and local not in _FEEDS:
            raise BadRequest(f"{self._name:.200}: is `{local:.40}`, not a feed; allowed: RSS or Atom")
        if self._depth > MAX_DEPTH:
            raise BadRequest(f"{self._name:.200}: is nested too deep; allowed: {MAX_DEPTH} elements in one another")
        if self._elements > MAX_ELEMENTS:
            raise BadRequest(f"{self._name:.200}: has more than {MAX_ELEMENTS} elements; allowed: that many")
        if local in _ITEMS:
            self._begin_item(space)
        elif self._open:
            self._open[-1].start(self._depth, space, local, attributes)

    def say(self, text: str) -> None:
        if self._open:
            self._open[-1].say(text)

    def end(self, _: str) -> None:
        if self._open:
            item = self._open[-1]
            if item.is_at(self._depth):
                self._open.pop()
                self._take(item.number, item.texts)
            else:
                item.end(self._depth)
        self._depth -= 1

    def refuse_declaration(self, declared: str, *_: object) -> None:
        raise BadRequest(f"{self._name:.200}: declares entities or attributes (`{declared:.40}`), which no feed needs")

    def _begin_item(self, space: str) -> None:
        self._items += 1
        if self._items > MAX_ITEMS:
            raise BadRequest(f"{self._name:.200}: has more than {MAX_ITEMS} items; allowed: that many")
        self._open.append(_Item(self._items, self._depth, space))


def _href(attributes: Sequence[str]) -> str:
    """Of names and values in turns, the value of `href`."""
    return next((value for name, value in zip(attributes[::2], attributes[1::2], strict=True) if name == "href"), "")
