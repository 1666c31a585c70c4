from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from include.contract.article import Article
from include.contract.brief import Brief
from include.contract.errors import AtelierError, CheckFailed, RejectedContent
from include.contract.look import Look
from include.contract.params import ArticleSectionsParams
from include.contract.yaml12 import read_model, read_yaml
from include.runtime.stage import ItemResult
from include.runtime.stages.article_sections import ArticleSectionsStage, check_outputs
from tests.include.runtime.stages.results import LoadedOnce, Unasked, digest, made_by, texts

GOLDEN = "afdaa43d18d49d796f4873ec7f7b8a3301fb95fa68ca86755fb44608450bbb01"
"""SHA-256 over the outputs of a small article; another one means that the recipe's revision goes up."""

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"
SECTION = {"heading": "At night", "text": "The dough rests.", "image_prompt": "dough", "image_alt": "Dough"}


TOLD: list[float] = []
"""How much of the item was said to be written."""


class NoModel(Unasked, ArticleSectionsStage):
    """The stage where asking the model at all is an error."""


class RealModel(LoadedOnce, ArticleSectionsStage):
    """The stage with the built-in model, which the tests load once."""


def result(stage: ArticleSectionsStage, scratch: Path, brief: Brief, variation: int = 0) -> ItemResult | AtelierError:
    return made_by(stage, ArticleSectionsParams, brief, scratch, variation, TOLD.append)


def written(stage: ArticleSectionsStage, scratch: Path, **brief: Any) -> Article:
    found = texts(result(stage, scratch, Brief.model_validate(brief)))
    return Article.model_validate_json(found["script"])


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.article.??.yaml")), ids=lambda path: path.name)
def test_a_ready_example_needs_no_model_and_keeps_every_word(tmp_path: Path, path: Path) -> None:
    brief = read_model(Brief, read_yaml(path.read_text(), path.name))
    found = texts(result(NoModel(), tmp_path, brief))
    article = Article.model_validate_json(found["script"])
    assert brief.article is not None
    assert (article.title, article.summary) == (brief.article.title, brief.article.summary)
    for section, given in zip(article.sections, brief.article.sections or (), strict=True):
        kept = ("heading", "image_prompt", "image_alt", "image_caption")
        assert [getattr(section, name) for name in kept] == [getattr(given, name) for name in kept]
        assert " ".join(section.paragraphs).split() == str(given.text).split()
    assert found["title"] == article.title
    assert found["image_prompt/02"] == article.sections[1].image_prompt
    assert Look.model_validate_json(found["look"]).hero == brief.topic


def test_editing_a_sections_text_leaves_the_pictures_as_they_are(tmp_path: Path) -> None:
    def found(text: str) -> dict[str, str]:
        article = {"title": "Bread", "sections": [SECTION, {**SECTION, "text": text}]}
        return texts(result(NoModel(), tmp_path, Brief.model_validate({"article": article})))

    before, after = found("It rises."), found("It rises slowly.")
    assert {name for name in before if before[name] != after[name]} == {"script"}


def test_a_topic_alone_becomes_an_article_that_is_always_the_same(tmp_path: Path) -> None:
    TOLD.clear()
    made = result(RealModel(), tmp_path, Brief(topic="Why honey bees matter", sections=1))
    found = texts(made)
    assert TOLD == [1.0]
    article = Article.model_validate_json(found["script"])
    (section,) = article.sections
    assert article.title == "Why honey bees matter"
    assert article.summary.startswith("Have you ever wondered why honey bees matter? Honey bees are ")
    assert section.heading == "What honey bees are"
    assert section.paragraphs[-1].endswith("Now you know why honey bees matter.")
    assert all(8 <= len(paragraph.split()) <= 70 for paragraph in section.paragraphs)
    assert section.image_prompt.startswith("honey bees")
    assert section.image_alt == "Honey bees in a flower meadow"
    assert isinstance(made, ItemResult)
    assert made.attributes["origins"]["text/01"] == "model"  # type: ignore[index,call-overload]
    assert digest(found) == GOLDEN, found["script"]


def test_the_model_fills_only_what_is_missing(tmp_path: Path) -> None:
    sections = [{"heading": "How bees dance"}, {"image_prompt": "a beehive under an apple tree"}, SECTION]
    article = written(RealModel(), tmp_path, topic="Honey bees", article={"title": "Bees!", "sections": sections})
    under_heading, beside_picture, ready = article.sections
    assert article.title == "Bees!"
    assert under_heading.heading == "How bees dance"
    assert under_heading.paragraphs[0].startswith("Bees dance when")
    assert beside_picture.heading is None
    assert beside_picture.paragraphs[0].startswith("Here we see ")
    assert beside_picture.image_alt == "A beehive under an apple tree"
    assert ready.model_dump(exclude={"paragraphs", "image_caption"}) == {
        name: value for name, value in SECTION.items() if name != "text"
    }


@pytest.mark.parametrize(
    ("brief", "message"),
    [
        ({"topic": "Warum Brot duftet", "language": "de"}, r"writes English only, not 'de'; .*article: sections"),
        (
            {"language": "de", "article": {"sections": [{"text": "Ja."}, {"heading": "Brot"}]}},
            "text of section 2 is missing",
        ),
        ({"article": {"sections": [{"text": "Yes."}, {}]}}, "neither a topic nor a title"),
    ],
)
def test_what_cannot_be_written_is_refused_with_what_to_do(
    tmp_path: Path, brief: Mapping[str, Any], message: str
) -> None:
    refused = result(NoModel(), tmp_path, Brief.model_validate(brief))
    assert isinstance(refused, RejectedContent)
    with pytest.raises(RejectedContent, match=message):
        raise refused


def test_finished_files_are_opened_again(tmp_path: Path) -> None:
    made = result(NoModel(), tmp_path, Brief.model_validate({"article": {"title": "Bread", "sections": [SECTION]}}))
    assert isinstance(made, ItemResult)
    with pytest.raises(CheckFailed, match="has 1 sections; asked for: 2"):
        check_outputs(made.outputs, 2)
    by_name = {output.name: output.path for output in made.outputs}
    by_name["image_prompt/01"].write_text("something else")
    with pytest.raises(CheckFailed, match="image prompt 1 alone"):
        check_outputs(made.outputs, 1)
    by_name["script"].write_text("{}")
    with pytest.raises(CheckFailed, match="the finished article cannot be read: "):
        check_outputs(made.outputs, 1)
