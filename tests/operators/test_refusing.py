from __future__ import annotations

import logging

import pytest

from include.contract.errors import BadRequest, Cause, ExitCode, StoreAway
from operators.refusing import MistakesTold, told_in_words


def test_a_mistake_is_logged_a_line_each_and_ends_the_task_with_the_code_of_its_class(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = logging.getLogger("task")
    with pytest.raises(MistakesTold) as caught, told_in_words(log):
        raise BadRequest("the brief is refused:\n- scenes: is too large\n- voice: is unknown")
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("ERROR", "the brief is refused:"),
        ("ERROR", "scenes: is too large"),
        ("ERROR", "voice: is unknown"),
    ]
    assert (caught.value.code, caught.value.failure.cause) == (ExitCode.PERMANENT, Cause.BAD_REQUEST)
    assert not isinstance(caught.value, Exception), "of those Airflow writes a traceback"


def test_what_is_no_mistake_of_people_goes_its_way() -> None:
    with pytest.raises(StoreAway), told_in_words(logging.getLogger("task")):
        raise StoreAway("the store does not answer")
