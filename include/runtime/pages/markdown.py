"""An article as Markdown (CommonMark 0.31), its pictures in `pictures/` beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.contract.article import Section
from include.contract.direction import isolated
from include.contract.pictures import PictureFormat, picture_file
from include.runtime.pages.page import PageContent, one_line, standfirst_of
from include.runtime.pages.pictures import Picture

_WIDTH_PX = 960
_INLINE = re.compile(r"[\\`*_\[\]<>&~|$]")
"""Marks that mean something anywhere in a line: code, emphasis, links, HTML, entities, GitHub's tables and formulas."""
_AT_START = re.compile(r"^(?:[#+=:-]|\d{1,9}(?=[.)]))")
"""What turns a line that begins with it into a heading, a list or a rule."""
_CLOSING_MARKS = re.compile(r"#+$")


def escaped(text: str) -> str:
    """`text` on one line, so that Markdown shows it as it is."""
    plain = _INLINE.sub(lambda mark: f"\\{mark.group()}", one_line(text))
    return _AT_START.sub(lambda start: _held(start.group()), plain)


def markdown_of(story: PageContent) -> str:
    """The whole article, with its label under the headline and at the end."""
    article = story.article
    blocks = [f"# {_heading(article.title)}"]
    sentence = isolated(escaped(story.label.sentence), story.label.language, story.language)
    label = [f"*{sentence}*"] if story.label.is_shown else []
    blocks += label
    standfirst = standfirst_of(article)
    if standfirst:
        blocks.append(f"*{escaped(standfirst)}*")
    for section, picture in zip(article.sections, story.pictures, strict=True):
        blocks += _section(section, picture)
    return "\n\n".join([*blocks, *label]) + "\n"


def _section(section: Section, picture: Picture) -> Iterator[str]:
    if section.heading:
        yield f"## {_heading(section.heading)}"
    shown = picture.fitting(PictureFormat.JPEG, _WIDTH_PX)
    yield f"![{escaped(section.image_alt)}]({picture_file(shown.form, shown.width_px, picture.number)})"
    if section.image_caption:
        yield f"*{escaped(section.image_caption)}*"
    yield from map(escaped, section.paragraphs)


def _heading(text: str) -> str:
    return _CLOSING_MARKS.sub(lambda marks: "\\#" * len(marks.group()), escaped(text))


def _held(start: str) -> str:
    return f"{start}\\" if start.isdigit() else f"\\{start}"
