from __future__ import annotations

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import HostOutOfMemory, Preempted
from include.contract.failures import Progress, failure_of
from include.contract.keys import progress_key
from include.contract.manifests import Shard
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.stages.progress import with_progress
from operators.stages.request import request_of
from tests.operators.conftest import Run
from tests.operators.context import Ti, context_of
from tests.wiring import reading

SILENT = failure_of(HostOutOfMemory("killed"))
REPORTED = Progress(total=6, done=2, made=2, phase="making")


@pytest.fixture
def request_made(deployment: Deployment, store: Store) -> StageRequest:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    run.text()
    context = context_of(Ti("image", run.xcoms))
    settings, inputs = StageSettings(recipe="image.scene"), reading("image.scene")
    entries = run.entries(store)
    return request_of(
        context, store, deployment, entries, stage="image", settings=settings, inputs=inputs, shard=Shard()
    )


def test_a_try_that_was_killed_is_told_with_what_it_last_reported(store: Store, request_made: StageRequest) -> None:
    key = progress_key(request_made.run, request_made.sha256(), 2)
    store.put(key, REPORTED.model_dump_json().encode())
    assert with_progress(SILENT, store, request_made, 2).progress == REPORTED
    assert with_progress(SILENT, store, request_made, 1) == SILENT
    store.put(key, b"{")
    assert with_progress(SILENT, store, request_made, 2) == SILENT


def test_what_a_try_said_itself_counts(store: Store, request_made: StageRequest) -> None:
    said = failure_of(Preempted("stopped"), progress=Progress(total=6, done=5))
    store.put(progress_key(request_made.run, request_made.sha256(), 1), REPORTED.model_dump_json().encode())
    assert with_progress(said, store, request_made, 1) == said
