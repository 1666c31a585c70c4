from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from airflow.sdk.definitions.retry_policy import RetryAction

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, StoreAway
from include.contract.keys import Domain, blob_key
from include.store.store import Store
from operators.briefs.operator import BriefOperator, read_entries
from operators.dags.assembly import dag_of
from operators.refusing import MistakesTold
from operators.stages.operator import StageOperator
from tests.operators.conftest import Run, films
from tests.operators.context import Ti, context_of


def test_the_resolved_brief_lies_in_the_store_and_xcom_says_where(deployment: Deployment, store: Store) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees {{ 7 * 7 }}"})
    pushed = run.xcoms["brief"]
    assert (pushed["briefs"], pushed["refused"]) == (1, 0)
    (entry,) = read_entries(pushed, store).entries
    assert (entry.brief.topic, entry.brief.scenes) == ("Bees {{ 7 * 7 }}", 2)


@pytest.mark.parametrize("where", ["folder", "store"])
def test_a_music_file_becomes_a_blob_and_only_its_digest_travels(
    deployment: Deployment, store: Store, where: str
) -> None:
    song = b"RIFF" + bytes(100)
    if where == "folder":
        (Path(deployment.files or "") / "song.wav").write_bytes(song)
        name = "song.wav"
    else:
        Store(Domain(store.domain.bucket), store.connection).put("inbox/song.wav", song)
        name = f"s3://{store.domain.bucket}/inbox/song.wav"
    run = Run(deployment)
    run.brief({"topic": "Bees", "music": name})
    (entry,) = read_entries(run.xcoms["brief"], store).entries
    (file,) = entry.files
    assert (file.name, file.bytes, file.media_type) == ("music", 104, "audio/wav")
    assert store.get(blob_key(file.sha256)) == song
    assert entry.brief.music is True
    assert "song" not in json.dumps(run.xcoms["brief"])


@pytest.mark.parametrize(
    ("music", "says"),
    [
        ("missing.mp3", "is not a file in the folder"),
        ("../outside.mp3", "is not a file in the folder"),
        ("link.mp3", "is not a file in the folder"),
        ("/etc/passwd", "is not a music file"),
        ("nostalgik", "is not a music file; did you mean `nostalgic`? allowed: nostalgic, true, false, calm"),
        ("empty.mp3", "is an empty file"),
        ("s3://no-such-bucket-here/a.mp3", "does not exist"),
        ("s3:///a.mp3", "is not an address in a store"),
    ],
)
def test_music_from_elsewhere_is_refused(deployment: Deployment, tmp_path: Path, music: str, says: str) -> None:
    (tmp_path / "outside.mp3").write_bytes(b"x")
    (tmp_path / "files" / "empty.mp3").write_bytes(b"")
    (tmp_path / "files" / "link.mp3").symlink_to(tmp_path / "outside.mp3")
    with pytest.raises(MistakesTold, match=re.escape(says)):
        Run(deployment).brief({"topic": "Bees", "music": music})


def test_nothing_that_a_content_type_says_is_ever_a_template(deployment: Deployment) -> None:
    task = dag_of(films(brief={"music": "{{ ds }}.mp3"}), deployment).get_task("brief")
    assert [getattr(task, name) for name in task.template_fields] == [None]
    assert task.content_type.brief == {"music": "{{ ds }}.mp3"}


def by_hand(deployment: Deployment, **arguments: Any) -> BriefOperator:
    with DAG("by_hand", schedule=None):
        brief = BriefOperator(deployment=deployment, **arguments)
        brief >> StageOperator(task_id="text", recipe="script.narrated", deployment=deployment)
    return brief


@pytest.mark.parametrize(
    ("conf", "made"),
    [
        ({}, {"id": "bees", "topic": "Bees", "scenes": 3}),
        ({"scenes": 4}, {"id": "bees", "topic": "Bees", "scenes": 4}),
        ({"topic": "Tea"}, {"topic": "Tea", "scenes": 2}),
    ],
)
def test_a_dag_by_hand_has_a_brief_for_runs_that_bring_none(
    deployment: Deployment, store: Store, conf: dict[str, Any], made: dict[str, Any]
) -> None:
    task = by_hand(deployment, brief={"id": "bees", "topic": "Bees", "scenes": 3}, defaults={"scenes": 2})
    ti = Ti("brief")
    task.execute(context_of(ti, conf))
    (entry,) = read_entries(ti.xcoms["brief"], store).entries
    assert made.items() <= entry.brief.model_dump().items()


def test_a_brief_for_runs_may_be_what_a_task_upstream_returns(deployment: Deployment) -> None:
    with DAG("by_hand", schedule=None) as dag:
        brief = BriefOperator(deployment=deployment, brief=EmptyOperator(task_id="pick").output)
    assert brief.upstream_task_ids == {"pick"}
    assert dag.task_dict.keys() == {"pick", "brief"}


@pytest.mark.parametrize(
    ("default_args", "retries", "delay_s"), [({}, 3, 5.0), ({"retries": 1, "retry_delay": 2.0}, 1, 2.0)]
)
def test_by_hand_too_only_what_is_away_is_tried_again(
    deployment: Deployment, default_args: dict[str, Any], retries: int, delay_s: float
) -> None:
    with DAG("by_hand", default_args=default_args):
        task = BriefOperator(deployment=deployment)
    assert (task.retries, task.retry_delay, task.execution_timeout) == (
        retries,
        timedelta(seconds=delay_s),
        timedelta(minutes=5),
    )
    assert task.retry_policy is not None
    mistake, away = (task.retry_policy.evaluate(each, 1, retries) for each in (BadRequest("x"), StoreAway("x")))
    assert (mistake.action, away.action) == (RetryAction.FAIL, RetryAction.RETRY)


def test_a_store_that_does_not_answer_is_transient(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = {"endpoint_url": "http://127.0.0.1:9", "region_name": "us-east-1"}
    connection = {"conn_type": "aws", "login": "a", "password": "b", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_ATELIER_STORE", json.dumps(connection))
    with pytest.raises(StoreAway, match="does not answer"):
        Run(deployment).brief({"topic": "Bees"})
