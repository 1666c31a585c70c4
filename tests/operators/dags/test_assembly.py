from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from airflow.sdk import DAG, CronTriggerTimetable
from airflow.sdk.definitions.mappedoperator import MappedOperator
from airflow.sdk.definitions.retry_policy import RetryAction
from airflow.sdk.exceptions import ParamValidationError
from airflow.serialization.serialized_objects import DagSerialization

from include.contract.brief import Brief
from include.contract.errors import BadRequest, StoreAway
from include.contract.registry import recipe_named
from operators.briefs.asked import brief_field
from operators.configuration import DEFAULT_DEPLOYMENT
from operators.dags.loading import load_dags
from operators.refusing import MistakesTold
from operators.stages.kinds import ImageOperator
from operators.stages.merge import MergeOperator
from tests.airflow_home import ROOT
from tests.operators.dags.files import SCHEDULED, SHIPPED, changed, load

INFRASTRUCTURE = 5
"""The deployment's default for tries that the surroundings failed; Airflow's `retries` is both budgets together."""


@pytest.fixture(scope="module")
def dag() -> DAG:
    return load_dags(SHIPPED.parent, DEFAULT_DEPLOYMENT, "narrated_video").dags["narrated_video"]


def test_each_stage_has_its_own_retries_limits_resources_and_page(tmp_path: Path) -> None:
    text = changed().replace("recipe: image.scene", "recipe: image.scene\n    retries: 7\n    retry_delay_s: 3")
    dag = load(tmp_path, film=text).dags["film"]
    image, speech = dag.get_task("image"), dag.get_task("speech")
    assert (image.retries, image.retry_delay) == (7 + INFRASTRUCTURE, timedelta(seconds=3))
    assert (speech.retries, speech.execution_timeout) == (2 + INFRASTRUCTURE, timedelta(seconds=1200))
    assert image.container_resources.limits == {"memory": "4096Mi"}
    assert speech.container_resources.requests == {"cpu": "1", "memory": "2048Mi"}
    assert "`image.scene`" in image.doc_md
    assert "2 CPU, 4096 MiB" in image.doc_md
    assert f"| speech | `speech.narration` r{recipe_named('speech.narration').revision} |" in (dag.doc_md or "")


def test_a_content_type_without_label_says_on_its_page_who_decided_it_and_tells_the_stages_that_bear_one(
    tmp_path: Path,
) -> None:
    lines = "owner: content\nlabel: none\ndecided_by: Ada\nreason: A test."
    dag = load(tmp_path, film=changed().replace("owner: content", lines)).dags["film"]
    assert "No label, decided by Ada: A test." in (dag.doc_md or "")
    assert "**label** `none`" in (dag.get_task("video").doc_md or "")
    assert "**label**" not in (dag.get_task("text").doc_md or "")


def test_a_stage_may_take_its_slots_from_a_pool_of_its_own(tmp_path: Path) -> None:
    dag = load(tmp_path, film=changed().replace("recipe: image.scene", "recipe: image.scene\n    pool: shop")).dags[
        "film"
    ]
    assert (dag.get_task("image").pool, dag.get_task("speech").pool) == ("shop", "default_pool")
    assert "slot(s) of `shop`" in (dag.get_task("image").doc_md or "")


def test_a_dag_survives_serialisation(dag: DAG) -> None:
    once = DagSerialization.to_dict(dag)
    DagSerialization.validate_schema(once)
    again = DagSerialization.from_dict(once)
    assert {t.task_id: t.downstream_task_ids for t in again.tasks} == {
        t.task_id: t.downstream_task_ids for t in dag.tasks
    }
    assert again.params.dump() == dag.params.dump()
    assert DagSerialization.to_dict(load_dags(SHIPPED.parent, DEFAULT_DEPLOYMENT).dags["narrated_video"]) == once


def test_a_stage_with_shards_is_a_mapped_task_and_its_merge(tmp_path: Path) -> None:
    text = changed().replace("recipe: image.scene", "recipe: image.scene\n    shards: 3\n    retries: 4")
    dag = load(tmp_path, film=text).dags["film"]
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "brief": {"text"},
        "text": {"image_shards", "speech"},
        "image_shards": {"image"},
        "image": {"clip"},
        "speech": {"clip"},
        "clip": {"video"},
        "video": {"publish"},
        "publish": set(),
    }
    shards, merge = dag.get_task("image_shards"), dag.get_task("image")
    assert isinstance(shards, MappedOperator)
    assert shards.operator_class is ImageOperator
    assert shards.expand_input.value == {"shard": [0, 1, 2]}
    assert isinstance(merge, MergeOperator)
    assert (merge.retries, merge.pool, merge.retry_policy) == (shards.retries, "default_pool", shards.retry_policy)
    assert "clear the shards" in (merge.doc_md or "")
    assert "**Shards** 3" in (shards.doc_md or "")
    (one,) = (shards.unmap({"shard": 2}),)
    assert (one.shard, one.settings.shards, one.task_id) == (2, 3, "image_shards")


@pytest.mark.parametrize("deployment", [DEFAULT_DEPLOYMENT, "include/deployments/kubernetes.yaml"])
def test_a_dag_with_shards_survives_serialisation_and_is_the_same_each_time(tmp_path: Path, deployment: str) -> None:
    text = changed().replace("recipe: image.scene", "recipe: image.scene\n    shards: 3")
    once, again = (DagSerialization.to_dict(load(tmp_path, deployment, film=text).dags["film"]) for _ in range(2))
    DagSerialization.validate_schema(once)
    assert once == again
    assert DagSerialization.from_dict(once).get_task("image_shards").is_mapped


def test_only_a_store_that_is_away_has_the_tasks_at_the_entrance_tried_again(tmp_path: Path) -> None:
    source = "\nsource: {calendar: c.csv}\nschedule: '@daily'\nstart_date: 2026-01-01\n"
    dag = load(tmp_path, film=changed() + source).dags["film"]
    for name in ("brief", "refused_rows"):
        task = dag.get_task(name)
        assert (task.retries, task.execution_timeout) == (3, timedelta(minutes=5))
        assert task.retry_policy is not None
        mistake, away = (
            task.retry_policy.evaluate(error, 1, 3) for error in (MistakesTold(BadRequest("x")), StoreAway("x"))
        )
        assert (mistake.action, away.action) == (RetryAction.FAIL, RetryAction.RETRY)


def test_a_schedule_counts_in_utc_from_its_first_day(tmp_path: Path) -> None:
    dag = load(tmp_path, film=changed() + '\nschedule: "0 6 * * *"\nstart_date: 2026-01-01\n').dags["film"]
    assert dag.start_date == datetime(2026, 1, 1, tzinfo=UTC)
    assert isinstance(dag.timetable, CronTriggerTimetable)
    assert DagSerialization.to_dict(dag)["dag"]["timetable"]["__var"]["expression"] == "0 6 * * *"
    assert dag.params["topic"] == ""
    assert dag.is_paused_upon_creation


def test_the_form_has_the_briefs_fields_with_the_content_types_defaults(tmp_path: Path) -> None:
    params = load(tmp_path, film=changed(scenes="  scenes: 3", language="  language: de")).dags["film"].params
    unread = {"sections", "article", "product", "second_voice", "questions", "dialogue"}
    assert {brief_field(name) for name in params} == set(Brief.model_fields) - unread, "no stage reads those"
    assert (params["scenes"], params["language"], params["topic"], params["id"]) == (3, "de", "", None)
    for name in params:
        param = params.get_param(name)
        assert param.schema["title"]
        assert param.description
        param.resolve()
    assert params.get_param("aspect").schema["enum"] == ["16:9", "9:16", "1:1"]


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("topic", " ", False),
        ("scenes", "many", False),
        ("aspect", "4:3", False),
        ("language", "pt-PT", True),
        ("language", "english", False),
        ("music_mood", "calm", True),
        ("music_file", "song.mp3", True),
        ("music_mood", "song.mp3", False),
        ("id", "My Film", False),
        ("script", {"scenes": [{"narration": "One."}], "title": None}, True),
        ("script", "One.", False),
    ],
)
def test_the_form_refuses_what_it_can_see_is_wrong(dag: DAG, name: str, value: object, fits: bool) -> None:
    param = copy.copy(dag.params.get_param(name))
    if fits:
        assert param.resolve(value) == value
    else:
        with pytest.raises(ParamValidationError):
            param.resolve(value)


@pytest.mark.parametrize(
    ("setting", "meant"),
    [
        ("  scenes: '3'", {"scenes": 3}),
        ("  scenes: null", {"scenes": 5}),
        ("  scenes: 3.0", {"scenes": 3}),
        ("  variations: {image: '2'}", {"variations": {"image": 2}}),
    ],
)
def test_a_default_of_a_scheduled_content_type_may_be_written_as_text(
    tmp_path: Path, setting: str, meant: dict[str, object]
) -> None:
    dag = load(tmp_path, film=changed(scenes=setting) + SCHEDULED.format(day="2026-01-01")).dags["film"]
    assert {name: dag.params[name] for name in meant} == meant


def test_another_deployment_gives_profiles_another_meaning(tmp_path: Path) -> None:
    text = (
        (ROOT / DEFAULT_DEPLOYMENT)
        .read_text()
        .replace("memory_mib: 4096", "memory_mib: 9000, pool: gpu, pool_slots: 2")
    )
    (tmp_path / "deployment.txt").write_text(text)
    image = load(tmp_path, str(tmp_path / "deployment.txt"), film=changed()).dags["film"].get_task("image")
    assert image.container_resources.limits["memory"] == "9000Mi"
    assert (image.pool, image.pool_slots) == ("gpu", 2)


TWO_OF_A_KIND = """
name: gazette
title: Gazette
description: Two styles of picture, one of them enlarged; a film of each, published apart.
review: {after_script: true}
stages:
  script: {recipe: script.narrated, profile: cpu-medium}
  photo: {recipe: image.scene, profile: cpu-medium, params: {short_side_px: 360}}
  large: {recipe: image.upscale, profile: cpu-medium, shards: 2, inputs: {image: photo}}
  drawing: {recipe: image.scene, profile: cpu-medium}
  told: {recipe: speech.narration}
  clip: {recipe: clip.still, inputs: {image: large}}
  drawn-clip: {recipe: clip.still, inputs: {image: drawing}}
  film: {recipe: video.narrated, inputs: {clip: clip}}
  drawn-film: {recipe: video.narrated, inputs: {clip: drawn-clip}}
  publish: {recipe: publish.video, inputs: {video: film}}
  archive: {recipe: publish.video, inputs: {video: drawn-film}}
  mirror: {recipe: publish.video, inputs: {video: film}}
"""


def test_stages_of_one_kind_stand_beside_each_other_and_publish_apart(tmp_path: Path) -> None:
    dag = load(tmp_path, gazette=TWO_OF_A_KIND).dags["gazette"]
    upstream = {task.task_id: task.upstream_task_ids for task in dag.tasks}
    assert upstream["large_shards"] == {"photo"}
    assert upstream["large"] == {"large_shards"}
    assert upstream["clip"] == {"large", "told"}
    assert upstream["drawn-clip"] == {"drawing", "told"}
    assert (upstream["film"], upstream["drawn-film"]) == ({"clip"}, {"drawn-clip"})
    assert upstream["photo"] == upstream["told"] == {"review_script.decided"}
    assert upstream["review.list"] == {"film"}
    assert upstream["publish"] == upstream["mirror"] == {"review.decided"}, "one question for the same files"
    assert upstream["review_at_archive.list"] == {"drawn-film"}
    assert upstream["archive"] == {"review_at_archive.decided"}
    places = {name: [asset.name for asset in dag.get_task(name).outlets] for name in ("publish", "archive", "mirror")}
    assert places == {"publish": ["gazette"], "archive": ["gazette-archive"], "mirror": ["gazette-mirror"]}
    DagSerialization.validate_schema(DagSerialization.to_dict(dag))
