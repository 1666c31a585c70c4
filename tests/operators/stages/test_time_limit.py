from __future__ import annotations

import pytest

from include.contract.content_types import StageSettings
from include.contract.errors import Cause
from include.contract.failures import Failure, FailureClass
from operators.stages.time_limit import with_limit


def failure(cause: Cause) -> Failure:
    return Failure(failure_class=FailureClass.BUG, cause=cause, exit_code=1, message="Timeout, PID: 7")


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (
            {"timeout_s": 3},
            "`timeout_s: 3` of stage `video` in dags/content_types/narrated_video.yaml allows; set more",
        ),
        (
            {},
            "`timeout_s: 3600` of stage `video` in dags/content_types/narrated_video.yaml allows (what holds",
        ),
    ],
)
def test_a_stage_that_passes_its_limit_says_it_and_where_it_is_set(limits: dict[str, float], told: str) -> None:
    settings = StageSettings(recipe="video.narrated", **limits)
    message = with_limit(failure(Cause.DEADLINE), "video", settings, "narrated_video").message
    assert told in message
    assert message.endswith("(Timeout, PID: 7)")


def test_a_language_model_of_ones_own_may_be_what_takes_so_long() -> None:
    settings = StageSettings(recipe="script.narrated", model="acme/small@1")
    message = with_limit(failure(Cause.DEADLINE), "text", settings, "films").message
    assert "a larger profile, name a model that follows instructions better, add this one under another" in message
    assert "`--writes sentences` or fewer `--answer-tokens`, or give it less to do (" in message
    built_in = with_limit(failure(Cause.DEADLINE), "text", StageSettings(recipe="script.narrated"), "films").message
    assert "a larger profile, or give it less to do (" in built_in


def test_the_limit_of_a_dag_by_hand_is_set_in_no_content_type() -> None:
    message = with_limit(failure(Cause.DEADLINE), "film", StageSettings(recipe="video.narrated"), "by_hand").message
    assert "of task `film` of the DAG `by_hand` allows" in message


def test_any_other_failure_is_told_as_it_is() -> None:
    other = failure(Cause.STORE_AWAY)
    assert with_limit(other, "video", StageSettings(recipe="video.narrated"), "films") == other
