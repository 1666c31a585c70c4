"""An article: as a brief may bring it, and as the text stage hands it on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from include.contract.values import LATER, AtMost, CleanText, Closed, ImagePrompt, OwnFile, Title

DEFAULT_SECTIONS = 4
MAX_SECTIONS = 20

Summary = Annotated[str, CleanText(1000)]
SectionText = Annotated[str, CleanText(20_000)]
ImageText = Annotated[str, CleanText(500)]


class DraftSection(Closed):
    """One section in a brief; the text stage adds what is missing."""

    heading: Title | None = None
    """If left out, a section that brings its text has no heading."""
    text: SectionText | None = None
    """Plain text; a blank line starts a new paragraph."""
    image_prompt: ImagePrompt | None = None
    """What its picture shows."""
    image: Annotated[OwnFile | None, LATER] = None
    """A picture of one's own, shown in place of a drawing: a file, or `s3://bucket/key`."""
    image_alt: ImageText | None = None
    """What its picture shows, for readers who cannot see it."""
    image_caption: ImageText | None = None
    """Caption under the picture; none if left out."""


class DraftArticle(Closed):
    """An article in a brief; any part may be missing."""

    title: Title | None = None
    summary: Summary | None = None
    """What it says in a sentence or two: shown above the text, and wherever the page is shared."""
    sections: Annotated[tuple[DraftSection, ...], Field(min_length=1), AtMost(MAX_SECTIONS)] | None = None


class Section(Closed):
    """One complete section."""

    heading: Title | None
    paragraphs: Annotated[tuple[SectionText, ...], Field(min_length=1)]
    image_prompt: ImagePrompt
    image_alt: ImageText
    image_caption: ImageText | None


class Article(Closed):
    """A complete article, as the text stage hands it on."""

    title: Title
    summary: Summary
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=MAX_SECTIONS)]
