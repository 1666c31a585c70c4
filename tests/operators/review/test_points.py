from __future__ import annotations

from typing import Any

from include.contract.content_types import ContentType
from include.contract.review import Moment
from operators.review.points import asking_of, reviewed_text
from tests.operators.conftest import films

TWO_PLACES: dict[str, Any] = {"publish": {"recipe": "publish.video"}, "second": {"recipe": "publish.video"}}


def reviewed(review: dict[str, Any], **more: Any) -> ContentType:
    stages = {name: stage.model_dump() for name, stage in films().stages.items()}
    return films(stages=stages | more, review=review)


def test_a_content_type_without_a_review_asks_nobody() -> None:
    asking = asking_of(films())
    assert (asking.points, asking.script) == ((), None)


def test_people_are_asked_about_the_script_first_and_then_about_the_piece() -> None:
    asking = asking_of(reviewed({"after_script": True, "before_publishing": True}, publish={"recipe": "publish.video"}))
    assert [(each.moment, each.stage) for each in asking.points] == [
        (Moment.AFTER_SCRIPT, "text"),
        (Moment.BEFORE_PUBLISHING, "publish"),
    ]
    assert [each.task("ask") for each in asking.points] == ["review_script.ask", "review.ask"]
    assert asking.script is asking.points[0]


def test_publishers_of_the_same_files_share_one_question() -> None:
    asking = asking_of(reviewed({"before_publishing": True}, **TWO_PLACES))
    assert [each.stage for each in asking.points] == ["publish"]
    assert asking.first_alike == {"publish": "publish", "second": "publish"}


def test_a_stage_waits_for_the_answers_about_the_script_behind_it_and_a_publisher_for_those_about_its_piece() -> None:
    content_type = reviewed({"after_script": True, "before_publishing": True}, **TWO_PLACES)
    asking = asking_of(content_type)
    script, piece = asking.points
    waits = {stage.name: asking.before(stage) for stage in content_type.content_stages}
    assert waits["text"] == (None, None)
    assert waits["image"] == waits["video"] == (script, None)
    assert waits["publish"] == waits["second"] == (script, piece)


def test_the_script_that_people_look_at_is_the_one_that_is_named_or_else_the_first() -> None:
    assert reviewed_text(reviewed({"after_script": True, "before_publishing": False})) == "text"
    assert reviewed_text(films()) == "text"
    other = films(
        brief={},
        stages={
            "text": {"recipe": "script.narrated"},
            "other": {"recipe": "script.narrated"},
            "image": {"recipe": "image.scene", "inputs": {"image_prompt": "other"}},
        },
        review={"after_script": "other", "before_publishing": False},
    )
    assert reviewed_text(other) == "other"
