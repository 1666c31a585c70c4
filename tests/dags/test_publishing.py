"""Pieces as Airflow has them published: by a real stage process once, and again without one."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from atelier.testing.s3 import S3
from tests.airflow_home import ROOT
from tests.dags.films import run_of_another, runs
from tests.limits import SLOW_S

BRIEF: dict[str, object] = {"id": "mug", "product": {"name": "Mug", "description": "Blue.", "price": "3.50"}}


@pytest.fixture
def archived(cards: dict[str, str], tmp_path: Path) -> Path:
    """The folder to which the content type publishes too."""
    folder = tmp_path / "share"
    folder.mkdir()
    path = Path(cards["AIRFLOW__CORE__DAGS_FOLDER"]) / "content_types" / "film.yaml"
    path.write_text(f"{path.read_text()}  archive: {{recipe: publish.folder}}\n")
    deployment = Path(cards["ATELIER_DEPLOYMENT"])
    deployment.write_text(deployment.read_text().replace("process:\n", f"process:\n  publish_folder: {folder}\n"))
    return folder


def read(s3: S3, key: str) -> Any:
    return json.loads(s3.client().get_object(Bucket=s3.bucket, Key=f"published/film/{key}")["Body"].read())


@pytest.mark.timeout(SLOW_S)
def test_what_stands_there_is_published_again_without_a_process(cards: dict[str, str], s3: S3) -> None:
    changed = {**BRIEF, "product": {"name": "Mug", "description": "Red.", "price": "3.50"}}
    first, second, third = (run["tasks"]["publish"][2] for run in runs(cards, BRIEF, BRIEF, changed))
    assert [each["process_started"] for each in (first, second, third)] == [True, False, True]  # type: ignore[index]
    assert first["counts"]["made"] == second["counts"]["reused"] == third["counts"]["made"] == 1  # type: ignore[index]
    index = read(s3, "index.json")
    (piece,) = index["items"]
    assert (piece["slug"], piece["title"]) == ("mug", "Mug")
    assert first["content_digest"] == second["content_digest"] != third["content_digest"]  # type: ignore[index]


@pytest.mark.timeout(SLOW_S)
def test_a_published_file_that_is_lost_is_put_there_again(cards: dict[str, str], s3: S3) -> None:
    (_,) = runs(cards, BRIEF)
    listed = s3.client().list_objects_v2(Bucket=s3.bucket, Prefix="published/film/")["Contents"]
    (card,) = [row["Key"] for row in listed if row["Key"].endswith("card-square.jpg")]
    s3.client().delete_object(Bucket=s3.bucket, Key=card)
    (again,) = runs(cards, BRIEF)
    assert again["tasks"]["publish"][2]["process_started"]  # type: ignore[index]
    assert s3.client().head_object(Bucket=s3.bucket, Key=card)["ContentLength"] > 0


@pytest.mark.timeout(SLOW_S)
def test_a_published_file_whose_bytes_have_changed_is_put_right_by_night(cards: dict[str, str], s3: S3) -> None:
    (_,) = runs(cards, BRIEF)
    client = s3.client()
    listed = client.list_objects_v2(Bucket=s3.bucket, Prefix="published/film/")["Contents"]
    (card,) = [row["Key"] for row in listed if row["Key"].endswith("card-square.jpg")]
    body = client.get_object(Bucket=s3.bucket, Key=card)["Body"].read()
    client.put_object(Bucket=s3.bucket, Key=card, Body=body[:-1] + bytes([body[-1] ^ 1]))
    (again,) = runs(cards, BRIEF)
    assert not again["tasks"]["publish"][2]["process_started"], "it judges by size"  # type: ignore[index]
    shutil.copy(ROOT / "dags" / "maintenance.py", cards["AIRFLOW__CORE__DAGS_FOLDER"])
    night = run_of_another(cards, "atelier_verification")
    assert night["tasks"]["published"][2]["mended"] == 1  # type: ignore[index]
    assert client.get_object(Bucket=s3.bucket, Key=card)["Body"].read() == body


@pytest.mark.timeout(SLOW_S)
def test_what_the_content_type_says_of_itself_is_published_anew_when_it_changes(cards: dict[str, str], s3: S3) -> None:
    (_,) = runs(cards, BRIEF)
    path = Path(cards["AIRFLOW__CORE__DAGS_FOLDER"]) / "content_types" / "film.yaml"
    path.write_text(path.read_text().replace("title: Narrated video", "title: Our cards"))
    renamed, again = (run["tasks"]["publish"][2] for run in runs(cards, BRIEF, BRIEF))
    assert read(s3, "index.json")["channel"]["title"] == "Our cards"
    assert [each["process_started"] for each in (renamed, again)] == [True, False]  # type: ignore[index]


@pytest.mark.timeout(600)
def test_a_second_stage_puts_the_piece_in_a_folder_once_and_looks_at_it_each_time(
    cards: dict[str, str], archived: Path
) -> None:
    first, second = runs(cards, BRIEF, BRIEF)
    done = [run["tasks"]["archive"][2] for run in (first, second)]
    assert [each["counts"]["made"] for each in done] == [1, 0]  # type: ignore[index]
    assert [each["process_started"] for each in done] == [True, True]  # type: ignore[index]
    assert first["tasks"]["publish"][2]["content_digest"] == done[0]["content_digest"]  # type: ignore[index]
    (item,) = (archived / "film-archive").glob("*/*/*/mug/item.json")
    told = json.loads(item.read_bytes())
    assert told["title"] == "Mug"
    for file in told["files"]:
        path = item.parent / told["content_digest"][:12] / file["path"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]
