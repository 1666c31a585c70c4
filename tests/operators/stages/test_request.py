from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import InputLost
from include.contract.installed import Distribution
from include.contract.manifests import Manifest, Shard
from include.contract.media_limits import MediaLimits
from include.contract.model_cards import (
    CardFile,
    ModelCard,
    OpenaiSettings,
    TransformersSettings,
    Writes,
    read_reference,
)
from include.contract.models import ModelRegistry
from include.contract.requests import StageRequest, known_models, read_request
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from operators.stages.request import as_left, request_of
from tests.asked import asked_for
from tests.operators.conftest import Run
from tests.operators.context import Ti, context_of
from tests.wiring import reading

PICTURES = StageSettings(recipe="image.scene", batch_size=3, max_failed_share=0.25)


@pytest.fixture
def run(deployment: Deployment) -> Run:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    run.text()
    return run


def request(
    run: Run,
    store: Store,
    shard: Shard,
    map_index: int = -1,
    settings: StageSettings = PICTURES,
    *,
    told: bool = False,
) -> StageRequest:
    return request_of(
        context_of(Ti("image", run.xcoms, map_index=map_index)),
        store,
        run.deployment,
        run.entries(store),
        stage="image",
        settings=settings,
        inputs=reading("image.scene"),
        shard=shard,
        told=told,
    )


def test_every_shard_asks_for_the_same_stage(run: Run, store: Store) -> None:
    whole = request(run, store, Shard())
    shards = [request(run, store, Shard(index=index, count=2), index) for index in range(2)]
    assert {each.stage_fingerprint for each in shards} == {whole.stage_fingerprint}
    assert [each.run.map_index for each in (whole, *shards)] == [-1, 0, 1]
    assert len({each.sha256() for each in (whole, *shards)}) == 3
    assert (whole.execution.batch_size, whole.execution.max_failed_share) == (3, 0.25)


def test_an_upstream_that_was_merged_is_made_by_its_shards(run: Run, store: Store) -> None:
    assert request(run, store, Shard()).upstreams[0].task_id == "text"
    key = run.xcoms["text"]["manifest"]
    manifest = Manifest.model_validate_json(store.get(key) or b"")
    store.put(key, manifest.model_copy(update={"producer": "text_shards"}).model_dump_json().encode())
    assert request(run, store, Shard()).upstreams[0].task_id == "text_shards"
    run.xcoms["text"]["producer"] = "text_shards"
    assert request(run, store, Shard(), told=True).upstreams[0].task_id == "text_shards"


def test_what_xcom_tells_of_an_upstream_makes_the_same_request_and_reads_no_manifest(run: Run, store: Store) -> None:
    whole = request(run, store, Shard())
    with asked_for() as asked:
        told = request(run, store, Shard(), told=True)
        assert "v1/runs/" not in str(asked)
        assert as_left(context_of(Ti("image", run.xcoms)), store, told) is told
        assert "v1/runs/" in str(asked)
    assert told.body() == whole.body()


def test_the_manifest_of_an_upstream_has_the_last_word(run: Run, store: Store) -> None:
    run.xcoms["text"]["content_digest"] = "0" * 64
    told = request(run, store, Shard(), told=True)
    assert told.upstreams[0].content_digest == "0" * 64
    assert as_left(context_of(Ti("image", run.xcoms)), store, told) == request(run, store, Shard())


@pytest.mark.parametrize("left_out", ["kind", "producer", "content_digest"])
def test_an_upstream_of_which_an_older_version_has_told_less_is_read(run: Run, store: Store, left_out: str) -> None:
    whole = request(run, store, Shard())
    del run.xcoms["text"][left_out]
    assert request(run, store, Shard(), told=True) == whole


def test_a_model_of_the_deployment_travels_with_the_request_and_one_that_ships_does_not(
    run: Run, store: Store, tmp_path: Path
) -> None:
    place = {"folder": "/srv/models", "path": "style", "sha256": "ab" * 32}
    model = {"kind": "image", "revision": "1", "licence": "MIT", "files": {"style": place}}
    (tmp_path / "more.yaml").write_text(json.dumps({"other/style": model}))
    run.deployment = run.deployment.model_copy(update={"models": (str(tmp_path / "more.yaml"),)})
    asked = request(run, store, Shard(), settings=PICTURES.model_copy(update={"model": "other/style"}))
    assert asked.execution.registered is not None
    assert asked.execution.registered.identity("other/style") == asked.model
    assert read_request(asked.body(), asked.sha256()) == asked
    assert known_models(asked, ModelRegistry({})).check(asked.model) == asked.execution.registered
    plain = request(run, store, Shard())
    assert plain.execution.registered is None
    assert b"registered" not in plain.body()
    assert b"distribution" not in plain.body()


def test_a_model_of_ones_own_is_resolved_to_its_card_and_the_request_says_that_it_lies_in_the_store(
    run: Run, store: Store
) -> None:
    served = OpenaiSettings(address="https://models.example/v1", server_model="big")
    card = ModelCard(kind=StageKind.TEXT, settings=served, licence="own", commercial=True)
    reference = read_reference("acme/big@1+fp8")
    models = Models(store)
    models.keep(card)
    models.name(reference, card)
    settings = StageSettings(recipe="script.narrated", model=str(reference))
    context, entries = context_of(Ti("text", run.xcoms)), run.entries(store)
    asked = request_of(
        context, store, run.deployment, entries, stage="text", settings=settings, inputs={}, shard=Shard()
    )
    assert asked.model == reference.identity(card)
    assert asked.execution.is_in_store
    assert read_request(asked.body(), asked.sha256()) == asked
    assert b"is_in_store" not in request(run, store, Shard()).body()


def test_the_request_says_what_the_recipe_comes_with_and_is_the_same_stage(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    built_in = request(run, store, Shard())
    monkeypatch.setattr("operators.stages.request.brought_by", lambda name: Distribution(name=name, version="1.2"))
    brought = request(run, store, Shard())
    assert str(brought.execution.distribution) == "image.scene 1.2"
    assert brought.stage_fingerprint == built_in.stage_fingerprint


def test_an_upstream_that_left_nothing_is_named(run: Run, store: Store) -> None:
    del run.xcoms["text"]
    for told in (False, True):
        with pytest.raises(InputLost, match="task `text` left no manifest in XCom.*clear that task"):
            request(run, store, Shard(), told=told)


@pytest.mark.parametrize(
    ("writes", "settings", "batch"),
    [(Writes.WHOLE, {}, 16), (Writes.WHOLE, {"batch_size": 3}, 3), (Writes.SENTENCES, {}, None)],
)
def test_writers_of_whole_pieces_are_asked_many_at_once_and_one_of_sentences_as_the_recipe_says(
    run: Run, store: Store, writes: Writes, settings: dict[str, int], batch: int | None
) -> None:
    card = ModelCard(
        kind=StageKind.TEXT,
        settings=TransformersSettings(writes=writes),
        files={"model.gguf": CardFile(sha256="ab" * 32, bytes=1)},
        licence="MIT",
        commercial=True,
    )
    models, reference = Models(store), read_reference(f"acme/one@{writes.value}")
    models.keep(card)
    models.name(reference, card)
    stage = StageSettings(recipe="script.narrated", model=str(reference), **settings)  # type: ignore[arg-type]
    context = context_of(Ti("text", run.xcoms))
    found = run.entries(store)
    asked = request_of(context, store, run.deployment, found, stage="text", settings=stage, inputs={}, shard=Shard())
    assert asked.execution.batch_size == batch
    assert asked.execution.is_in_store


def test_what_people_bring_travels_by_its_digest_and_its_name_and_limits_are_no_part_of_the_stage(
    run: Run, store: Store, deployment: Deployment
) -> None:
    plain = request(run, store, Shard())
    assert (plain.execution.brought, plain.execution.own_media) == (None, None)
    script = {"title": "Bees", "scenes": [{"narration": "A bee."}, {"narration": "A hive.", "image": "hive.jpg"}]}
    digests = []
    for name in ("hive.jpg", "renamed.jpg"):
        (Path(str(deployment.files)) / name).write_bytes(b"\xff\xd8\xff\xe0 a picture")
        script["scenes"][1]["image"] = name  # type: ignore[index]
        run.brief({"script": script})
        run.text()
        run.deployment = deployment.model_copy(update={"own_media": MediaLimits(picture_mib=3)})
        asked = request(run, store, Shard())
        ((file,),) = (order.files for order in asked.orders)
        assert (file.name, asked.execution.brought) == ("image/02", {file.sha256: name})
        assert asked.execution.own_media == MediaLimits(picture_mib=3)
        digests.append((asked.stage_fingerprint, asked.orders))
    assert digests[0] == digests[1]
