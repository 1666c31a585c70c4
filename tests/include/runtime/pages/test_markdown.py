from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from include.contract.errors import CheckFailed
from include.runtime.pages.checks import check_markdown
from include.runtime.pages.markdown import escaped, markdown_of
from include.runtime.pages.page import one_line
from tests.include.runtime.pages.parts import HOSTILE, article_of, story_of


@pytest.mark.parametrize("dialect", ["commonmark", "gfm-like"])
@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_text_says_is_text(text: str, dialect: str) -> None:
    reader = MarkdownIt(dialect, {"html": True, "linkify": False})
    opening, inline, closing = reader.parse(escaped(text))
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert "".join(part.content for part in inline.children or ()) == one_line(text)
    assert {part.type for part in inline.children or ()} <= {"text", "text_special"}


def test_an_article_reads_as_it_was_written(tmp_path: Path) -> None:
    story = story_of(article_of(*HOSTILE), tmp_path)
    (tmp_path / "article.md").write_text(markdown_of(story))
    check_markdown(tmp_path / "article.md", story)
    with pytest.raises(CheckFailed):
        check_markdown(tmp_path / "article.md", story_of(article_of("Another text"), tmp_path))


def test_its_form_is_plain(tmp_path: Path) -> None:
    story = story_of(article_of("Bread, and more"), tmp_path)
    assert markdown_of(story) == (
        "# Bread, and more\n\n"
        "*This content was generated automatically.*\n\n"
        "## Bread, and more\n\n"
        "![Bread, and more](pictures/01-480.jpg)\n\n"
        "*Bread, and more*\n\n"
        "Bread, and more\n\n"
        "Bread, and more\n\n"
        "*This content was generated automatically.*\n"
    )


def test_a_label_in_english_keeps_its_direction_in_an_article_that_is_read_from_the_right(tmp_path: Path) -> None:
    story = story_of(article_of("ماني"), tmp_path, language="sd")
    (tmp_path / "article.md").write_text(markdown_of(story))
    check_markdown(tmp_path / "article.md", story)
    assert markdown_of(story).count(f"*\u2066{story.label.sentence}\u2069*") == 2
