from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from atelier.testing import S3
from deploy.demo.airflow_api import TaskState
from deploy.demo.results import StageEnd, collect, stage_results
from include.contract.artifacts import artifact_of
from include.contract.keys import Domain
from include.contract.manifests import ItemLine, Outcome, RunRef
from include.contract.values import StageKind
from include.store.store import Store
from tests.operators.manifests import leave


@pytest.fixture
def store(s3: S3) -> Store:
    return Store(Domain(s3.bucket), s3.connection())


def ended(store: Store, task_id: str, kind: StageKind, **outputs: bytes) -> StageEnd:
    """A stage that has made these of the brief `honey`."""
    artifacts = []
    for name, body in outputs.items():
        artifacts.append(artifact_of(name, body, "application/octet-stream"))
        store.put_blob(body, artifacts[-1])
    line = ItemLine(position=0, item="honey", outcome=Outcome.MADE, outputs=tuple(artifacts))
    run = RunRef(dag_id="films", run_id="demo__1", task_id=task_id)
    return StageEnd(leave(store, run, kind, [line]), pods_started=0)


def test_each_file_is_brought_under_the_name_that_readers_find(store: Store, tmp_path: Path) -> None:
    ends = {
        "text": ended(store, "text", StageKind.TEXT, script=b"{}", look=b"only for other stages"),
        "video": ended(store, "video", StageKind.VIDEO, video=b"film", poster=b"picture"),
        "publish": ended(store, "publish", StageKind.PUBLISH, video=b"film", poster=b"picture"),
    }
    outputs = collect(store, ends, "honey", tmp_path / "out")
    assert {name: file.path for name, file in outputs.items()} == {
        "script": "out/honey/script.json",
        "video": "out/honey/video.mp4",
        "poster": "out/honey/poster.jpg",
    }
    assert (tmp_path / "out/honey/video.mp4").read_bytes() == b"film"


def test_of_two_films_both_are_brought(store: Store, tmp_path: Path) -> None:
    ends = {
        "film": ended(store, "film", StageKind.VIDEO, video=b"large"),
        "small": ended(store, "small", StageKind.VIDEO, video=b"small"),
        "archive": ended(store, "archive", StageKind.PUBLISH, video=b"small"),
    }
    outputs = collect(store, ends, "honey", tmp_path / "out")
    assert {name: file.path for name, file in outputs.items()} == {
        "video": "out/honey/video.mp4",
        "small/video": "out/honey/small/video.mp4",
    }
    assert (tmp_path / "out/honey/video.mp4").read_bytes() == b"large"


@pytest.mark.parametrize(("recipe", "publishes"), [("publish.video", True), ("publish.folder", False)])
def test_only_what_is_published_in_the_store_has_a_gallery(store: Store, recipe: str, publishes: bool) -> None:
    end = ended(store, "publish", StageKind.PUBLISH, video=b"film")
    end = replace(end, manifest=end.manifest.model_copy(update={"recipe": recipe}))
    task = TaskState(task_id="publish", state="success", try_number=1, started=None, duration_s=9.0)
    assert [row.publishes for row in stage_results({"publish": end}, {"publish": task})] == [publishes]


def test_a_row_of_the_table_has_the_time_that_a_person_waited(store: Store) -> None:
    end = ended(store, "video", StageKind.VIDEO, video=b"film")
    task = TaskState(task_id="video", state="success", try_number=1, started=None, duration_s=9.0)
    (row,) = stage_results({"video": end}, {"video": task})
    assert (row.stage, row.items, row.made, row.seconds, row.publishes) == ("video", 1, 1, 9.0, False)
