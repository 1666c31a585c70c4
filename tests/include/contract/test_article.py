"""What an article is, given in parts and whole."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.contract.article import MAX_SECTIONS, Article, DraftArticle

SECTION = {
    "heading": None,
    "paragraphs": ["Bees dance."],
    "image_prompt": "A bee",
    "image_alt": "A bee on a flower",
    "image_caption": None,
}
ARTICLE = {"title": "Bees", "summary": "What bees do.", "sections": [SECTION]}


def test_any_part_of_a_draft_may_be_missing() -> None:
    assert DraftArticle() == DraftArticle.model_validate({"title": None, "summary": None, "sections": None})
    assert DraftArticle.model_validate({"sections": [{}]}).sections is not None


def test_a_whole_article_is_read_again_as_it_was() -> None:
    article = Article.model_validate(ARTICLE)
    assert Article.model_validate_json(article.model_dump_json()) == article


@pytest.mark.parametrize("field", [*ARTICLE, *(f"sections.{name}" for name in SECTION)])
def test_of_a_whole_article_nothing_may_be_missing(field: str) -> None:
    name = field.removeprefix("sections.")
    section = {key: value for key, value in SECTION.items() if key != name}
    rest: dict[str, Any] = {key: value for key, value in ARTICLE.items() if key != name}
    if field != name:
        rest["sections"] = [section]
    with pytest.raises(ValidationError) as refused:
        Article.model_validate(rest)
    assert refused.value.errors()[0]["loc"][-1] == name


@pytest.mark.parametrize("sections", [[], [SECTION] * (MAX_SECTIONS + 1), [{**SECTION, "paragraphs": []}]])
def test_an_article_has_a_section_and_no_more_than_a_brief_may_ask_for(sections: list[Any]) -> None:
    with pytest.raises(ValidationError):
        Article.model_validate({**ARTICLE, "sections": sections})
    with pytest.raises(ValidationError):
        DraftArticle.model_validate({"sections": [] if not sections else [{"paragraphs": []}] * len(sections)})


def test_a_draft_takes_no_field_that_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="sektions"):
        DraftArticle.model_validate({"sektions": []})
