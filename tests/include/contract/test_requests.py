"""Requests: an old image asked by a new operator refuses, and nothing unknown passes (W7, I5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from include.contract.artifacts import ModelIdentity
from include.contract.brief import Brief
from include.contract.canonical import canonical_tree
from include.contract.errors import BadRequest
from include.contract.manifests import RunRef, Shard
from include.contract.registry import recipes
from include.contract.requests import Execution, StageRequest, order_of, read_request, stage_identity
from include.contract.values import Mood

MODEL = ModelIdentity(name="test/model", revision="1", digest="ab" * 32)


def request() -> StageRequest:
    recipe = recipes()["script.narrated"]
    orders = (order_of("text", recipe, Brief(topic="Bees"), {}),)
    return StageRequest(
        kind=recipe.kind,
        recipe=recipe.name,
        revision=recipe.revision,
        model=MODEL,
        stage_fingerprint=stage_identity(recipe, MODEL, orders, ())[1],
        run=RunRef(dag_id="d", run_id="r", task_id="text"),
        orders=orders,
    )


def changed(change: Callable[[dict[str, Any]], None]) -> tuple[bytes, str]:
    tree = json.loads(request().body())
    change(tree)
    body = json.dumps(tree).encode()
    return body, hashlib.sha256(body).hexdigest()


def test_a_request_comes_back_as_it_was() -> None:
    asked = request()
    assert read_request(asked.body(), asked.sha256()) == asked


def test_a_request_without_shards_has_the_bytes_that_it_always_had() -> None:
    execution = '"execution":{"batch_size":null,"max_failed_share":0.0,"grace_s":25.0,"shard":{"index":0,"count":1}}}'
    assert request().body().decode().endswith(execution)


def test_an_order_without_variations_has_the_bytes_and_the_stage_that_it_always_had() -> None:
    assert b'"variation":0,"seed":null' in request().body()
    preimage, _ = stage_identity(recipes()["script.narrated"], MODEL, request().orders, ())
    (order,) = preimage["orders"]
    assert sorted(order) == ["brief", "files", "params", "seed", "variation"]


def test_another_take_of_one_scene_asks_for_another_stage_of_that_kind_alone() -> None:
    def stage(recipe: str, **brief: Any) -> str:
        order = order_of(recipe.partition(".")[0], recipes()[recipe], Brief(topic="Bees", **brief), {})
        return stage_identity(recipes()[recipe], MODEL, (order,), ())[1]

    wanted = {"image/03": 1}
    assert stage("image.scene", variations=wanted) != stage("image.scene")
    assert stage("speech.narration", variations=wanted) == stage("speech.narration")


def test_a_shard_asks_for_the_same_stage() -> None:
    shared = request().model_copy(update={"execution": Execution(shard=Shard(index=2, count=3))})
    assert read_request(shared.body(), shared.sha256()) == shared
    assert shared.stage_fingerprint == request().stage_fingerprint
    assert shared.sha256() != request().sha256()


@pytest.mark.parametrize(
    ("recipe", "asked", "together", "batch_size", "at_once"),
    [
        ({}, None, 1, 1, 1),
        ({}, 3, 3, 3, 1),
        ({"batch_size": 4}, None, 4, 4, 1),
        ({"batch_size": 4}, 2, 2, 2, 1),
        ({"at_once": 8}, None, 8, 1, 8),
        ({"at_once": 8}, 2, 2, 1, 2),
        ({"at_once": 8}, 16, 16, 1, 16),
        ({"at_once": 8}, 1, 1, 1, 1),
    ],
)
def test_items_are_computed_together_in_a_batch_or_side_by_side(
    monkeypatch: pytest.MonkeyPatch,
    recipe: dict[str, Any],
    asked: int | None,
    together: int,
    batch_size: int,
    at_once: int,
) -> None:
    before = request()
    monkeypatch.setitem(recipes(), "script.narrated", replace(recipes()["script.narrated"], **recipe))
    now = request().model_copy(update={"execution": Execution(batch_size=asked)})
    assert (now.together, now.batch_size, now.at_once) == (together, batch_size, at_once)
    assert now.stage_fingerprint == before.stage_fingerprint


def test_other_bytes_than_the_key_says_are_refused() -> None:
    with pytest.raises(BadRequest, match="holds bytes with the digest"):
        read_request(request().body(), "00" * 32)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda tree: tree.update(revision=99),
            "run the stage in the image built from the same version as the operator",
        ),
        (lambda tree: tree.update(kind="image"), "this runtime has"),
        (lambda tree: tree.update(contract=2), "this runtime has"),
        (lambda tree: tree.update(recipe="script.sonnet"), "is not known; allowed: "),
        (lambda tree: tree.update(surprise=1), "surprise: is not a field"),
        (lambda tree: tree.update(stage_fingerprint="00" * 32), "different versions"),
        (lambda tree: tree["orders"][0]["params"].update(topic="Wasps"), "different versions"),
        (lambda tree: tree["orders"][0]["params"].update(mood="sad"), "allowed: topic, language"),
        (lambda tree: tree["execution"]["shard"].update(index=1), "is not below `count`"),
        (lambda tree: tree["model"].update(revision="latest"), "moves; name a revision that never changes"),
    ],
)
def test_a_request_that_this_runtime_would_answer_otherwise_is_refused(
    change: Callable[[dict[str, Any]], None], says: str
) -> None:
    body, sha256 = changed(change)
    with pytest.raises(BadRequest, match=says.replace("(", r"\(")):
        read_request(body, sha256)


def test_settings_of_the_content_type_come_under_those_of_the_brief() -> None:
    order = order_of("clip", recipes()["clip.still"], Brief(topic="Bees", aspect="1:1"), {"fps": 25, "aspect": "16:9"})
    assert (order.params["fps"], order.params["aspect"], order.params["title_card_s"]) == (25, "1:1", 2.5)


@pytest.mark.parametrize(
    ("music", "heard"),
    [(False, (False, None)), (True, (True, None)), ("tender", (True, "tender")), ("a.mp3", (True, None))],
)
def test_music_is_none_of_any_mood_or_of_one(music: bool | str, heard: tuple[bool, str | None]) -> None:
    for name in ("video.narrated", "audio.podcast"):
        order = order_of("any", recipes()[name], Brief(topic="Bees", music=music), {})
        assert (order.params["music"], order.params["music_mood"]) == heard


def test_music_of_any_mood_has_the_fingerprint_that_it_had_before_there_were_moods() -> None:
    params = recipes()["video.narrated"].params.model_validate({"music": True})
    assert "music_mood" not in json.dumps(canonical_tree(params))
    assert "music_mood" in json.dumps(canonical_tree(params.model_copy(update={"music_mood": Mood.CALM})))


def test_a_setting_that_a_recipe_does_not_have_is_named_with_those_it_has() -> None:
    with pytest.raises(BadRequest, match=r"frames.*allowed: aspect, short_side_px, fps"):
        order_of("clip", recipes()["clip.still"], Brief(topic="Bees"), {"frames": 25})
