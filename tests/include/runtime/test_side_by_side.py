"""Several items at once: each is recorded when it ends, and what happens to one happens to no other."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import (
    AtelierError,
    Cause,
    CheckFailed,
    DeviceOutOfMemory,
    InputLost,
    ItemsFailed,
    ModelRefused,
    Preempted,
)
from include.contract.item_states import ItemState, states_in
from include.contract.keys import blob_key, items_key
from include.contract.values import StageKind
from include.runtime.claims import Claims
from include.runtime.lookup import LookedUp, resolve
from include.runtime.stage import ItemResult, ModelFiles, Work
from tests.include.runtime.desk import Desk, WordsStage, desk_on, eventually
from tests.include.runtime.led import WAIT_S, Led, has, pictures, records, running
from tests.include.runtime.pod import Pod, wait_for


def test_as_many_are_made_at_once_as_the_recipe_says_and_the_next_begins_when_one_ends(
    desk: Desk, at_once: Callable[[int], None]
) -> None:
    at_once(3)
    stage = Led()
    with running(desk, pictures(desk, 5), stage) as attempt:
        assert has(stage, 1, 2, 3)
        stage.tell(2)
        assert has(stage, 1, 3, 4)
        stage.tell(4)
        assert has(stage, 1, 3, 5)
        for number in (1, 3, 5):
            stage.tell(number)
        manifest = attempt.result()
    assert manifest.counts.made == 5
    assert manifest.fitting_batch_size is None


def test_each_is_recorded_when_it_ends_and_a_slow_one_holds_up_no_other(
    desk: Desk, at_once: Callable[[int], None]
) -> None:
    at_once(3)
    stage, request = Led(), pictures(desk, 6)
    with running(desk, request, stage) as attempt:
        for count, number in enumerate((3, 2, 5, 4, 6), start=1):
            stage.tell(number)
            assert records(desk, count)
        assert has(stage, 1)
        stage.tell(1)
        attempt.result()
    assert [line.item for line in desk.lines(request)] == [f"honey-bees/{number:02d}" for number in range(1, 7)]


def test_they_have_the_bytes_that_they_have_one_by_one(
    desk: Desk, s3: S3, tmp_path: Path, at_once: Callable[[int], None]
) -> None:
    alone = desk.run(pictures(desk, 6))
    at_once(4)
    own = replace(s3, bucket=f"{s3.bucket}-beside")
    own.client().create_bucket(Bucket=own.bucket)
    beside = desk_on(own.connection(), own.bucket, tmp_path / "beside")
    assert beside.run(pictures(beside, 6)).content_digest == alone.content_digest


def test_a_content_types_batch_size_is_how_many_are_made_at_once(desk: Desk, at_once: Callable[[int], None]) -> None:
    at_once(4)
    stage = Led()
    with running(desk, pictures(desk, 4, batch_size=2), stage) as attempt:
        assert has(stage, 1, 2)
        for number in range(1, 5):
            stage.tell(number)
        attempt.result()


@pytest.mark.parametrize("most", [1, 4])
def test_where_only_one_is_made_at_once_it_is_by_the_thread_that_loaded_the_model(
    desk: Desk, at_once: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    at_once(most)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})
    threads: set[str] = set()

    class Here(WordsStage):
        def setup(self, model: ModelFiles) -> None:
            threads.add(threading.current_thread().name)

        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            threads.add(threading.current_thread().name)
            return super().process(batch)

    stage = Here()
    desk.run(pictures(desk, 3), stage)
    assert len(threads) == 1
    assert stage.made == [f"honey-bees/{number:02d}" for number in range(1, 4)]


def test_their_shares_of_the_time_add_up_to_how_long_any_was_computed(
    desk: Desk, at_once: Callable[[int], None]
) -> None:
    at_once(3)
    times: list[float] = []

    class Timed(Led):
        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            times.append(time.monotonic())
            results = super().process(batch)
            times.append(time.monotonic())
            return results

    stage, request = Timed(), pictures(desk, 5)
    began_at = time.monotonic()
    with running(desk, request, stage) as attempt:
        # The first is there from beginning to end, so that there is always one.
        assert has(stage, 1, 2, 3)
        for number in (2, 3, 4, 5):
            stage.tell(number)
        assert records(desk, 4)
        stage.tell(1)
        attempt.result()
    took_s = time.monotonic() - began_at
    shares = [line.device_s for line in desk.lines(request)]
    rounded_s = 0.001 * len(shares)
    assert max(times) - min(times) - rounded_s <= sum(shares) <= took_s + rounded_s
    assert max(shares) == shares[0]


@pytest.mark.parametrize("error", [CheckFailed("the picture is blank"), KeyError("oops")])
def test_one_that_fails_leaves_the_others(desk: Desk, at_once: Callable[[int], None], error: Exception) -> None:
    at_once(3)
    stage, request = Led(), pictures(desk, 4)
    with running(desk, request, stage) as attempt:
        assert has(stage, 1, 2, 3)
        stage.tell(2, error)
        for number in (1, 3, 4):
            stage.tell(number)
        with pytest.raises(ItemsFailed, match=r"1 of 4 items failed.*honey-bees/02"):
            attempt.result()
    assert desk.manifest(request).counts.made == 3


def test_what_fails_all_lets_those_in_hand_end_and_begins_no_other(desk: Desk, at_once: Callable[[int], None]) -> None:
    at_once(3)
    stage = Led()
    with running(desk, pictures(desk, 5), stage) as attempt:
        assert has(stage, 1, 2, 3)
        stage.tell(2, ModelRefused("the key is wrong"))
        assert has(stage, 1, 3)
        stage.tell(1)
        stage.tell(3)
        with pytest.raises(ModelRefused, match="the key is wrong"):
            attempt.result()
    assert sorted(stage.made) == ["honey-bees/01", "honey-bees/03"]
    assert len(desk.records(StageKind.IMAGE)) == 2


def test_an_input_that_is_lost_lets_those_in_hand_end(desk: Desk, at_once: Callable[[int], None]) -> None:
    at_once(2)
    stage, request = Led(), pictures(desk, 3)
    last = resolve(request, desk.store).wanted[-1]
    prompt = next(artifact for artifact in last.inputs if artifact.name == "image_prompt")
    desk.store.delete(blob_key(prompt.sha256))
    with running(desk, request, stage) as attempt:
        assert has(stage, 1, 2)
        stage.tell(2)
        assert records(desk, 1)
        stage.tell(1)
        with pytest.raises(InputLost):
            attempt.result()
    assert len(desk.records(StageKind.IMAGE)) == 2


def test_asked_to_stop_it_records_those_that_end_in_time_drops_the_rest_and_begins_no_other(
    desk: Desk, at_once: Callable[[int], None]
) -> None:
    at_once(3)
    stage, request = Led(), pictures(desk, 5, grace_s=4.0)
    with running(desk, request, stage) as attempt:
        assert has(stage, 1, 2, 3)
        stage.tell(1)
        assert records(desk, 1)
        assert has(stage, 2, 3, 4)
        desk.stop.set()
        stage.tell(4)
        assert records(desk, 2)
        with pytest.raises(Preempted, match="2 of 5 items done"):
            attempt.result(WAIT_S)
        assert stage.in_hand == {2, 3}
        for number in (2, 3):
            stage.tell(number)
    assert sorted(stage.began) == [1, 2, 3, 4]
    desk.stop.clear()
    rest = WordsStage()
    desk.run(request, rest)
    assert sorted(rest.made) == ["honey-bees/02", "honey-bees/03", "honey-bees/05"]


@pytest.mark.parametrize("stuck", ["", "honey-bees/01"])
def test_sigterm_keeps_what_ends_in_time_and_exits_75(
    desk: Desk, s3: S3, tmp_path: Path, at_once: Callable[[int], None], stuck: str
) -> None:
    at_once(2)
    request = pictures(desk, 3, grace_s=8.0)
    pod = Pod(s3, tmp_path, seconds=1.0)
    pod.environment |= {"WORDS_AT_ONCE": "2", "WORDS_STUCK": stuck}
    process = pod.start(desk, request)
    for _ in range(2):
        wait_for(process, "computing honey-bees/0")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert (process.returncode, pod.failure().cause) == (75, Cause.PREEMPTED)
    assert pod.failure().progress.made == (1 if stuck else 2)
    rest = WordsStage()
    desk.run(request, rest)
    assert sorted(rest.made) == [*([stuck] if stuck else []), "honey-bees/03"]


def test_those_in_hand_are_told_as_running_and_one_that_has_to_begin_again_as_waiting(
    desk: Desk, at_once: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.runtime.report.PROGRESS_EVERY_S", 0.05)
    at_once(3)
    stage, request = Led(), pictures(desk, 4)

    def told(*states: str) -> bool:
        def now() -> list[ItemState]:
            body = desk.store.get(items_key(request.run, request.sha256(), 1))
            return [each.state for each in states_in(body, "the items").items] if body else []

        return eventually(lambda: [str(each) for each in now()] == list(states), WAIT_S)

    with running(desk, request, stage) as attempt:
        assert told("running", "running", "running", "waiting")
        stage.tell(3, DeviceOutOfMemory("too much"))
        assert told("running", "running", "waiting", "waiting")
        stage.tell(2)
        assert told("running", "made", "waiting", "waiting")
        for number in (1, 3, 4):
            stage.tell(number)
        attempt.result()
    assert told("made", "made", "made", "made")


def test_what_another_run_makes_is_waited_for_and_made_if_it_gives_it_up(
    desk: Desk, at_once: Callable[[int], None]
) -> None:
    at_once(2)
    stage, request = Led(), pictures(desk, 3)
    other = request.model_copy(update={"run": request.run.model_copy(update={"run_id": "run-2"})})
    with ExitStack() as others:
        claims = others.enter_context(Claims(other, 1, desk.store))
        claims.take(LookedUp(resolve(request, desk.store).wanted[0], None))
        with running(desk, request, stage) as attempt:
            assert has(stage, 2, 3)
            stage.tell(2)
            stage.tell(3)
            assert records(desk, 2)
            others.close()
            assert has(stage, 1)
            stage.tell(1)
            assert attempt.result().counts.made == 3
