from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from airflow.sdk import DAG

from tests.airflow_home import ROOT
from tests.dags.parsing import parsed

CONTENT = ROOT / "dags" / "content.py"


def test_parsing_loads_nothing_heavy_and_finds_every_content_type(tmp_path: Path) -> None:
    found = parsed(CONTENT, tmp_path)
    assert found["loaded"] == []
    assert found["dags"] == sorted(path.stem for path in CONTENT.parent.glob("content_types/*.yaml"))


def test_a_worker_gets_only_the_dag_that_it_asks_for(tmp_path: Path) -> None:
    assert parsed(CONTENT, tmp_path, _AIRFLOW_PARSING_CONTEXT_DAG_ID="narrated_video")["dags"] == ["narrated_video"]
    assert parsed(CONTENT, tmp_path, _AIRFLOW_PARSING_CONTEXT_DAG_ID="another")["dags"] == []


def test_an_article_is_text_then_images_then_the_page() -> None:
    article = runpy.run_path(str(CONTENT))["illustrated_article"]
    edges = {(task.task_id, below) for task in article.tasks for below in task.downstream_task_ids}
    assert edges == {("brief", "text"), ("text", "image"), ("image", "page"), ("page", "publish")}


def test_a_podcast_is_a_cover_beside_speech_then_the_episode() -> None:
    podcast = runpy.run_path(str(CONTENT))["podcast"]
    edges = {(task.task_id, below) for task in podcast.tasks for below in task.downstream_task_ids}
    assert edges == {
        ("brief", "text"),
        ("text", "image"),
        ("text", "speech"),
        ("image", "episode"),
        ("speech", "episode"),
        ("episode", "publish"),
    }


@pytest.fixture(scope="module")
def dag() -> DAG:
    return runpy.run_path(str(CONTENT))["narrated_video"]


def test_the_graph_is_text_then_image_beside_speech_then_clips_then_video_then_publishing(dag: DAG) -> None:
    edges = {(task.task_id, below) for task in dag.tasks for below in task.downstream_task_ids}
    assert edges == {
        ("brief", "text"),
        ("text", "image"),
        ("text", "speech"),
        ("image", "clip"),
        ("speech", "clip"),
        ("clip", "video"),
        ("video", "publish"),
    }
