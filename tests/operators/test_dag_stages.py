"""What the stages of a DAG by hand read, and what is said where they do not fit together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup

from include.contract.errors import BadRequest
from operators.briefs.operator import BriefOperator
from operators.configuration import CONTENT_TYPES, content_type_in, deployment_here
from operators.dag_stages import check_dag, content_type_of, wiring_of
from operators.dags.assembly import dag_of
from operators.stages.merge import MergeOperator
from operators.stages.operator import StageOperator
from operators.stages.publish import PublishOperator

TWO = {"recipe": "image.scene", "shards": 2}


def stage(task_id: str, recipe: str, **more: Any) -> StageOperator:
    return StageOperator(task_id=task_id, recipe=recipe, **more)


def refused(make: Callable[[], object]) -> list[str]:
    """What Airflow tells as the import error of a DAG file that does this."""
    with DAG("by_hand", schedule=None) as dag:
        make()
    with pytest.raises(BadRequest) as told:
        dag.resolve_template_files()  # as Airflow does when it has read the file
    return str(told.value).splitlines()


def film(**inputs: str) -> tuple[BriefOperator, dict[str, StageOperator]]:
    """Tasks without edges, but for the brief's."""
    recipes = {"text": "script.narrated", "photo": "image.scene", "drawing": "image.scene", "told": "speech.narration"}
    tasks = {name: stage(name, recipe) for name, recipe in recipes.items()}
    tasks["film"] = stage("film", "clip.still", inputs=inputs)
    brief = BriefOperator()
    brief >> tasks["text"] >> [tasks["photo"], tasks["drawing"], tasks["told"]]
    return brief, tasks


def test_a_stage_reads_what_is_upstream_of_it_and_nothing_beside() -> None:
    with DAG("by_hand", schedule=None) as dag:
        _, tasks = film()
        [tasks["drawing"], tasks["told"]] >> EmptyOperator(task_id="my_own") >> tasks["film"]
    check_dag(dag)
    assert tasks["film"].read["image"] == "drawing"
    assert wiring_of(dag)["film"].read["title"] == "text"


def test_shards_stand_behind_their_merge() -> None:
    with DAG("by_hand", schedule=None) as dag:
        text = stage("text", "script.narrated")
        shards = StageOperator.partial(task_id="photo_shards", **TWO).expand(shard=[0, 1])
        merge = MergeOperator(task_id="photo", **TWO)
        BriefOperator() >> text >> shards >> merge
    check_dag(dag)
    ports = ("image_prompt", "shot", "look", "image_setting")
    assert merge.read == shards.unmap({"shard": 1}).read == dict.fromkeys(ports, "text")


def test_what_does_not_fit_is_told_with_the_line_to_write() -> None:
    def several() -> None:
        _, tasks = film()
        [tasks["photo"], tasks["drawing"], tasks["told"]] >> tasks["film"]

    assert refused(several) == [
        'task `film`: may read `image` from `drawing` and `photo`; say which, such as `inputs={"image": "photo"}`'
    ]

    def apart() -> None:
        _, tasks = film()
        tasks["told"] >> tasks["film"]

    (line,) = refused(apart)
    assert line.startswith("task `film`: reads `image` (image/jpeg or image/png or image/webp) through")
    assert line.endswith("which no stage upstream of it gives; write `photo >> film` or `drawing >> film`") or (
        line.endswith("which no stage upstream of it gives; write `drawing >> film` or `photo >> film`")
    )

    def beside() -> None:
        _, tasks = film(image="drawing")
        [tasks["photo"], tasks["told"]] >> tasks["film"]

    assert refused(beside) == [
        "task `film`: `inputs.image`: `drawing` is not upstream of `film`; write `drawing >> film`; allowed: photo"
    ]


def test_a_stage_without_its_text_is_told_which_task_writes_it_unless_that_comes_after() -> None:
    def apart() -> None:
        speech = stage("a-speech", "speech.narration")
        BriefOperator() >> [speech, stage("text", "script.narrated")]

    (line,) = refused(apart)
    assert line.endswith("which no stage upstream of it gives; write `text >> a-speech`")

    def after() -> None:
        BriefOperator() >> stage("a-speech", "speech.narration") >> stage("text", "script.narrated")

    (line,) = refused(after)
    assert line.endswith("which no stage upstream of it gives; add one: script.narrated")


def test_every_stage_comes_after_the_brief() -> None:
    def alone() -> None:
        stage("text", "script.narrated")

    assert refused(alone) == [
        "task `text`: the run's brief is not upstream of it; add a BriefOperator, and write `brief >> text`"
    ]

    def beside() -> None:
        BriefOperator()
        alone()

    assert refused(beside) == ["task `text`: the run's brief is not upstream of it; write `brief >> text`"]


def test_shards_and_their_merge_need_each_other() -> None:
    def unmerged() -> None:
        shards = StageOperator.partial(task_id="photo_shards", **TWO).expand(shard=[0, 1])
        BriefOperator() >> stage("text", "script.narrated") >> shards

    assert refused(unmerged) == [
        'task `photo_shards`: nothing merges these shards; add `MergeOperator(task_id="photo", …)` with the same '
        "arguments, and `photo_shards >> photo`"
    ]

    def apart() -> None:
        shards = StageOperator.partial(task_id="photo_shards", **TWO).expand(shard=[0, 1])
        BriefOperator() >> stage("text", "script.narrated") >> [shards, MergeOperator(task_id="photo", **TWO)]

    assert refused(apart) == ["task `photo`: merges shards that are not upstream of it; write `photo_shards >> photo`"]


def test_ones_own_tasks_may_be_called_as_they_like() -> None:
    with DAG("by_hand", schedule=None) as dag, TaskGroup("mine", prefix_group_id=False):
        BriefOperator() >> stage("text", "script.narrated") >> EmptyOperator(task_id="my_shards")
    dag.resolve_template_files()


def test_a_model_that_no_registry_has_and_a_dag_that_no_content_type_could_be_are_import_errors() -> None:
    def unknown() -> None:
        BriefOperator() >> stage("text", "script.narrated", model="builtin/smolm2-135m")

    (line,) = refused(unknown)
    assert "task `text`: `model`: is not a registered model of this kind" in line
    assert "did you mean `builtin/smollm2-135m`?" in line

    def unscheduled() -> None:
        BriefOperator(source={"calendar": "calendar.csv"}) >> stage("text", "script.narrated")

    assert refused(unscheduled)[0].startswith("task `brief`: `source`: needs a `schedule`, such as `0 6 * * *`")


def test_a_source_goes_by_the_dags_own_schedule() -> None:
    with DAG("by_hand", schedule="0 6 * * *", start_date=datetime(2026, 1, 1)) as dag:
        brief = BriefOperator(source={"calendar": "calendar.csv"}, timezone="Asia/Tokyo")
        brief >> stage("text", "script.narrated")
    dag.resolve_template_files()
    assert (brief.content_type.schedule, brief.content_type.timezone) == ("0 6 * * *", "Asia/Tokyo")


def test_two_that_publish_to_one_place_are_an_import_error() -> None:
    def twice() -> None:
        _, tasks = film(image="photo")
        [tasks["photo"], tasks["told"]] >> tasks["film"]
        told = {"recipe": "publish.video", "place": "films", "title": "Films", "description": "Films."}
        (
            tasks["film"]
            >> stage("joined", "video.narrated")
            >> [PublishOperator(task_id=name, **told) for name in ("publish", "mirror")]
        )

    assert refused(twice) == ["task `publish`: `place`: `mirror` publishes there too; give each its own"] or (
        refused(twice) == ["task `mirror`: `place`: `publish` publishes there too; give each its own"]
    )


@pytest.mark.parametrize("path", sorted(CONTENT_TYPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_dag_of_a_content_type_says_the_same_as_the_content_type(path: Any) -> None:
    deployment = deployment_here()
    content_type = content_type_in(path, deployment)
    dag = dag_of(content_type, deployment)
    dag.resolve_template_files()
    again = dag.get_task("brief").content_type
    same = ("name", "brief", "source", "timezone", "lead_days", "brief_fields")
    assert [getattr(again, name) for name in same] == [getattr(content_type, name) for name in same]
    wired = {stage.name: stage.wiring.read for stage in content_type.content_stages}
    assert {name: each.read for name, each in wiring_of(dag).items()} == wired
    assert content_type_of(dag).stages.keys() == content_type.stages.keys()
