"""The publishing task: never taken from another run, not done twice by a retry, and told as what it publishes (W10)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from airflow.sdk import Asset
from airflow.serialization.serialized_objects import DagSerialization

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.errors import StoreAway
from include.contract.keys import request_key
from include.contract.labels import NoLabel
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.dags.assembly import dag_of
from operators.retry import StageFailed
from operators.stages.publish import PublishOperator
from tests.operators.conftest import Run, films
from tests.operators.context import StateStore, Ti, context_of
from tests.operators.left import manifest
from tests.wiring import reading

TRIES = 2 + 5
"""Of the work and of the infrastructure."""


def publishing(deployment: Deployment, **arguments: Any) -> PublishOperator:
    return PublishOperator(
        task_id="publish",
        recipe="publish.video",
        place="films",
        title="Films",
        description="Films.",
        language="de",
        retries=2,
        deployment=deployment,
        # What the second of them made is not looked at here.
        inputs={port: "image" if stage == "video" else stage for port, stage in reading("publish.video").items()},
        **arguments,
    )


def made(deployment: Deployment, run_id: str = "manual__1", at: datetime | None = None) -> Run:
    """A run whose stages are done."""
    run = Run(deployment, run_id)
    run.brief({"topic": "Bees"}, at=at)
    run.text()
    run.image()
    return run


def published(run: Run) -> dict[str, Any]:
    return run.run_stage(publishing(run.deployment))


def request(store: Store, reference: dict[str, Any]) -> StageRequest:
    (sha256,) = [part for part in str(reference["manifest"]).split("/") if len(part) == 64]
    body = store.get(request_key(sha256))
    assert body is not None
    return StageRequest.model_validate_json(body)


def test_the_request_says_as_what_and_under_which_day(deployment: Deployment, store: Store) -> None:
    deployment = deployment.model_copy(update={"public_url": "https://media.example.org/"})
    run = made(deployment, at=datetime(2026, 11, 25, 6, tzinfo=UTC))
    publication = request(store, published(run)).publication
    assert publication is not None
    assert (publication.content_type, publication.title, publication.language) == ("films", "Films", "de")
    assert publication.day == date(2026, 11, 25)
    assert publication.public_url == "https://media.example.org/"


@pytest.mark.parametrize("shown", [True, False])
def test_a_film_that_does_not_show_its_subtitles_is_published_as_such(
    deployment: Deployment, store: Store, shown: bool
) -> None:
    run = made(deployment)
    stages = {"text": {"recipe": "script.narrated"}, "photo": {"recipe": "image.scene"}}
    stages |= {"speech": {"recipe": "speech.narration"}}
    stages |= {"clip": {"recipe": "clip.still", "params": {"subtitles": shown}}}
    # The stage whose manifest stands for the film's here.
    film = {"recipe": "video.narrated"}
    dag = dag_of(films(stages={**stages, "image": film, "publish": {"recipe": "publish.video"}}), deployment)
    publication = request(store, run.run_stage(dag.get_task("publish"))).publication
    assert publication is not None
    assert publication.subtitles_in_picture is shown


def test_who_decided_that_pieces_carry_no_label_is_published_with_them(deployment: Deployment, store: Store) -> None:
    run, task = made(deployment), publishing(deployment, decided_by="Ada", reason="A test.")
    assert b"no_label" not in request(store, published(run)).body()
    publication = request(store, run.run_stage(task)).publication
    assert publication is not None
    assert publication.no_label == NoLabel(decided_by="Ada", reason="A test.")


def test_other_stages_publish_nothing(deployment: Deployment, store: Store) -> None:
    run = made(deployment)
    assert request(store, run.xcoms["text"]).publication is None


def test_every_run_publishes_though_the_same_was_published_before(deployment: Deployment) -> None:
    first, second = made(deployment, "manual__1"), made(deployment, "manual__2")
    assert published(first)["process_started"]
    assert not second.xcoms["image"]["process_started"]
    assert published(second)["process_started"]


def test_a_retry_takes_what_its_own_earlier_try_has_done(deployment: Deployment, store: Store) -> None:
    run = made(deployment)
    first = published(run)
    run.try_number = 2
    before = store.read(first["manifest"])
    assert published(run) == first
    assert store.read(first["manifest"]) == before
    assert manifest(store, first).attempt == 1


def test_a_task_that_has_begun_does_not_trust_what_its_process_may_have_left_half_done(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operators.stages.publish.standing", lambda *_: None)
    run = made(deployment)
    with monkeypatch.context() as stopped:
        stopped.setattr("operators.engines.process.ProcessEngine.run", _stopped)
        with pytest.raises(StageFailed):
            published(run)
    monkeypatch.setattr("operators.stages.publish.standing", lambda *_: [])
    assert published(run)["process_started"], "by the same number, as after a lost deferral"


def _stopped(*_: Any) -> None:
    raise StoreAway("the store is away")


def test_who_clears_the_task_has_it_published_again_though_all_of_it_seems_to_stand(
    deployment: Deployment, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = made(deployment)
    first = published(run)
    monkeypatch.setattr("operators.stages.publish.standing", lambda *_: [])
    cleared = Ti("publish", run.xcoms, try_number=2, max_tries=1 + TRIES)
    publishing(deployment).execute(context_of(cleared, state=StateStore()))
    assert run.xcoms["publish"]["manifest"] == first["manifest"]
    assert manifest(store, first).attempt == 2


def test_publishing_is_one_task() -> None:
    stages = {
        "text": {"recipe": "script.narrated"},
        "image": {"recipe": "image.scene"},
        "speech": {"recipe": "speech.narration"},
        "clip": {"recipe": "clip.still"},
        "video": {"recipe": "video.narrated"},
        "publish": {"recipe": "publish.video", "shards": 2},
    }
    told = {"name": "films", "title": "Films", "description": "Films.", "stages": stages}
    with pytest.raises(ValueError, match="publish.shards: publishing is one task for all pieces; remove it"):
        ContentType.model_validate(told)


def test_a_content_type_publishes_after_what_it_publishes(deployment: Deployment) -> None:
    recipes = ("script.narrated", "image.scene", "speech.narration", "clip.still", "video.narrated", "publish.video")
    stages = {recipe_named(name).kind.value: {"recipe": name} for name in recipes}
    dag = dag_of(films(stages=stages), deployment)
    task = dag.task_dict["publish"]
    assert isinstance(task, PublishOperator)
    assert task.upstream_task_ids == {"video"}
    assert task.read == reading("publish.video")
    assert [outlet.name for outlet in task.outlets] == ["films"]
    DagSerialization.validate_schema(DagSerialization.to_dict(dag))


def test_further_assets_are_updated_beside_its_own(deployment: Deployment) -> None:
    told = {"recipe": "publish.video", "place": "films", "title": "Films", "description": "Films."}
    task = PublishOperator(task_id="publish", outlets=[Asset("news")], deployment=deployment, **told)
    assert [outlet.name for outlet in task.outlets] == ["films", "news"]


def test_a_webhook_is_told_of_what_is_published(deployment: Deployment) -> None:
    recipes = ("script.narrated", "image.scene", "speech.narration", "clip.still", "video.narrated", "publish.video")
    stages = {recipe_named(name).kind.value: {"recipe": name} for name in recipes}
    (told,) = dag_of(films(stages=stages, webhook="newsroom"), deployment).task_dict["publish"].on_success_callback
    assert (told.connection_id, told.allows_private) == ("newsroom", False)
    with pytest.raises(ValueError, match="no stage publishes; remove it, or add a `deadline_h`"):
        films(webhook="newsroom")
