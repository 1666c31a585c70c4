from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from include.contract.deployments import Deployment, Profile
from include.contract.keys import learnt_key, request_key
from include.contract.registry import recipes
from include.contract.requests import Execution, StageRequest
from include.store.store import Store
from operators.retry import Remedy, StageFailed
from operators.stages.resource_hints import BatchLimit, Learnt, Lesson, lesson_of
from tests.include.contract.test_requests import request
from tests.operators.conftest import Run
from tests.operators.context import StateStore, Ti, context_of
from tests.operators.left import manifest

KEY = learnt_key("0" * 64)
PROFILE = Profile(cpu=1, memory_mib=512, memory_max_mib=2048)


def asking_for(batch_size: int | None) -> StageRequest:
    return request().model_copy(update={"execution": Execution(batch_size=batch_size)})


def test_a_first_run_starts_with_what_the_profile_says(store: Store) -> None:
    assert Learnt.read(store, KEY).memory_within(PROFILE) == 512
    assert Learnt.read(store, KEY).batch_size is None


@pytest.mark.parametrize(("learnt_mib", "asks_mib"), [(1024, 1024), (4096, 2048), (256, 512)])
def test_a_later_run_starts_with_what_was_learnt_as_far_as_the_profile_allows_it_now(
    store: Store, learnt_mib: int, asks_mib: int
) -> None:
    Learnt(memory_mib=learnt_mib).keep(store, KEY)
    assert Learnt.read(store, KEY).memory_within(PROFILE) == asks_mib


def test_memory_is_raised_from_try_to_try_as_far_as_the_profile_goes_and_kept_for_later_runs(store: Store) -> None:
    lesson = Lesson.of(request(), "small", store)
    assert lesson.more_memory(PROFILE) == Remedy("with 1024 MiB instead of 512")
    assert lesson.more_memory(PROFILE) == Remedy("with 2048 MiB instead of 1024")
    exhausted = lesson.more_memory(PROFILE)
    assert exhausted == Remedy("profile `small` allows no more than 2048 MiB (`memory_max_mib`)", is_exhausted=True)
    assert Lesson.of(request(), "small", store).learnt() == Learnt(memory_mib=2048)
    assert Lesson.of(request(), "large", store).learnt() == Learnt()


def test_of_batches_that_fitted_the_smallest_is_kept_beside_what_is_known_of_memory(store: Store) -> None:
    lesson = Lesson.of(request(), "small", store)
    lesson.more_memory(PROFILE)
    for fitting, kept in ((4, 4), (8, 4), (2, 2)):
        lesson.fewer_at_once(fitting)
        assert lesson.learnt() == Learnt(memory_mib=1024, batch_size=kept)


def test_what_was_learnt_of_batches_says_nothing_of_memory(store: Store) -> None:
    Learnt(batch_size=4).keep(store, KEY)
    assert Learnt.read(store, KEY) == Learnt(memory_mib=None, batch_size=4)
    assert Learnt.read(store, KEY).memory_within(PROFILE) == 512


@pytest.mark.parametrize("body", [b"{", b'{"memory_mib": "much"}', b'{"batch_size": 0}', b"\xff"])
def test_a_lesson_that_cannot_be_read_is_none(store: Store, body: bytes) -> None:
    store.put(KEY, body)
    assert Learnt.read(store, KEY) == Learnt()


@pytest.mark.parametrize(
    ("own", "learnt", "asks"), [(8, 4, 4), (8, None, 8), (2, 4, 2), (4, 4, 4), (None, 4, None), (None, None, None)]
)
def test_the_smaller_of_own_and_learnt_batch_size_is_asked_for(
    own: int | None, learnt: int | None, asks: int | None
) -> None:
    assert BatchLimit(batch_size=learnt).on(asking_for(own)).execution.batch_size == asks


def test_a_recipe_that_makes_its_items_side_by_side_makes_no_more_at_once_than_was_learnt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = asking_for(None)
    monkeypatch.setitem(recipes(), asked.recipe, replace(recipes()[asked.recipe], at_once=8))
    assert asked.at_once == 8
    assert BatchLimit(batch_size=2).on(asked).at_once == 2
    assert BatchLimit(batch_size=8).on(asked).body() == asked.body()


def test_a_request_that_no_lesson_touches_keeps_its_bytes_and_any_keeps_its_fingerprint() -> None:
    asked = asking_for(8)
    assert BatchLimit(batch_size=None).on(asked).body() == asked.body()
    assert BatchLimit(batch_size=8).on(asked).body() == asked.body()
    assert BatchLimit(batch_size=4).on(asked).stage_fingerprint == asked.stage_fingerprint


@pytest.mark.parametrize("limit", [4, None])
def test_what_a_task_knew_when_it_first_ran_stays_with_it(limit: int | None) -> None:
    context = context_of(Ti("image"), state=StateStore())
    assert BatchLimit.found(context) is None
    BatchLimit(batch_size=limit).keep(context)
    assert BatchLimit.found(context) == BatchLimit(batch_size=limit)


def test_a_lesson_is_of_one_recipe_model_and_profile_whatever_the_brief() -> None:
    asked = request()
    other_model = asked.model_copy(update={"model": asked.model.model_copy(update={"variant": "int8"})})
    other_recipe = asked.model_copy(update={"recipe": "image.scene"})
    lessons = [lesson_of(each, "gpu-24g") for each in (asked, other_model, other_recipe)]
    assert len({*lessons, lesson_of(asked, "gpu-80g")}) == 4
    assert lesson_of(asked.model_copy(update={"orders": ()}), "gpu-24g") == lessons[0]


def batch_size(store: Store, reference: Mapping[str, object]) -> int | None:
    request = store.get(request_key(manifest(store, reference).request))
    assert request is not None
    return StageRequest.model_validate_json(request).execution.batch_size


def test_the_next_run_begins_with_the_batches_that_fitted_the_device(deployment: Deployment, store: Store) -> None:
    asked, made_of = [], []
    for number, own in enumerate([8, 8, 1]):
        run = Run(deployment, f"manual__{number}", batch_size=own)
        run.brief({"id": "large", "topic": f"Bees {number}"})
        run.text()
        made = run.image()
        asked.append(batch_size(store, made))
        made_of.append(manifest(store, made).fitting_batch_size)
    assert asked == [8, 2, 1]
    assert made_of == [2, None, None]


def test_a_lesson_does_not_raise_a_recipes_own_batch_size(deployment: Deployment, store: Store) -> None:
    runs = [Run(deployment, "manual__1", batch_size=8), Run(deployment, "manual__2")]
    for number, run in enumerate(runs):
        run.brief({"id": "large", "topic": f"Bees {number}"})
        run.text()
        run.image()
    assert [batch_size(store, run.xcoms["image"]) for run in runs] == [8, None]


def test_what_is_learnt_changes_neither_the_result_nor_what_later_tries_ask_for(
    deployment: Deployment, store: Store
) -> None:
    run, other = Run(deployment, "manual__1", batch_size=8), Run(deployment, "manual__2", batch_size=8)
    for each in (run, other):
        each.brief({"id": "large", "topic": "Bees"})
        each.text()
    first = run.image()
    run.try_number = 2
    assert run.image() == first
    reused = other.image()
    assert reused["process_started"] is False
    assert reused["content_digest"] == first["content_digest"]


def test_a_stage_that_failed_has_learnt_as_well(deployment: Deployment, store: Store) -> None:
    unlucky, next_run = Run(deployment, "manual__1", batch_size=8), Run(deployment, "manual__2", batch_size=8)
    unlucky.brief({"id": "unlucky", "topic": "Bees"})
    unlucky.text()
    with pytest.raises(StageFailed, match="is unlucky"):
        unlucky.image()
    next_run.brief({"id": "large", "topic": "Other bees"})
    next_run.text()
    assert batch_size(store, next_run.image()) == 2
