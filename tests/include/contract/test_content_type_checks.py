"""What between the fields of a content type does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from include.contract.content_type_checks import mistakes_between, recipe_of, stage_mistakes, stages_in

TEXT = {"recipe": "article.sections", "profile": "small"}
IMAGE = {"recipe": "image.scene", "profile": "small"}
PAGE = {"recipe": "page.article", "profile": "small"}
PUBLISH = {"recipe": "publish.article", "profile": "small"}
STAGES = {"text": TEXT, "image": IMAGE, "page": PAGE, "publish": PUBLISH}
FITTING: dict[str, Any] = {"name": "articles", "stages": STAGES}


def told(**changes: Any) -> list[str]:
    """Each mistake as its field and its words."""
    mistakes = mistakes_between({**FITTING, **changes})
    return [f"{'.'.join(map(str, each.path))}: {each.words}" for each in mistakes]


def without(*names: str, **changes: Any) -> dict[str, Any]:
    return {name: stage for name, stage in STAGES.items() if name not in names} | changes


def test_what_fits_together_has_no_mistake() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"stages": without(image={**IMAGE, "recipe": "image.scen"})}, "stages.image.recipe", "is not a recipe"),
        (
            {"stages": without(image={**IMAGE, "params": {"aspect": "1:1"}})},
            "stages.image.params.aspect",
            "put it under `brief`",
        ),
        (
            {"stages": without(page={**PAGE, "params": {"label": "none"}})},
            "stages.page.params.label",
            "put it at the top of the file",
        ),
        ({"stages": without(publish={**PUBLISH, "shards": 2})}, "stages.publish.shards", "one task for all pieces"),
        ({"stages": without(text={**TEXT, "shards": 2})}, "stages.text.shards", "makes one item for each brief"),
        ({"schedule": "0 6 * * *"}, "schedule", "needs a `start_date`"),
        ({"source": {"calendar": "days.csv"}}, "source", "needs a `schedule`"),
        ({"webhook": {}, "stages": without("publish")}, "webhook", "no stage publishes"),
        ({"review": {}, "stages": without("publish")}, "review.before_publishing", "needs a stage that publishes"),
        ({"review": {"after_script": "image"}}, "review.after_script", "is not a stage that writes a text"),
        ({"label": "none"}, "label", "`none` needs `decided_by` and `reason`"),
        ({"label": "none", "decided_by": "Ann"}, "label", "`none` needs `reason`"),
        ({"reason": "A test"}, "reason", "belongs to `label: none`"),
        ({"brief": {"topic": "Bees"}}, "brief.topic", "can only be set in each brief"),
        ({"brief": {"aspect": "5:1"}}, "brief.aspect", ""),
    ],
)
def test_a_mistake_is_told_once_and_at_its_field(changes: dict[str, Any], where: str, words: str) -> None:
    (found,) = told(**changes)
    assert found.startswith(f"{where}: ")
    assert words in found


def test_all_mistakes_are_told_at_once() -> None:
    found = told(schedule="0 6 * * *", label="none", brief={"topic": "Bees"})
    assert [one.partition(":")[0] for one in found] == ["schedule", "label", "brief.topic"]


def test_a_source_makes_shards_of_any_stage_useful() -> None:
    source = {"calendar": "days.csv"}
    stages = without(text={**TEXT, "shards": 2})
    assert told(stages=stages, source=source, schedule="0 6 * * *", start_date="2026-01-01") == []


def test_a_content_type_is_not_started_by_what_it_publishes_itself() -> None:
    assert told(source={"asset": "others"}) == []
    (found,) = told(source={"asset": "articles"})
    assert (
        found == "source.asset: is what this content type itself publishes to, so it would start itself again and again"
    )
    (found,) = told(source={"asset": "others"}, schedule="0 6 * * *", start_date="2026-01-01")
    assert found.startswith("schedule: `source.asset` starts a run for each event")


def test_a_stage_that_is_told_alone_says_its_label_itself() -> None:
    assert stage_mistakes("page", {**PAGE, "params": {"label": "none"}}) == []
    (found,) = stage_mistakes("page", {**PAGE, "params": {"colour": "red"}})
    assert found.path == ("stages", "page", "params", "colour")


@pytest.mark.parametrize("stages", [None, [], "text", {"text": None, 3: {}}])
def test_what_is_no_stage_is_not_read_as_one(stages: object) -> None:
    assert stages_in({"stages": stages}) == {}


def test_a_recipe_that_is_none_is_none() -> None:
    assert recipe_of({"recipe": 3}) is None
    assert recipe_of({"recipe": "image.scen"}) is None
    found = recipe_of(IMAGE)
    assert found is not None
    assert found.name == "image.scene"
