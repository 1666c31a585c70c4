"""What the runner promises, on a real store."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event
from typing import Any

import pytest

from include.contract.brief import Brief
from include.contract.errors import (
    AtelierError,
    Cause,
    CheckFailed,
    DeviceOutOfMemory,
    ItemsFailed,
    ItemsRejected,
    Preempted,
    RejectedContent,
)
from include.contract.failures import Progress
from include.contract.item_states import ItemNow, states_in
from include.contract.keys import items_key, progress_key, stage_key
from include.contract.manifests import Outcome, StageContent
from include.contract.requests import StageRequest
from include.contract.values import StageKind
from include.runtime.item_states import HERE
from include.runtime.models.load_times import LoadPart
from include.runtime.stage import ItemResult, ModelFiles, Work
from tests.include.runtime.desk import HONEY, Desk, WordsStage, desk_on, eventually, script_and_images


def test_a_stage_makes_its_items_in_order_and_leaves_manifest_records_and_stage_content(desk: Desk) -> None:
    _, images = script_and_images(desk)
    manifest = desk.run(images)
    assert (manifest.counts.planned, manifest.counts.made) == (3, 3)
    lines = desk.lines(images)
    assert [line.item for line in lines] == ["honey-bees/01", "honey-bees/02", "honey-bees/03"]
    assert desk.store.blob(lines[1].outputs[0].sha256).startswith(b"DRAW 2 ")
    content = desk.store.read(stage_key(StageKind.IMAGE, images.stage_fingerprint))
    assert content is not None
    assert StageContent.model_validate_json(content.body).content_digest == manifest.content_digest


def test_an_item_whose_record_exists_is_never_computed_again(desk: Desk) -> None:
    _, images = script_and_images(desk)
    first = desk.run(images)
    desk.run_id = "run-2"
    again = WordsStage()
    manifest = desk.run(desk.request("image.scene", HONEY, upstreams=[script_and_images(desk)[0]]), again)
    assert again.made == []
    assert (manifest.counts.reused, manifest.content_digest) == (3, first.content_digest)
    assert manifest.saved_s == first.spent_s


def test_another_take_of_one_scene_makes_that_scene_alone(desk: Desk) -> None:
    text, images = script_and_images(desk)
    desk.run(images)
    another = HONEY.model_copy(update={"variations": {"image/02": 1}})
    text_again = desk.request("script.narrated", another)
    assert text_again == text
    stage = WordsStage()
    retake = desk.request("image.scene", another, upstreams=[text_again])
    desk.run(retake, stage)
    assert stage.made == ["honey-bees/02"]
    before, after = ([line.outputs[0].sha256 for line in desk.lines(each)] for each in (images, retake))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]


def test_what_a_recipe_warns_of_is_logged_and_recorded(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    class Doubtful(WordsStage):
        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            return [ItemResult(one.outputs, {"warnings": ["music: is silent"]}) for one in super().process(batch)]  # type: ignore[union-attr]

    request = desk.request("script.narrated", HONEY)
    desk.run(request, Doubtful())
    assert ("WARNING", "honey-bees: music: is silent") in [(r.levelname, r.getMessage()) for r in caplog.records]
    fingerprint = desk.lines(request)[0].fingerprint
    assert fingerprint is not None
    assert desk.record(StageKind.TEXT, fingerprint).warnings == ("music: is silent",)


class SlowToLoad(WordsStage):
    """Takes its model to a device, for as long as a clock can tell."""

    def setup(self, model: ModelFiles) -> None:
        with model.times.during(LoadPart.DEVICE):
            until = time.monotonic() + 0.005
            while time.monotonic() < until:
                pass


def test_how_long_the_model_took_to_be_ready_stands_in_the_record(desk: Desk) -> None:
    request = desk.request("script.narrated", Brief(topic="Honey"))
    desk.run(request, SlowToLoad())
    (line,) = desk.lines(request)
    load = desk.record(StageKind.TEXT, str(line.fingerprint)).provenance.model_load
    assert load is not None
    assert 0.005 <= load.device_s <= load.total_s


def test_what_a_recipe_tells_of_an_item_in_hand_is_reported_and_gone_when_it_is_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.runtime.report.PROGRESS_EVERY_S", 0.05)
    request = desk.request("script.narrated", HONEY)

    def reported() -> Progress:
        body = desk.store.read(progress_key(request.run, request.sha256(), 1))
        return Progress.model_validate_json(body.body) if body else Progress()

    class Slow(WordsStage):
        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            batch[0].tell(0.4)
            eventually(lambda: reported().in_hand == 0.4)
            return super().process(batch)

    desk.run(request, Slow())
    assert (reported().done, reported().in_hand) == (1, 0)


def told_items(desk: Desk, request: StageRequest) -> list[ItemNow]:
    """What the attempt tells of its items."""
    body = desk.store.get(items_key(request.run, request.sha256(), desk.attempt))
    return [] if body is None else list(states_in(body, "the items").items)


def test_where_each_item_is_made_is_told_meanwhile_and_what_became_of_it_is_told_as_in_the_manifest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.runtime.report.PROGRESS_EVERY_S", 0.05)
    _, images = script_and_images(desk)
    seen: list[list[ItemNow]] = []

    class Picky(WordsStage):
        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            if batch[0].item.endswith("/01"):
                eventually(lambda: any(each.state == "running" for each in told_items(desk, images)))
                seen.append(told_items(desk, images))
            refusals = [RejectedContent("no") if work.item.endswith("/02") else None for work in batch]
            return [refusal or made for refusal, made in zip(refusals, super().process(batch), strict=True)]

    with pytest.raises(ItemsRejected):
        desk.run(images, Picky())
    (meanwhile,) = seen
    assert [str(each.state) for each in meanwhile] == ["running", "running", "waiting"]
    assert {(each.node, each.tries) for each in meanwhile[:2]} == {(HERE, 1)}
    told = [(each.item, each.state, each.cause, each.message) for each in told_items(desk, images)]
    assert told == [(line.item, line.outcome, line.cause, line.message) for line in desk.lines(images)]


def test_equal_items_of_a_stage_are_computed_once(desk: Desk) -> None:
    twins = [HONEY.model_copy(update={"id": name}) for name in ("one", "two")]
    stage = WordsStage()
    request = desk.request("script.narrated", *twins)
    manifest = desk.run(request, stage)
    assert stage.made == ["one"]
    assert [line.outcome for line in desk.lines(request)] == [Outcome.MADE, Outcome.REUSED]
    assert [str(each.state) for each in told_items(desk, request)] == ["made", "reused"]
    assert manifest.counts.planned == 2


@pytest.mark.parametrize("attributes", [{"loudness": float("nan")}, {"word": "\ud800"}])
def test_what_could_not_be_read_again_fails_its_item_and_is_not_recorded(desk: Desk, attributes: Any) -> None:
    class Noisy(WordsStage):
        def script(self, work: Work) -> ItemResult:
            return replace(super().script(work), attributes=attributes)

    text = desk.request("script.narrated", HONEY, max_failed_share=1.0)
    assert desk.run(text, Noisy()).counts.failed == 1
    (line,) = desk.lines(text)
    assert line.cause is Cause.CHECK_FAILED
    assert "cannot be recorded: " in line.message
    assert not re.search(r"pydantic|Input should|Error serializing|validation error", line.message)
    assert desk.records(StageKind.TEXT) == []


def test_of_two_writers_the_first_stays_and_both_manifests_name_it(desk: Desk, unclaimed: None) -> None:
    both_computed = Barrier(2, timeout=20)

    class Different(WordsStage):
        def script(self, work: Work) -> ItemResult:
            product = super().script(work)
            title = next(output for output in product.outputs if output.name == "title")
            title.path.write_text(str(work.scratch))
            both_computed.wait()
            return product

    other = desk_on(desk.store.connection, desk.store.domain.bucket, desk.scratch / "other")
    other.run_id = "run-2"
    requests = [(each, each.request("script.narrated", HONEY)) for each in (desk, other)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda pair: pair[0].run(pair[1], Different()), requests))
    first, second = (each.lines(request)[0] for each, request in requests)
    assert first.outputs == second.outputs


def test_failed_items_stand_in_the_manifest_and_the_rest_goes_on(desk: Desk) -> None:
    _, images = script_and_images(desk)

    class Second(WordsStage):
        def image(self, work: Work) -> ItemResult:
            if work.item.endswith("02"):
                raise CheckFailed("the picture is blank")
            return super().image(work)

    tolerant = images.model_copy(update={"execution": images.execution.model_copy(update={"max_failed_share": 0.4})})
    manifest = desk.run(tolerant, Second())
    assert (manifest.counts.made, manifest.counts.failed) == (2, 1)
    assert manifest.failures[0].message == "the picture is blank"
    assert desk.store.read(stage_key(StageKind.IMAGE, images.stage_fingerprint)) is None
    with pytest.raises(ItemsFailed, match=r"1 of 3 items failed.*honey-bees/02: the picture is blank"):
        desk.run(images, Second())
    assert desk.run(images).counts.made == 1


def test_failures_that_no_retry_mends_are_permanent(desk: Desk) -> None:
    class Refusing(WordsStage):
        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            return [RejectedContent("no") for _ in batch]

    with pytest.raises(ItemsRejected):
        desk.run(desk.request("script.narrated", HONEY), Refusing())


def test_a_model_that_loads_is_not_waited_for_by_an_attempt_that_stops(desk: Desk) -> None:
    loaded = Event()

    class Loading(WordsStage):
        def setup(self, model: ModelFiles) -> None:
            desk.stop.set()
            loaded.wait()

    try:
        with pytest.raises(Preempted, match="asked to stop with 0 of 1 items done"):
            desk.run(desk.request("script.narrated", HONEY), Loading())
    finally:
        loaded.set()


def test_a_bug_takes_down_its_item_alone(desk: Desk) -> None:
    _, images = script_and_images(desk)

    class Buggy(WordsStage):
        def image(self, work: Work) -> ItemResult:
            if work.item.endswith("01"):
                raise KeyError("oops")
            return super().image(work)

    with pytest.raises(ItemsFailed, match="KeyError: 'oops'"):
        desk.run(images, Buggy())
    assert desk.manifest(images).counts.made == 2


def test_a_batch_that_is_too_large_for_the_device_is_halved(desk: Desk) -> None:
    _, images = script_and_images(desk)
    sizes: list[int] = []

    def refuse_two(batch: Sequence[Work]) -> None:
        sizes.append(len(batch))
        if len(batch) > 1:
            raise DeviceOutOfMemory("too large")

    manifest = desk.run(images, WordsStage(before=refuse_two))
    assert manifest.counts.made == 3
    assert sizes == [2, 1, 1, 1]
    assert manifest.fitting_batch_size == 1


def test_what_fitted_the_device_holds_for_the_rest_of_the_attempt_and_stands_in_its_manifest(desk: Desk) -> None:
    text = desk.request("script.narrated", HONEY)
    assert desk.run(text, WordsStage(scenes=16)).fitting_batch_size is None
    sizes: list[int] = []

    def refuse_more_than_two(batch: Sequence[Work]) -> None:
        sizes.append(len(batch))
        if len(batch) > 2:
            raise DeviceOutOfMemory("too large")

    images = desk.request("image.scene", HONEY, upstreams=[text], batch_size=8)
    manifest = desk.run(images, WordsStage(before=refuse_more_than_two))
    assert manifest.fitting_batch_size == 2
    assert sizes == [8, 4, 2, 2, 2, 2, 2, 2, 2, 2]
    assert [line.outcome for line in desk.lines(images)] == [Outcome.MADE] * 16


def test_an_item_whose_input_is_missing_is_skipped_and_named(desk: Desk) -> None:
    other = Brief(topic="Other")

    class First(WordsStage):
        def script(self, work: Work) -> ItemResult:
            if work.item == "other":
                raise CheckFailed("no")
            return super().script(work)

    text = desk.request("script.narrated", HONEY, other, max_failed_share=0.5)
    desk.run(text, First())
    images = desk.request("image.scene", HONEY, other, upstreams=[text])
    manifest = desk.run(images)
    assert (manifest.counts.made, manifest.counts.skipped) == (3, 1)
    assert manifest.failures[0].message == "its input is missing: text of other"


def test_asked_to_stop_it_keeps_what_is_done_and_the_next_attempt_makes_the_rest(desk: Desk) -> None:
    _, images = script_and_images(desk)
    slow = WordsStage(before=lambda batch: desk.stop.set())
    with pytest.raises(Preempted, match="2 of 3 items done"):
        desk.run(images, slow)
    desk.stop.clear()
    rest = WordsStage()
    desk.run(images, rest)
    assert rest.made == ["honey-bees/03"]


def test_shards_make_every_item_just_once(desk: Desk) -> None:
    text = desk.request("script.narrated", HONEY)
    desk.run(text, WordsStage(scenes=12))
    made: list[str] = []
    for index in range(3):
        stage = WordsStage()
        desk.run(desk.request("image.scene", HONEY, upstreams=[text], shard={"index": index, "count": 3}), stage)
        made += stage.made
    assert sorted(made) == [f"honey-bees/{number:02d}" for number in range(1, 13)]


def test_the_next_batch_is_fetched_and_the_last_one_recorded_while_this_one_computes(desk: Desk) -> None:
    _, images = script_and_images(desk)
    one_by_one = images.model_copy(update={"execution": images.execution.model_copy(update={"batch_size": 1})})
    seen: list[tuple[bool, bool]] = []

    def look_around(batch: Sequence[Work]) -> None:
        fetched = eventually(lambda: len(list((desk.scratch / "items").iterdir())) > 1)
        recorded = eventually(lambda: len(desk.records(StageKind.IMAGE)) == len(seen))
        seen.append((fetched, recorded))

    desk.run(one_by_one, WordsStage(before=look_around))
    assert seen[:2] == [(True, True), (True, True)], "(next fetched, last recorded) during the first two batches"
