"""The gallery: one page, without scripts, that shows a content type's newest pieces; its links are relative."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.contract.published import Entry, Index, PublishedFile
from include.contract.publishing import Role

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Link:
    """One file as the page refers to it."""

    address: str
    media_type: str
    words: str

    @property
    def family(self) -> str:
        """What shows it: `video`, `audio`, `image`, or `text`."""
        return self.media_type.partition("/")[0]


@dataclass(frozen=True)
class Shown:
    """One piece as the page shows it."""

    title: str
    summary: str
    language: str
    direction: str
    day: str
    length: str
    main: Link
    poster: str
    subtitles: str
    more: tuple[Link, ...]


def gallery_of(index: Index) -> bytes:
    """The page of `index`; the same index gives the same bytes."""
    style = _ENVIRONMENT.get_template("gallery.css").render()
    page = _ENVIRONMENT.get_template("gallery.html").render(
        channel=index.channel,
        direction=_direction(index.channel.language),
        has_feed=index.channel.public_url is not None,
        style=style,
        pieces=[_shown(entry) for entry in index.items],
        shown=len(index.items),
        pieces_in_all=sum(index.days.values()),
    )
    return page.encode()


def _shown(entry: Entry) -> Shown:
    main, *others = entry.files_of(Role.MAIN)
    posters = entry.files_of(Role.POSTER)
    subtitles = [file for file in entry.files_of(Role.SUBTITLES) if file.media_type == "text/vtt"]
    more = [*others, *entry.files_of(Role.ALTERNATE), *entry.files_of(Role.TRANSCRIPT), *entry.files_of(Role.SUBTITLES)]
    return Shown(
        title=entry.title,
        summary=entry.summary,
        language=entry.language,
        direction=_direction(entry.language),
        day=entry.day.isoformat(),
        length=_length(entry.duration_s),
        main=_link(entry, main),
        poster=_address(entry, posters[0]) if posters else "",
        subtitles=_address(entry, subtitles[0]) if subtitles else "",
        more=tuple(_link(entry, file) for file in more),
    )


def _link(entry: Entry, file: PublishedFile) -> Link:
    return Link(_address(entry, file), file.media_type, file.path)


def _address(entry: Entry, file: PublishedFile) -> str:
    return quote(entry.address(file))


def _direction(language: str) -> str:
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def _length(seconds: float | None) -> str:
    """`3:07`, or `1:02:03`; nothing where there is none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(max(1, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
