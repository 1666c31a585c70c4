from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.failures import Progress
from include.contract.keys import end_key, progress_key
from include.contract.requests import StageRequest
from include.runtime.attempt import Attempt
from include.runtime.earlier_tries import killed_tries
from include.runtime.logs import LogBuffer
from include.runtime.models.asked import RegisteredModels
from include.runtime.report import Reporter
from tests.include.runtime.desk import HONEY, REGISTRY, Desk, WordsStage


@pytest.fixture
def request_(desk: Desk) -> StageRequest:
    return desk.request("script.narrated", HONEY)


def killed_before(desk: Desk, request: StageRequest, number: int) -> int:
    sha256, store = request.sha256(), desk.store
    reporter = Reporter(store, request.run, sha256, number, LogBuffer())
    model = RegisteredModels(request.model, REGISTRY, store)
    stage = WordsStage()
    return killed_tries(
        Attempt(request, sha256, store, reporter, Path(), desk.stop, model, lambda recipe: stage, number)
    )


def leave(desk: Desk, request: StageRequest, number: int, phase: str, *, says: bool = False) -> None:
    key = progress_key(request.run, request.sha256(), number)
    desk.store.put(key, Progress(phase=phase).model_dump_json().encode())
    if says:
        desk.store.put(end_key(request.run, request.sha256(), number), b"{}")


def test_a_first_try_has_none_before_it(desk: Desk, request_: StageRequest) -> None:
    leave(desk, request_, 1, "making")
    assert killed_before(desk, request_, 1) == 0


def test_those_that_said_nothing_and_were_not_done_were_killed(desk: Desk, request_: StageRequest) -> None:
    leave(desk, request_, 1, "making")
    leave(desk, request_, 2, "failed", says=True)
    leave(desk, request_, 3, "making", says=True)
    leave(desk, request_, 4, "done")
    desk.store.put(progress_key(request_.run, request_.sha256(), 5), b"{")
    assert killed_before(desk, request_, 7) == 2, "the first and the fifth; the sixth asked for something else"
