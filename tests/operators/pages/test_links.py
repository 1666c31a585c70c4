from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.serialization.serialized_objects import DagSerialization

from include.contract.deployments import Deployment
from operators.dags.assembly import dag_of
from operators.pages.links import LINKS, FilesLink, GalleryLink, LogLink, PieceLink
from tests.operators.conftest import films
from tests.operators.context import Ti
from tests.wiring import FILM_STAGES


def links_of(task: Any, map_index: int = -1) -> dict[str, str]:
    ti = Ti(task.task_id, run_id="manual__2026-11-25T06:00:00+00:00", dag_id="films", map_index=map_index)
    return {link.name: link.get_link(task, ti_key=ti) for link in LINKS}  # type: ignore[arg-type]


def test_each_stage_leads_to_the_piece_to_its_files_and_to_the_gallery(deployment: Deployment) -> None:
    stages = FILM_STAGES | {"image": {"recipe": "image.scene", "shards": 2}, "publish": {"recipe": "publish.video"}}
    dag = dag_of(films(stages=stages), deployment)
    run = "/atelier/dags/films/runs/manual__2026-11-25T06%3A00%3A00%2B00%3A00"
    for task_id in ("text", "image", "speech", "clip", "video", "publish"):
        assert links_of(dag.task_dict[task_id]) == {
            "The piece": f"{run}/pieces",
            "Its files": f"{run}/tasks/{task_id}/-1/files",
            "Gallery": "/atelier/dags/films/published/",
            "Its whole log": f"{run}/tasks/{task_id}/-1/log",
            "Its job": "",
        }
    told = DagSerialization.to_dict(dag)["dag"]["tasks"]
    serialised = {task["__var"]["task_id"]: task["__var"].get("_operator_extra_links") for task in told}
    assert {name for name, links in serialised.items() if links} == {*stages, "image_shards"}
    assert serialised["image_shards"] == {link.name: link.xcom_key for link in LINKS}


def test_a_shards_files_are_its_own(deployment: Deployment) -> None:
    task = SimpleNamespace(task_id="image_shards", dag=SimpleNamespace(tasks=[]))
    assert links_of(task, map_index=3)["Its files"].endswith("/tasks/image_shards/3/files")


def test_a_type_that_publishes_nothing_has_no_gallery(deployment: Deployment) -> None:
    task = dag_of(films(stages=FILM_STAGES), deployment).task_dict["video"]
    assert links_of(task)["Gallery"] == ""


def test_what_is_put_outside_of_the_store_has_no_gallery(deployment: Deployment, tmp_path: Path) -> None:
    process = deployment.process.model_copy(update={"publish_folder": str(tmp_path)}) if deployment.process else None
    here = deployment.model_copy(update={"process": process})
    archive, publish = {"archive": {"recipe": "publish.folder"}}, {"publish": {"recipe": "publish.video"}}
    alone = dag_of(films(stages=FILM_STAGES | archive), here)
    assert links_of(alone.task_dict["archive"])["Gallery"] == ""
    both = dag_of(films(stages=FILM_STAGES | archive | publish), here)
    assert links_of(both.task_dict["archive"])["Gallery"] == "/atelier/dags/films/published/@publish/"


def test_a_task_leads_to_the_job_that_its_engine_has_started() -> None:
    task = SimpleNamespace(task_id="image", dag=SimpleNamespace(tasks=[]), job_page="http://ray:8265/#/jobs/a-1")
    assert links_of(task)["Its job"] == "http://ray:8265/#/jobs/a-1"


@pytest.mark.parametrize("link", [PieceLink(), FilesLink(), GalleryLink(), LogLink()])
def test_links_hold_where_airflow_lies_below_a_path(link: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://studio.example.org/airflow/")
    task = SimpleNamespace(
        task_id="video", dag=SimpleNamespace(tasks=[SimpleNamespace(place_in_store="narrated_video")])
    )
    assert link.get_link(task, ti_key=Ti("video")).startswith("/airflow/atelier/dags/narrated_video/")
