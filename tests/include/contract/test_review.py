from __future__ import annotations

from typing import Any

import pytest

from include.contract.content_types import ContentType
from include.contract.review import Moment, Review

STAGES = {"text": {"recipe": "script.narrated"}}


def content_type(review: dict[str, Any], **stages: Any) -> ContentType:
    told = {"name": "notes", "title": "Notes", "description": "Notes.", "stages": STAGES | stages, "review": review}
    return ContentType.model_validate(told)


def test_the_script_alone_can_be_reviewed() -> None:
    found = content_type({"before_publishing": False, "after_script": True})
    assert found.moments == (Moment.AFTER_SCRIPT,)


def test_who_leaves_it_out_asks_nobody() -> None:
    told = {"name": "notes", "title": "Notes", "description": "Notes.", "stages": STAGES}
    assert ContentType.model_validate(told).moments == ()


@pytest.mark.parametrize(
    ("review", "said"),
    [
        ({}, "needs a stage that publishes; add one, or set `before_publishing: false`"),
        ({"before_publishing": False}, "reviews nothing"),
        ({"before_publishing": False, "after_script": True, "timeout_h": 0}, "greater than 0"),
        ({"before_publishing": False, "after_script": True, "on_timeout": "keep"}, "'publish' or 'drop'"),
        ({"before_publishing": False, "after_script": True, "who": ["ann"]}, "Extra inputs"),
    ],
)
def test_a_wrong_review_is_refused(review: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        content_type(review)


def test_a_review_without_settings_asks_before_publishing_and_drops_what_nobody_answers() -> None:
    review = Review()
    assert review.moments == (Moment.BEFORE_PUBLISHING,)
    assert (review.timeout_h, review.on_timeout.value, review.assigned) == (72.0, "drop", ())
