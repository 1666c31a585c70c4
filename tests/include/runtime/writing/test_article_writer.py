"""What is given of an article stays as it is."""

from __future__ import annotations

from include.contract.article import DraftArticle
from include.runtime.writing.article_writer import ArticleWriter, paragraphs_of
from include.runtime.writing.assignment import Assignment
from tests.include.runtime.writing.parts import no_model


def test_a_blank_line_parts_paragraphs_and_a_line_end_does_not() -> None:
    assert paragraphs_of("One\n  line.\n \n\nTwo.", "en") == ("One line.", "Two.")
    assert paragraphs_of("清晨\n的茶。\n\n第二段。", "zh-Hans") == ("清晨的茶。", "第二段。")


def test_parts_that_are_missing_beside_the_text_are_taken_from_it() -> None:
    sections = (
        {"text": "Der Teig ruht über Nacht. Am Morgen wird gebacken."},
        {"heading": "Danach", "text": "Butter."},
    )
    given = DraftArticle.model_validate({"sections": sections})
    article = ArticleWriter(Assignment(None, "de", 2, given, 0, "m"), no_model).write().article
    assert article.title == "Der Teig ruht über Nacht"
    assert article.summary == "Der Teig ruht über Nacht. Am Morgen wird gebacken."
    first, second = article.sections
    assert (first.heading, first.image_prompt) == (None, "Der Teig ruht über Nacht. Am Morgen wird gebacken.")
    assert (second.heading, second.image_alt, second.image_caption) == ("Danach", "Danach", None)
