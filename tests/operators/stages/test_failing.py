from __future__ import annotations

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import InputLost, UnknownModel
from include.contract.failures import failure_of
from include.contract.manifests import Shard
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.stages.failing import in_full
from operators.stages.request import request_of
from tests.operators.conftest import Run
from tests.operators.context import Ti, context_of
from tests.wiring import reading

STAGES = "v1/stages/"


@pytest.fixture
def run(deployment: Deployment) -> Run:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    run.text()
    return run


def request_for(run: Run, store: Store, stage: str, recipe: str) -> StageRequest:
    settings, inputs = StageSettings(recipe=recipe), reading(recipe)
    context, entries = context_of(Ti(stage, run.xcoms)), run.entries(store)
    return request_of(
        context, store, run.deployment, entries, stage=stage, settings=settings, inputs=inputs, shard=Shard()
    )


def test_a_lost_input_is_told_with_the_task_that_makes_it_again(run: Run, store: Store) -> None:
    request = request_for(run, store, "image", "image.scene")
    told = in_full(failure_of(InputLost("a picture's prompt is gone")), store, request, 1).message
    assert told == "a picture's prompt is gone\nClear `text` with its downstream tasks to make it again."
    assert store.listed(STAGES) == []


def test_a_lost_model_takes_nothing_of_the_stages_above(run: Run, store: Store) -> None:
    request = request_for(run, store, "image", "image.scene")
    failure = failure_of(UnknownModel("a file of the model is gone; add the model again"))
    assert in_full(failure, store, request, 1) == failure
    assert len(store.listed(STAGES)) == 1


def test_where_no_task_makes_what_is_lost_none_is_named(run: Run, store: Store) -> None:
    failure = failure_of(InputLost("it is gone"))
    assert in_full(failure, store, request_for(run, store, "text", "script.narrated"), 1) == failure
