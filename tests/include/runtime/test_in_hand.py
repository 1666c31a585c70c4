from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from include.contract.brief import Brief
from include.contract.errors import CheckFailed, RejectedContent
from include.contract.manifests import Outcome
from include.contract.requests import StageRequest
from include.contract.values import StageKind
from include.runtime.attempt import Attempt
from include.runtime.batching import Result
from include.runtime.in_hand import InHand
from include.runtime.logs import LogBuffer
from include.runtime.lookup import LookedUp, resolve
from include.runtime.models.asked import RegisteredModels
from include.runtime.report import Reporter
from include.runtime.stage import ItemResult, Output
from include.store.threads import daemon_threads
from tests.include.runtime.desk import REGISTRY, Desk, WordsStage, script_and_images

HONEY = Brief(topic="Honey bees")


@pytest.fixture
def request_(desk: Desk) -> StageRequest:
    return script_and_images(desk)[1]


@pytest.fixture
def in_hand(desk: Desk, request_: StageRequest) -> Iterator[InHand]:
    """Three pictures."""
    resolved = resolve(request_, desk.store)
    reporter = Reporter(desk.store, request_.run, request_.sha256(), 1, LogBuffer())
    model = RegisteredModels(request_.model, REGISTRY, desk.store)
    stage = WordsStage()
    attempt = Attempt(
        request_, request_.sha256(), desk.store, reporter, desk.scratch, desk.stop, model, lambda recipe: stage
    )
    with ExitStack() as stack:
        threads, uploaders = (stack.enter_context(daemon_threads(4, name)) for name in ("store", "upload"))
        missing = [LookedUp(each, None) for each in resolved.wanted]
        hand = InHand(attempt, resolved, missing, threads, attempt.writer(uploaders))
        stack.enter_context(hand.claims)
        yield hand


def outcomes(in_hand: InHand) -> list[Outcome]:
    return [line.outcome for line in in_hand.lines.in_order()]


def test_items_are_taken_in_their_order_claimed_and_with_their_inputs(in_hand: InHand, desk: Desk) -> None:
    batch, works = in_hand.take(2)
    assert [found.wanted.item for found in batch] == [work.item for work in works] == ["honey-bees/01", "honey-bees/02"]
    assert works[1].inputs["image_prompt"].read_text() == "draw 2"
    assert len(list(desk.store.listed("v1/claims/image/"))) == 2
    assert [len(in_hand.take(2)[0]) for _ in range(2)] == [1, 0]
    assert in_hand.others == 0


def test_what_is_kept_is_recorded_and_its_folder_removed(in_hand: InHand, desk: Desk) -> None:
    (found,), works = in_hand.take(1)
    (result,) = WordsStage().process(works)
    in_hand.keep(found, result, 1.5, 1)
    assert outcomes(in_hand) == [Outcome.MADE]
    assert desk.record(StageKind.IMAGE, found.wanted.fingerprint).device_s == 1.5
    assert not works[0].scratch.exists()


@pytest.mark.parametrize(
    "result", [RejectedContent("no"), CheckFailed("blank"), ItemResult((Output("image", Path("/gone"), "image/jpeg"),))]
)
def test_what_is_none_fails_and_is_anybodys_again(in_hand: InHand, desk: Desk, result: Result) -> None:
    (found,), _ = in_hand.take(1)
    in_hand.keep(found, result, 1.5, 1)
    assert outcomes(in_hand) == [Outcome.FAILED]
    assert desk.records(StageKind.IMAGE) == []
    (claim,) = desk.store.listed("v1/claims/image/")
    assert b'"released":true' in (desk.store.get(claim.key) or b"")
