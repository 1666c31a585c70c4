"""What to do about a failure."""

from __future__ import annotations

import pytest

from include.contract.errors import Cause
from operators.cli.next_steps import next_step


@pytest.mark.parametrize("cause", [*Cause, "moon_phase", None])
def test_every_cause_has_a_step_even_one_of_a_later_version(cause: str | None) -> None:
    step = next_step(cause, "image_shards")
    assert step
    assert "{" not in step


def test_another_try_names_the_task_and_is_not_told_where_it_gives_the_same() -> None:
    assert "clear the task `image_shards`" in next_step(Cause.CHECK_FAILED, "image_shards")
    assert "image_shards" not in next_step(Cause.REJECTED_CONTENT, "image_shards")
