"""What is under `published/<place>/`, where readers find it, and what a run asks to have put there (W10).

    index.json                          the newest pieces, all days that have some, and the channel
    feed.xml, index.html                the same for clients and people; the feed where there is a public address
    <yyyy>/<mm>/<dd>/index.json         every piece of one day
    <yyyy>/<mm>/<dd>/pieces.parquet     the same as a table
    <yyyy>/<mm>/<dd>/<slug>/item.json   one piece: its files, where it came from, who approved it
    <yyyy>/<mm>/<dd>/<slug>/<digest>/…  its files, under readable names
    tombstones/<slug>.json              what was withdrawn and restored

A file exists before any other file names it. Paths in these files are relative to `published/<place>/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from include.contract.brief import Language
from include.contract.decisions import Decision
from include.contract.keys import piece_path
from include.contract.labels import NoLabel, PieceLabel
from include.contract.manifests import RunRef
from include.contract.publishing import Role
from include.contract.values import FORMAT, UNSAID, CleanText, Closed, Open, OrLater, Place, Sha256, Slug

INDEX, FEED, GALLERY, TABLE, ITEM = "index.json", "feed.xml", "index.html", "pieces.parquet", "item.json"
KEPT_FOR_EVER = "public, max-age=31536000, immutable"
"""How long readers may keep a piece's file, as the HTTP header `Cache-Control` says it."""
OWN_DIGEST = "sha256"
"""Metadata of what changes under `published/`: the SHA-256 of the bytes as written, so that damage is noticed."""
NEWEST = 100
"""Pieces in a content type's own index, feed and gallery; older ones are found by their day."""


def own_digest(metadata: Mapping[str, str]) -> str | None:
    """The SHA-256 of the bytes as they were written, of an object with this `metadata`; None if it does not say.

    Stores and tools that copy buckets change the case of names.
    """
    told = {name.lower(): value.strip().lower() for name, value in metadata.items()}.get(OWN_DIGEST, "")
    return told if re.fullmatch(r"[0-9a-f]{64}", told) else None


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(
            "is not a public address; allowed: http:// or https://, a host and a path, such as "
            "`https://media.example.org/published/`"
        )
    return f"{text.rstrip('/')}/"


def served_type(media_type: str) -> str:
    """The media type as a web server sends it: text with its encoding."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


PublicUrl = Annotated[str, Field(max_length=1000), AfterValidator(_public_url)]
"""Address at which readers reach the folder `published/`; ends with a slash."""
Path = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$", max_length=200)]


PLACE_MARK = "-"
"""In a place, separates the content type's name, which contains none, from the name of the publishing stage."""


def type_of_place(place: str) -> str:
    """The content type whose pieces are published in `place`."""
    return place.partition(PLACE_MARK)[0]


InPicture = Annotated[bool, Field(exclude_if=lambda in_picture: in_picture)]
"""Whether the subtitles are in the film's picture, so that no player has to show them."""


class Publication(Closed):
    """What a run publishes its pieces as, and under which day."""

    content_type: Place
    title: Annotated[str, CleanText(200)]
    description: Annotated[str, CleanText(2000)]
    language: Language = "en"
    """Language of the feed as a whole."""
    day: date
    public_url: PublicUrl | None = None
    """If left out, links are relative, and there is no feed, because its links cannot be."""
    subtitles_in_picture: InPicture = True
    no_label: Annotated[NoLabel | None, UNSAID] = None
    """Who decided that the pieces carry no label, if they carry none."""

    @property
    def of_channel(self) -> dict[str, Any]:
        """Its fields that describe the channel of feed and gallery."""
        return self.model_dump(include=set(Channel.model_fields))


class Channel(Open):
    """What a feed and a gallery say about a content type as a whole."""

    content_type: Place
    title: str
    description: str
    language: str
    public_url: PublicUrl | None = None
    is_podcast: bool = False
    author: str = ""
    owner_email: str = ""
    category: str = ""
    is_explicit: bool = False
    is_locked: bool = True

    @property
    def url(self) -> str:
        """Address of the content type's folder; empty where there is none."""
        return f"{self.public_url}{self.content_type}/" if self.public_url else ""


class PublishedFile(Open):
    """One file of a piece."""

    path: Path
    """Inside the piece's folder."""
    role: OrLater[Role]
    media_type: str
    bytes: Annotated[int, Field(ge=0)]
    sha256: Sha256


class IndexEntry(Open):
    """A piece as index, feed and gallery list it."""

    slug: Slug
    day: date
    content_digest: Sha256
    title: str
    summary: str = ""
    language: str
    guid: UUID
    """Stays the same when the piece is replaced."""
    published_at: AwareDatetime
    """When the piece was published first."""
    updated_at: AwareDatetime
    """When this content was published; later than the content that it replaced."""
    duration_s: float | None = None
    """Length of sound or film."""
    subtitles_in_picture: InPicture = True
    label: Annotated[PieceLabel | None, UNSAID] = None
    """How it was made, and what it says about that; None for pieces published before there were labels."""
    files: tuple[PublishedFile, ...]

    @property
    def folder(self) -> str:
        """Folder of its files."""
        return f"{piece_path(self.day, self.slug)}{self.content_digest[:12]}/"

    @property
    def shown_at(self) -> datetime:
        """The time shown to readers: when it was published, or the start of its day if that was another day."""
        at = self.published_at.astimezone(UTC)
        return at if at.date() == self.day else datetime.combine(self.day, time(), tzinfo=UTC)

    def files_of(self, role: Role) -> list[PublishedFile]:
        """Its files that are `role` to a reader."""
        return [file for file in self.files if file.role is role]

    def address(self, file: PublishedFile) -> str:
        """Path of one of its files."""
        return f"{self.folder}{file.path}"

    def disposition(self, file: PublishedFile) -> str:
        """The HTTP header `Content-Disposition` of one of its files: shown in browsers, saved under its own name."""
        return f'inline; filename="{self.slug}-{file.path.rpartition("/")[2]}"'


class PublishedItem(IndexEntry):
    """`item.json`: a piece whole."""

    format: int = FORMAT
    content_type: Place
    run: RunRef
    """Which task of which run published this content."""
    decision: Decision | None = None
    """Who approved it, if people were asked."""
    no_label: Annotated[NoLabel | None, UNSAID] = None
    """Who decided that it carries no label, if it carries none."""

    def entry(self) -> IndexEntry:
        """The piece as an index lists it: without the files that only its own files refer to."""
        told = {name: getattr(self, name) for name in IndexEntry.model_fields}
        return IndexEntry(**told | {"files": tuple(file for file in self.files if file.role is not Role.PART)})

    def says_the_same(self, other: PublishedItem) -> bool:
        """Whether both mean the same publication, whoever made it when."""
        own = {"updated_at", "run"}
        return self.model_dump(exclude=own) == other.model_dump(exclude=own)


class DayIndex(Open):
    """Every piece of one day, the newest first."""

    format: int = FORMAT
    day: date
    items: tuple[IndexEntry, ...] = ()


class Index(Open):
    """A content type's newest pieces, and how many each of its days has."""

    format: int = FORMAT
    channel: Channel
    updated_at: AwareDatetime
    items: Annotated[tuple[IndexEntry, ...], Field(max_length=NEWEST)] = ()
    days: dict[date, int] = {}
    """Newest first; all other pieces are in the index of their day."""


class TombstoneEvent(StrEnum):
    """What happened to a slug."""

    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


class Word(Open):
    """Who withdrew or restored what, when and why."""

    event: OrLater[TombstoneEvent]
    day: date | None = None
    """None for all days, those to come included."""
    days: tuple[date, ...] = ()
    """The days whose piece was taken out."""
    by: Annotated[str, Field(min_length=1, max_length=200)]
    at: AwareDatetime
    why: Annotated[str, Field(max_length=2000)] = ""

    def told(self) -> str:
        """The word in words."""
        reason = f": {self.why}" if self.why else ""
        return f"{self.event} by {self.by} at {self.at.isoformat(timespec='seconds')}{reason}"


class Tombstone(Open):
    """Everything said about one slug; for each day the last word about it counts."""

    format: int = FORMAT
    content_type: Place
    slug: Slug
    words: tuple[Word, ...] = ()

    def withdrawn(self, day: date) -> Word | None:
        """The word that withdrew the piece of `day`; None if it is not withdrawn."""
        last = next((word for word in reversed(self.words) if word.day in (None, day)), None)
        return None if last is None or last.event is TombstoneEvent.RESTORED else last

    def with_word(self, word: Word) -> Tombstone:
        """With one more word at the end."""
        return self.model_copy(update={"words": (*self.words, word)})
