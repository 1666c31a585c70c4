"""The web page of an article, as one file that holds everything and as one beside a folder of pictures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from include.contract.article import Article, Section
from include.contract.direction import direction_of
from include.contract.look import Look
from include.contract.pictures import PictureFormat, picture_file
from include.runtime.labels.label import Label
from include.runtime.pages.pictures import Picture, Variant, total_bytes
from include.runtime.pages.templating import templates_in

PAGE_BYTES = 1_500_000
"""The most that a page with its pictures inside may have; their width is reduced for that, never their number."""
_TEMPLATES = Path(__file__).with_name("templates")
_EMBEDDED_WIDTHS_PX = (960, 480)
_EMBEDDED_FALLBACK_PX = 480
_LINKED_FALLBACK_PX = 960
_BASE64_GROWTH = 4 / 3
_TEXT_BYTES = 100_000
"""Room for text and style."""
_LONGEST_HEADLINE_CHARACTERS = 110


@dataclass(frozen=True)
class PageContent:
    """All that a page shows."""

    article: Article
    look: Look
    language: str
    pictures: tuple[Picture, ...]
    """One for each section."""
    label: Label


@dataclass(frozen=True)
class _Shape:
    """How wide a picture is on the page."""

    name: str
    sizes: str
    """HTML's `sizes`; the lengths are those of the style sheet."""


_WIDE = _Shape("wide", "(min-width: 60rem) 57.5rem, calc(100vw - 2.5rem)")
_SQUARE = _Shape("square", "(min-width: 42.5rem) 40rem, calc(100vw - 2.5rem)")
_UPRIGHT = _Shape("upright", "(min-width: 28.5rem) 26rem, calc(100vw - 2.5rem)")


@dataclass(frozen=True)
class _Source:
    media_type: str
    srcset: str


@dataclass(frozen=True)
class _Image:
    address: str
    width_px: int
    height_px: int
    alt: str
    media_type: str
    srcset: str = ""


def linked_page(story: PageContent) -> str:
    """The page that loads its pictures from `pictures/` beside itself, in the width that the screen needs."""
    images = [
        _linked(picture, section) for picture, section in zip(story.pictures, story.article.sections, strict=True)
    ]
    return _page(story, images, preview=images[0][1])


def embedded_page(story: PageContent) -> str:
    """The page in one file, pictures included."""
    width_px = embedded_width_px(story.pictures)
    parts = zip(story.pictures, story.article.sections, strict=True)
    return _page(story, [_embedded(picture, section, width_px) for picture, section in parts], preview=None)


def embedded_width_px(pictures: Sequence[Picture]) -> int:
    """The greatest width in which `pictures` fit into one page."""
    for width_px in _EMBEDDED_WIDTHS_PX:
        held = [variant for picture in pictures for variant in _held(picture, width_px)]
        if total_bytes(held) * _BASE64_GROWTH + _TEXT_BYTES <= PAGE_BYTES:
            return width_px
    return _EMBEDDED_WIDTHS_PX[-1]


def one_line(text: str) -> str:
    """`text` on one line: single blanks replace all runs of blanks and line ends."""
    return " ".join(text.split())


def standfirst_of(article: Article) -> str:
    """The summary; empty if the text begins with it."""
    summary, beginning = one_line(article.summary), one_line(article.sections[0].paragraphs[0])
    return "" if beginning.startswith(summary) else summary


def _page(story: PageContent, images: Sequence[tuple[list[_Source], _Image]], preview: _Image | None) -> str:
    sections = zip(story.article.sections, story.pictures, images, strict=True)
    return _template().render(
        article=story.article,
        language=story.language,
        direction=direction_of(story.language).value,
        locale=_locale(story.language),
        palette=story.look.palette.value,
        preview=preview,
        linked_data=_linked_data(story, preview),
        style=_style(),
        standfirst=standfirst_of(story.article),
        label=story.label,
        label_direction=direction_of(story.label.language).value,
        sections=[_shown(section, picture, *found) for section, picture, found in sections],
    )


def _shown(section: Section, picture: Picture, sources: list[_Source], image: _Image) -> dict[str, Any]:
    shape = _shape(picture.size_px)
    return {
        "number": picture.number,
        "heading": section.heading,
        "paragraphs": section.paragraphs,
        "caption": section.image_caption,
        "shape": shape.name,
        "sizes": shape.sizes,
        "sources": sources,
        "image": image,
    }


def _linked(picture: Picture, section: Section) -> tuple[list[_Source], _Image]:
    modern = (PictureFormat.AVIF, PictureFormat.WEBP)
    sources = [_Source(form.media_type, _srcset(picture, form)) for form in modern]
    shown = picture.fitting(PictureFormat.JPEG, _LINKED_FALLBACK_PX)
    address = picture_file(shown.form, shown.width_px, picture.number)
    return sources, _image(shown, section, address, _srcset(picture, PictureFormat.JPEG))


def _embedded(picture: Picture, section: Section, width_px: int) -> tuple[list[_Source], _Image]:
    modern, fallback = _held(picture, width_px)
    return [_Source(modern.form.media_type, _data(modern))], _image(fallback, section, _data(fallback))


def _held(picture: Picture, width_px: int) -> tuple[Variant, Variant]:
    """The two files of a picture that a page embeds: a good one, and a small one for browsers that cannot read it."""
    modern = picture.fitting(PictureFormat.AVIF, width_px)
    return modern, picture.fitting(PictureFormat.JPEG, _EMBEDDED_FALLBACK_PX)


def _image(shown: Variant, section: Section, address: str, srcset: str = "") -> _Image:
    width_px, height_px = shown.size_px
    return _Image(address, width_px, height_px, section.image_alt, shown.form.media_type, srcset)


def _srcset(picture: Picture, form: PictureFormat) -> str:
    found = ((picture_file(form, one.width_px, picture.number), one.size_px[0]) for one in picture.of(form))
    return ", ".join(f"{address} {width_px}w" for address, width_px in found)


def _data(variant: Variant) -> str:
    content = base64.b64encode(variant.path.read_bytes()).decode("ascii")
    return f"data:{variant.form.media_type};base64,{content}"


def _shape(size_px: tuple[int, int]) -> _Shape:
    ratio = size_px[0] / size_px[1]
    if ratio > 1.2:
        return _WIDE
    return _UPRIGHT if ratio < 1 / 1.2 else _SQUARE


def _locale(language: str) -> str:
    """Open Graph's `language_TERRITORY`, if the tag names a territory."""
    tongue, *subtags = language.split("-")
    territory = next((subtag for subtag in subtags if len(subtag) == 2), "")
    return f"{tongue.lower()}_{territory.upper()}" if territory else ""


def _linked_data(story: PageContent, preview: _Image | None) -> dict[str, Any]:
    """The article as schema.org's `Article`; it has no date and no author, since neither is known here."""
    article = story.article
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title[:_LONGEST_HEADLINE_CHARACTERS],
        "description": article.summary,
        "inLanguage": story.language,
        "digitalSourceType": story.label.source.uri,
        "articleSection": [section.heading for section in article.sections if section.heading],
    }
    return {**data, "image": preview.address} if preview else data


@cache
def _template() -> Template:
    # Everything is escaped but the style sheet, which is this package's own.
    return templates_in(_TEMPLATES).get_template("page.html")


@cache
def _style() -> Markup:
    return Markup((_TEMPLATES / "page.css").read_text("utf-8"))
