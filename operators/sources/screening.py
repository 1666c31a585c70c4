"""Other people's feeds made safe to interpret: their items alone, well-formed and small.

A good part of all feeds is not quite XML: a bare `&`, an entity of HTML, a blank line in front, a tag without an end.
Readers of feeds put up with that, and so does this one. It goes through the text once, whatever it holds: nothing is
expanded, nothing nested, and what no item says of itself is passed over.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from html.entities import html5
from xml.sax.saxutils import escape, quoteattr

from include.contract.errors import BadRequest

MAX_TAGS = 600_000
MAX_ITEMS = 20_000
MAX_TEXT_CHARACTERS = 20_000
"""Of one element of an item; what is longer is cut before anybody interprets it."""
MAX_FIELDS = 40
"""Elements that are read of one item."""
MAX_ENTITY_CHARACTERS = 100
MAX_OWN_ENTITIES = 50_000
"""References to entities that the document declares itself."""
_ATTRIBUTE_CHARACTERS = 2048
_TAG_CHARACTERS = 20_000

_ATOM = "http://www.w3.org/2005/Atom"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_BORROWED = {
    "dc": ("http://purl.org/dc/elements/1.1/", frozenset({"date"})),
    "atom": (_ATOM, frozenset({"published", "updated"})),
    "dcterms": ("http://purl.org/dc/terms/", frozenset({"created", "issued", "modified"})),
    "content": ("http://purl.org/rss/1.0/modules/content/", frozenset({"encoded"})),
}
"""Elements of other vocabularies that say something of the item itself; their others speak of something else."""
_OWN = frozenset(
    (
        *("title", "description", "summary", "content", "guid", "id", "link"),
        *("pubdate", "published", "updated", "issued", "modified", "created"),
    )
)
_NO_HTML = frozenset(("guid", "description", "pubdate", "published", "updated", "issued", "modified", "created"))
"""With these an element of an item begins, whatever is open before it: they stand in no text."""
_ATTRIBUTES = ("type", "mode", "href", "rel", "ispermalink")
_FEEDS = {"rss": "rss", "rdf": "rss", "feed": "feed"}
"""What begins a feed, and what it is in the document."""
_HEAD = "".join(f" xmlns:{prefix}='{space}'" for prefix, (space, _) in _BORROWED.items()) + f" xmlns:rdf='{_RDF}'"
_FRAMES = {
    "rss": (f"<rss version='2.0'{_HEAD}><channel>", "</channel></rss>"),
    "feed": (f"<feed xmlns='{_ATOM}'{_HEAD}>", "</feed>"),
}
_ITEMS = ("item", "entry")
_LANGUAGE = "language"

_NAME = r"[^\W\d][\w.:-]*+"
# No alternative reaches beyond the next `<`, but those that take all that is left: so the whole is read once or twice.
_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<raw>.*?)(?:\]\]>|\Z)"
    r"|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|(?P<declaration><!.*?(?:>|\Z))"
    rf"|</(?P<end>{_NAME})[^<>]*+>?"
    rf"|<(?P<start>{_NAME})(?P<attributes>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+|[^<>]*+)>"
    r"|(?P<text>(?:[^<]++|<(?![^\W\d]|[/!?]))++|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(?<![\w.:-])([\w.:-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
_REFERENCE = re.compile(r"&(?:#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6})|[^\W\d]\w{0,31});")
_ENTITY = re.compile(r"""<!ENTITY\s++([^\W\d][\w.-]*+)\s++(?:"([^"]*+)"|'([^']*+)')\s*+>""")
_REFERS = re.compile(r"&(?!#)|%[^\W\d]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\ufffe\uffff\ud800-\udfff]")
_HTML_NAME = re.compile(r"[a-z][a-z0-9]{0,20}")


def screened(text: str, name: str) -> str:
    """A well-formed document with the items of the feed in `text`, each with what it says of itself.

    :param name: the feed's, for messages.
    :raises BadRequest: it is no feed, or one that would do harm.
    """
    screen = _Screen(name)
    for token in _TOKEN.finditer(_UNPRINTABLE.sub("", text)):
        screen.take(token)
    return screen.document()


class _Field:
    """An element of an item, up to its end; one that is not `kept` is passed over with all that it holds."""

    def __init__(self, name: str, kept: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.is_kept = bool(kept)
        self.level = 1
        self._kept = kept
        self._attributes = attributes
        self._pieces: list[tuple[str, bool]] = []
        self._room = MAX_TEXT_CHARACTERS

    def say(self, text: str) -> None:
        if self.is_kept and self._room > 0:
            self._pieces.append((text[: self._room], False))
            self._room -= len(text)

    def tag(self, local: str, mark: str) -> None:
        """An element within, such as those of HTML that a title brings along."""
        if self.is_kept and self._room > 0 and _HTML_NAME.fullmatch(local):
            self._pieces.append((f"<{mark}{local}>", True))
            self._room -= len(local)

    def written(self) -> str:
        """As it stands in the document."""
        markup = any(is_tag for _, is_tag in self._pieces)
        attributes = {**self._attributes, "type": "html"} if markup else self._attributes
        value = "".join(escape(piece) if markup and not is_tag else piece for piece, is_tag in self._pieces)
        given = "".join(f" {name}={quoteattr(given[:_ATTRIBUTE_CHARACTERS])}" for name, given in attributes.items())
        return f"<{self._kept}{given}>{escape(value)}</{self._kept}>"


class _Screen:
    """Follows the tokens through a feed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._document: list[str] = []
        self._root = self._first = ""
        self._tags = self._items = self._fields = self._references = 0
        self._item = self._space = ""
        self._field: _Field | None = None
        self._spaces = {"": "", **{prefix: space for prefix, (space, _) in _BORROWED.items()}}
        self._entities: dict[str, str] = {}

    def take(self, token: re.Match[str]) -> None:
        if token[0][0] == "<":
            self._tags += 1
            if self._tags > MAX_TAGS:
                raise BadRequest(f"{self._name:.200}: has more than {MAX_TAGS} tags, which is the most allowed")
        if token["text"] is not None:
            self._say(token["text"], has_references=True)
        elif token["raw"] is not None:
            self._say(token["raw"], has_references=False)
        elif token["start"] is not None:
            self._start(token["start"].lower(), token["attributes"])
        elif token["end"] is not None:
            self._end(token["end"].lower())
        elif token["declaration"] is not None:
            self._declare(token["declaration"])

    def document(self) -> str:
        if not self._root:
            found = f"is `{self._first:.40}`" if self._first else "has no elements at all"
            raise BadRequest(f"{self._name:.200}: {found}, not a feed; allowed: the address of an RSS or Atom feed")
        self._close_item()
        begin, end = _FRAMES[self._root]
        return "".join((begin, *self._document, end))

    def _start(self, name: str, written: str) -> None:
        is_empty = written.endswith("/")
        if not self._root:
            self._first = self._first or name
            self._root = _FEEDS.get(_local(name), "")
            self._learn(self._attributes(written))
        elif _local(name) in _ITEMS and self._item in ("", name):
            self._open_item(name, self._attributes(written))
            if is_empty:
                self._close_item()
        elif self._field and not (self._field.is_kept and _local(name) in _NO_HTML):
            self._field.level += name == self._field.name and not is_empty
            self._field.tag(_local(name), "")
        elif self._item or name == _LANGUAGE:
            self._close_field()
            self._begin(name, written)
            if is_empty:
                self._close_field()
        elif "xmlns" in written:
            self._learn(self._attributes(written))

    def _end(self, name: str) -> None:
        if name == self._item:
            self._close_item()
        elif self._field and name == self._field.name:
            self._field.level -= 1
            if not self._field.level:
                self._close_field()
        elif self._field:
            self._field.tag(_local(name), "/")

    def _say(self, text: str, has_references: bool) -> None:
        if self._field and self._field.is_kept:
            self._field.say(self._meant(text) if has_references else text)

    def _open_item(self, name: str, attributes: Mapping[str, str]) -> None:
        self._close_item()
        self._items += 1
        if self._items > MAX_ITEMS:
            raise BadRequest(f"{self._name:.200}: has more than {MAX_ITEMS} items, which is the most allowed")
        prefix = name.rpartition(":")[0]
        self._item, self._fields = name, 0
        self._space = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", self._spaces.get(prefix, ""))
        about = attributes.get("rdf:about", "")[:_ATTRIBUTE_CHARACTERS]
        self._document.append(f"<{_local(name)} rdf:about={quoteattr(about)}>" if about else f"<{_local(name)}>")

    def _close_item(self) -> None:
        self._close_field()
        if self._item:
            self._document.append(f"</{_local(self._item)}>")
            self._item = ""

    def _begin(self, name: str, written: str) -> None:
        attributes = self._attributes(written)
        self._fields += 1
        kept = self._kept(name, attributes) if self._fields <= MAX_FIELDS else ""
        self._field = _Field(name, kept, {key: value for key, value in attributes.items() if key in _ATTRIBUTES})

    def _close_field(self) -> None:
        if self._field and self._field.is_kept:
            self._document.append(self._field.written())
        self._field = None

    def _kept(self, name: str, attributes: Mapping[str, str]) -> str:
        """What an element of an item is called in the document; nothing if it does not speak of the item."""
        prefix, _, local = name.rpartition(":")
        space = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", self._spaces.get(prefix))
        if (name == _LANGUAGE and not self._item) or (space == self._space and local in _OWN):
            return local
        return next((f"{own}:{local}" for own, (of, names) in _BORROWED.items() if of == space and local in names), "")

    def _learn(self, attributes: Mapping[str, str]) -> None:
        for key, value in attributes.items():
            word, _, prefix = key.partition(":")
            if word == "xmlns":
                self._spaces[prefix] = value
        language = attributes.get("xml:lang")
        if self._root and language and not self._document:
            self._document.append(f"<language>{escape(language[:_ATTRIBUTE_CHARACTERS])}</language>")

    def _attributes(self, written: str) -> dict[str, str]:
        """By their names in small letters; of two with one name, the later."""
        if "=" not in written:
            return {}
        found = _ATTRIBUTE.findall(written[:_TAG_CHARACTERS])
        return {name.lower(): self._meant(double or single or bare) for name, double, single, bare in found}

    def _meant(self, text: str) -> str:
        return _REFERENCE.sub(self._referred, text) if "&" in text else text

    def _referred(self, match: re.Match[str]) -> str:
        """A reference that nobody has declared is text."""
        written = match[0]
        own = self._entities.get(written[1:-1])
        if own is not None:
            self._references += 1
            if self._references > MAX_OWN_ENTITIES:
                raise BadRequest(
                    f"{self._name:.200}: refers to entities of its own more than {MAX_OWN_ENTITIES} times, which is "
                    "the most allowed"
                )
            return own
        is_known = written[1] == "#" or written[1:] in html5
        return _UNPRINTABLE.sub("", html.unescape(written)) if is_known else written

    def _declare(self, written: str) -> None:
        """Take in what a document type declares, as far as it is text; what could grow or lead elsewhere is refused."""
        at = written.find("<!ENTITY")
        if at < 0:
            return
        match = _ENTITY.match(written, at)
        value = (match[2] or match[3] or "") if match else ""
        if match is None or _REFERS.search(value) or len(value) > MAX_ENTITY_CHARACTERS:
            raise BadRequest(
                f"{self._name:.200}: declares entities that refer to others or to an address, or are long "
                f"(`{written[at:]:.60}`), which no feed needs; allowed: text of {MAX_ENTITY_CHARACTERS} characters"
            )
        self._entities.setdefault(match[1], _UNPRINTABLE.sub("", html.unescape(value)))


def _local(name: str) -> str:
    return name.rpartition(":")[2]
