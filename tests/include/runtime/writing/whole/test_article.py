from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from include.contract.article import Article, DraftArticle
from include.contract.errors import RejectedContent
from include.runtime.writing.article_writer import WrittenArticle
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.telling import Origin
from include.runtime.writing.whole.article import WholeArticle
from tests.foreign import JSON_TREES, damaged
from tests.include.runtime.writing.whole.parts import (
    ARTICLE,
    PARAGRAPHS,
    PROMPTS,
    ScriptedEngine,
    author,
    said_by,
    unless_refused,
)


def written(engine: ScriptedEngine, article: Mapping[str, Any] | None = None, **parts: Any) -> WrittenArticle:
    found = {"topic": "Honey bees", "language": "en", "parts": 2, "variation": 0, "model": "acme/one", **parts}
    given = DraftArticle.model_validate(article or {})
    return WholeArticle(Assignment(given=given, **found), author(engine)).write()


def with_section(number: int, **parts: Any) -> dict[str, Any]:
    sections = [dict(section) for section in ARTICLE["sections"]]
    sections[number] |= parts
    return {**ARTICLE, "sections": sections}


def test_a_topic_becomes_an_article_in_one_request() -> None:
    engine = ScriptedEngine(ARTICLE)
    found = written(engine)
    assert found.article.title == "Why Honey Bees Matter"
    assert [section.paragraphs for section in found.article.sections] == [(text,) for text in PARAGRAPHS]
    assert [section.image_alt for section in found.article.sections][0] == "A bee on a sunflower"
    assert found.article.sections[0].image_caption is None
    assert set(found.origins.values()) == {Origin.MODEL}
    assert set(found.origins) >= {"title", "summary", "heading/01", "text/02", "image_prompt/01", "image_alt/02"}
    assert len(engine.prompts) == 1


def test_what_is_given_is_kept_word_for_word() -> None:
    given = {
        "summary": "**Bees**, in short",
        "sections": [
            {"text": "Bees fly.\n\nThey **do**.", "image_caption": "Seen in May"},
            {"heading": "Orchards!", "image_prompt": "apples"},
        ],
    }
    engine = ScriptedEngine(ARTICLE)
    found = written(engine, given)
    first, second = found.article.sections
    assert found.article.summary == "**Bees**, in short"
    assert (first.heading, first.paragraphs, first.image_caption) == (
        None,
        ("Bees fly.", "They **do**."),
        "Seen in May",
    )
    assert (first.image_prompt, first.image_alt) == (PROMPTS[0], "A bee on a sunflower")
    assert (second.heading, second.image_prompt, second.paragraphs) == ("Orchards!", "apples", (PARAGRAPHS[1],))
    assert "heading/01" not in found.origins
    assert found.origins["heading/02"] is Origin.GIVEN
    item = engine.prompts[0].schema["properties"]["sections"]["items"]  # type: ignore[index,call-overload]
    assert list(item["properties"]) == ["paragraphs", "image_prompt", "image_alt"]  # type: ignore[index,call-overload,arg-type]


def test_an_article_that_is_given_whole_asks_nobody() -> None:
    section = {"text": "Bees fly.", "image_prompt": "bees", "image_alt": "Bees"}
    engine = ScriptedEngine(RejectedContent("asked"))
    written(engine, {"title": "Bees", "summary": "Bees.", "sections": [section]}, parts=1)
    assert engine.prompts == []


@pytest.mark.parametrize(
    ("broken", "mistake"),
    [
        (with_section(0, paragraphs=["Bees fly."]), "text/01: has 2 words; allowed: 16 to 165"),
        (with_section(0, paragraphs=[f"## Bees\n{PARAGRAPHS[0]}"]), "text/01: has markup: '#'"),
        (with_section(1, paragraphs=[PARAGRAPHS[0]]), "text/02: repeats .* of text/01"),
        (with_section(1, paragraphs=[PARAGRAPHS[1], PARAGRAPHS[1]]), "text/02: repeats"),
        (with_section(1, paragraphs=[]), "sections.1.paragraphs: has too few parts"),
        (with_section(1, image_alt="…"), "image_alt/02: has no words"),
        (with_section(1, heading="In this article: bees"), "heading/02: speaks of itself"),
        ({**ARTICLE, "sections": ARTICLE["sections"][:1]}, "sections: has too few parts"),
    ],
)
def test_what_is_wrong_with_it_is_quoted_to_the_model(broken: Mapping[str, Any], mistake: str) -> None:
    engine = ScriptedEngine(broken, ARTICLE)
    assert written(engine).article.title == ARTICLE["title"]
    assert mistake.partition(":")[0] in said_by(engine.prompts[1], 3)
    with pytest.raises(RejectedContent, match=mistake):
        written(ScriptedEngine(broken))


@settings(max_examples=40)
@given(damaged(ARTICLE, JSON_TREES))
def test_whatever_a_model_answers_becomes_an_article_or_is_refused(answer: Any) -> None:
    found = unless_refused(lambda: written(ScriptedEngine(json.dumps(answer))))
    assert found is None or Article.model_validate_json(found.article.model_dump_json()) == found.article
