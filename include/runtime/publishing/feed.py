"""The feed: RSS 2.0, and for podcasts the namespaces of Apple and of the Podcast Index.

https://www.rssboard.org/rss-specification, https://help.apple.com/itc/podcasts_connect/#/itcb54353390,
https://podcasting2.org/docs/podcast-namespace
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

from include.contract.digital_source import DigitalSource
from include.contract.podcast_categories import levels_of
from include.contract.published import FEED, GALLERY, Channel, Index, IndexEntry, PublishedFile
from include.contract.publishing import Role

ATOM = "http://www.w3.org/2005/Atom"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
_PREFIXES = {"atom": ATOM, "itunes": ITUNES, "podcast": PODCAST}
_FEED_GUIDS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The Podcast Index's namespace for the guids of feeds."""


def feed_of(index: Index) -> bytes:
    """The feed of `index`, whose channel has a public address; the same index gives the same bytes."""
    for prefix, uri in _PREFIXES.items():
        ET.register_namespace(prefix, uri)
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    _describe(channel, index)
    if index.channel.is_podcast:
        _describe_podcast(channel, index)
    for entry in index.items:
        _add_item(channel, index.channel, entry)
    ET.indent(rss)
    body: bytes = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def feed_guid(feed_url: str) -> UUID:
    """The guid of a podcast, as by the Podcast Index: of its feed's first address, without scheme and last slashes."""
    return uuid5(_FEED_GUIDS, feed_url.partition("://")[2].rstrip("/"))


def _describe(channel: ET.Element, index: Index) -> None:
    told = index.channel
    _add(channel, "title", told.title)
    _add(channel, "link", f"{told.url}{GALLERY}")
    _add(channel, "description", told.description)
    _add(channel, "language", told.language)
    _add(channel, "lastBuildDate", _rfc_822(index.updated_at))
    _add(channel, "generator", "Atelier")
    _add_sources(channel, index.items)
    attributes = {"href": f"{told.url}{FEED}", "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, _in(ATOM, "link"), attributes)


def _describe_podcast(channel: ET.Element, index: Index) -> None:
    told = index.channel
    _add(channel, _in(ITUNES, "author"), told.author)
    _add(channel, _in(ITUNES, "type"), "episodic")
    _add(channel, _in(ITUNES, "explicit"), _yes(told.is_explicit, "true", "false"))
    holder = channel
    for level in levels_of(told.category):
        holder = ET.SubElement(holder, _in(ITUNES, "category"), text=level)
    owner = ET.SubElement(channel, _in(ITUNES, "owner"))
    _add(owner, _in(ITUNES, "name"), told.author)
    if told.owner_email:
        _add(owner, _in(ITUNES, "email"), told.owner_email)
    cover = next((poster for entry in index.items if (poster := _poster(told, entry))), "")
    if cover:
        ET.SubElement(channel, _in(ITUNES, "image"), href=cover)
    _add(channel, _in(PODCAST, "guid"), str(feed_guid(f"{told.url}{FEED}")))
    _add(channel, _in(PODCAST, "medium"), "podcast")
    locked = _add(channel, _in(PODCAST, "locked"), _yes(told.is_locked, "yes", "no"))
    if told.owner_email:
        locked.set("owner", told.owner_email)


def _add_item(channel: ET.Element, told: Channel, entry: IndexEntry) -> None:
    item = ET.SubElement(channel, "item")
    main = entry.files_of(Role.MAIN)[0]
    _add(item, "title", entry.title)
    _add(item, "link", _url(told, entry, main))
    if entry.summary:
        _add(item, "description", _as_html(entry.summary))
    guid = _add(item, "guid", f"urn:uuid:{entry.guid}")
    guid.set("isPermaLink", "false")
    _add(item, "pubDate", _rfc_822(entry.shown_at))
    _add_sources(item, [entry])
    if not main.media_type.startswith("text/"):
        ET.SubElement(item, "enclosure", url=_url(told, entry, main), length=str(main.bytes), type=main.media_type)
    if told.is_podcast:
        _describe_episode(item, told, entry)


def _describe_episode(item: ET.Element, told: Channel, entry: IndexEntry) -> None:
    _add(item, _in(ITUNES, "episodeType"), "full")
    _add(item, _in(ITUNES, "explicit"), _yes(told.is_explicit, "true", "false"))
    if entry.duration_s is not None:
        _add(item, _in(ITUNES, "duration"), str(max(1, round(entry.duration_s))))
    cover = _poster(told, entry)
    if cover:
        ET.SubElement(item, _in(ITUNES, "image"), href=cover)
    for file in entry.files_of(Role.TRANSCRIPT):
        attributes = {"url": _url(told, entry, file), "type": file.media_type, "language": entry.language}
        ET.SubElement(item, _in(PODCAST, "transcript"), attributes)
    for file in entry.files_of(Role.CHAPTERS)[:1]:
        ET.SubElement(item, _in(PODCAST, "chapters"), url=_url(told, entry, file), type=file.media_type)
    for file in entry.files_of(Role.ALTERNATE):
        attributes = {"type": file.media_type, "length": str(file.bytes)}
        alternate = ET.SubElement(item, _in(PODCAST, "alternateEnclosure"), attributes)
        ET.SubElement(alternate, _in(PODCAST, "source"), uri=_url(told, entry, file))


def _add_sources(parent: ET.Element, entries: Sequence[IndexEntry]) -> None:
    """Whether a trained model made any of these pieces; nothing where none of them says what made it."""
    sources = [entry.label.digital_source for entry in entries if entry.label]
    if sources:
        text = _add(parent, _in(PODCAST, "txt"), _yes(DigitalSource.TRAINED in sources, "true", "false"))
        text.set("purpose", "ai-content")


def _poster(told: Channel, entry: IndexEntry) -> str:
    posters = entry.files_of(Role.POSTER)
    return _url(told, entry, posters[0]) if posters else ""


def _url(told: Channel, entry: IndexEntry, file: PublishedFile) -> str:
    return f"{told.url}{quote(entry.address(file))}"


def _add(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = text
    return element


def _as_html(text: str) -> str:
    """Text as the HTML that readers take a description for."""
    paragraphs = [html.escape(part.strip()) for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{'<br>'.join(part.splitlines())}</p>" for part in paragraphs)


def _in(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def _yes(is_so: bool, yes: str, no: str) -> str:
    return yes if is_so else no


def _rfc_822(at: datetime) -> str:
    return format_datetime(at)
