"""The gallery: one page, without scripts, that shows a content type's newest pieces; its links are relative."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from include.contract.direction import direction_of
from include.contract.labels import PieceLabel
from include.contract.published import Index, IndexEntry, PublishedFile
from include.contract.publishing import Role
from include.runtime.pages.templating import short_clock, templates_in

_TEMPLATES = templates_in(Path(__file__).with_name("templates"))


@dataclass(frozen=True)
class Link:
    """One file on the page."""

    address: str
    media_type: str
    words: str

    @property
    def family(self) -> str:
        """How to show it: `video`, `audio`, `image`, or `text`."""
        return self.media_type.partition("/")[0]


@dataclass(frozen=True)
class Shown:
    """One piece on the page."""

    title: str
    summary: str
    language: str
    direction: str
    day: str
    length: str
    main: Link
    poster: str
    subtitles: str
    """Subtitles for a player, if the film does not show them itself."""
    more: tuple[Link, ...]
    label: PieceLabel | None
    """What it says about how it was made; None if it says nothing."""
    label_direction: str


def gallery_of(index: Index) -> bytes:
    """The page of `index`; the same index gives the same bytes."""
    style = _TEMPLATES.get_template("gallery.css").render()
    page = _TEMPLATES.get_template("gallery.html").render(
        channel=index.channel,
        direction=direction_of(index.channel.language).value,
        has_feed=index.channel.public_url is not None,
        style=style,
        pieces=[_shown(entry) for entry in index.items],
        shown=len(index.items),
        pieces_in_all=sum(index.days.values()),
    )
    return page.encode()


def _shown(entry: IndexEntry) -> Shown:
    main, *others = entry.files_of(Role.MAIN)
    posters = entry.files_of(Role.POSTER)
    tracks = [] if entry.subtitles_in_picture else entry.files_of(Role.SUBTITLES)
    subtitles = [file for file in tracks if file.media_type == "text/vtt"]
    more = [*others, *entry.files_of(Role.ALTERNATE), *entry.files_of(Role.TRANSCRIPT), *entry.files_of(Role.SUBTITLES)]
    return Shown(
        title=entry.title,
        summary=entry.summary,
        language=entry.language,
        direction=direction_of(entry.language).value,
        day=entry.day.isoformat(),
        length=_length(entry.duration_s),
        main=_link(entry, main),
        poster=_address(entry, posters[0]) if posters else "",
        subtitles=_address(entry, subtitles[0]) if subtitles else "",
        more=tuple(_link(entry, file) for file in more),
        label=entry.label if entry.label and entry.label.sentence else None,
        label_direction=direction_of(entry.label.language if entry.label else entry.language).value,
    )


def _link(entry: IndexEntry, file: PublishedFile) -> Link:
    return Link(_address(entry, file), file.media_type, file.path)


def _address(entry: IndexEntry, file: PublishedFile) -> str:
    return quote(entry.address(file))


def _length(seconds: float | None) -> str:
    """`3:07`, or `1:02:03`; nothing where there is none."""
    return "" if seconds is None else short_clock(max(1, round(seconds)))
