"""Finished pages are opened again and compared with the article that they have to show."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from include.contract.article import Article
from include.contract.direction import direction_of, isolated
from include.contract.errors import CheckFailed
from include.contract.pictures import picture_file
from include.runtime.pages.page import PageContent, one_line, standfirst_of
from include.runtime.pages.pictures import Picture
from include.runtime.pages.reading import Page, read_page

_DATA = re.compile(r"data:image/(?:avif|webp|jpeg);base64,(?P<content>[A-Za-z0-9+/]+=*)")
_REACHES_OUT = re.compile(r"(?i)url\(|@import|expression\(")
_LINKED_DATA = "application/ld+json"


def check_page(path: Path, story: PageContent) -> None:
    """Open a finished page again.

    :raises CheckFailed: it is not well formed, shows another text than the article's, has a picture without alternative
        text, asks for anything but the article's own pictures, or could run code.
    """
    page = read_page(path.read_text("utf-8"))
    wanted = {"lang": story.language, "dir": direction_of(story.language).value}
    found = {name: page.root.get(name, "") for name in wanted}
    if found != wanted:
        raise CheckFailed(f"{path.name}: is marked as {found}, but has to be {wanted}")
    _check_texts(path.name, page, story)
    if page.metas.get("digitalSourceType") != story.label.source.uri:
        raise CheckFailed(f"{path.name}: does not say in its metadata what made it; expected: {story.label.source.uri}")
    _check_images(path.name, page, story.article)
    _check_addresses(path.name, page, story.pictures)
    _check_code(path.name, page)


def check_markdown(path: Path, story: PageContent) -> None:
    """Read finished Markdown as a renderer does.

    :raises CheckFailed: it has HTML, links or code in it, or shows another text than the article's.
    """
    tokens = MarkdownIt("commonmark").parse(path.read_text("utf-8"))
    shown = [token for token in tokens if token.type == "inline"]
    parts = [part for token in shown for part in token.children or ()]
    strange = {token.type for token in (*tokens, *parts)} - _PLAIN_MARKDOWN
    if strange:
        raise CheckFailed(f"{path.name}: has {', '.join(sorted(strange))}, which no article contains")
    _compare(path.name, "text", [_shown(token) for token in shown], _markdown_texts(story))


_PLAIN_MARKDOWN = frozenset({
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline",
    "text", "text_special", "em_open", "em_close", "image",
})  # fmt: skip


def _shown(token: Token) -> str:
    parts = token.children or ()
    return "".join(_shown(part) if part.type == "image" else part.content for part in parts)


def _markdown_texts(story: PageContent) -> list[str]:
    label, article = story.label.shown_sentence, story.article
    label = isolated(label, story.label.language, story.language) if label else ""
    texts = [article.title, label, standfirst_of(article)]
    for section in article.sections:
        texts += [section.heading or "", section.image_alt, section.image_caption or "", *section.paragraphs]
    return [one_line(text) for text in (*texts, label) if text]


def _check_texts(name: str, page: Page, story: PageContent) -> None:
    label, article, sections = story.label.shown_sentence, story.article, story.article.sections
    wanted: dict[str, list[str]] = {
        "title": [article.title],
        "h1": [article.title],
        "h2": [section.heading for section in sections if section.heading],
        "figcaption": [section.image_caption for section in sections if section.image_caption],
        "p": [text for text in (label, standfirst_of(article), *_paragraphs(article), label) if text],
    }
    for tag, texts in wanted.items():
        _compare(name, f"<{tag}>", page.texts[tag], texts)


def _paragraphs(article: Article) -> list[str]:
    return [paragraph for section in article.sections for paragraph in section.paragraphs]


def _compare(name: str, what: str, found: Sequence[str], wanted: Sequence[str]) -> None:
    if list(found) != list(wanted):
        at = next((at for at, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1]), -1)
        raise CheckFailed(
            f"{name}: {what} shows {len(found)} texts, the article has {len(wanted)}; they differ first at number "
            f"{at + 1}: {found[at : at + 1]!r:.200}"
        )


def _check_images(name: str, page: Page, article: Article) -> None:
    _compare(
        name, "<img alt>", [image.get("alt", "") for image in page.images], [one.image_alt for one in article.sections]
    )
    for image in page.images:
        if not (image.get("width", "").isdecimal() and image.get("height", "").isdecimal()):
            raise CheckFailed(f"{name}: an <img> has no width and height, so the text would jump when it loads")


def _check_addresses(name: str, page: Page, pictures: Sequence[Picture]) -> None:
    variants = [(picture.number, variant) for picture in pictures for variant in picture.variants]
    files = {picture_file(one.form, one.width_px, number) for number, one in variants}
    digests = {hashlib.sha256(one.path.read_bytes()).digest() for _, one in variants}
    preview = page.metas.get("og:image")
    for address in (*page.addresses, *([preview] if preview else ())):
        if address not in files and hashlib.sha256(_embedded(address)).digest() not in digests:
            raise CheckFailed(f"{name}: asks for {address!r:.120}, which is not one of the article's pictures")


def _embedded(address: str) -> bytes:
    match = _DATA.fullmatch(address)
    try:
        return base64.b64decode(match["content"], validate=True) if match else b""
    except binascii.Error:
        return b""


def _check_code(name: str, page: Page) -> None:
    if page.handlers:
        raise CheckFailed(f"{name}: has the attributes {', '.join(page.handlers)}, which would run code")
    if _REACHES_OUT.search(page.style):
        raise CheckFailed(f"{name}: its style refers to something outside")
    for media_type, content in page.scripts:
        if media_type != _LINKED_DATA:
            raise CheckFailed(f"{name}: has a script of type {media_type!r}; allowed: {_LINKED_DATA}")
        try:
            json.loads(content)
        except ValueError as error:
            raise CheckFailed(f"{name}: its linked data is not JSON: {error}") from error
