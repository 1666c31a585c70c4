from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from tests import airflow_home  # noqa: F401 - Airflow's home before anything imports Airflow
from tests.airflow_home import ROOT, lay_database, settings
from tests.operators.context import connect

CARDS = """
stages:
  text: {recipe: caption.product}
  image: {recipe: image.scene, params: {short_side_px: 240}}
  post: {recipe: image.card, params: {formats: [square], upscale_above: 64}}
  publish: {recipe: publish.cards}
"""
REUSED = ("v1/items/", "v1/stages/", "v1/blobs/")
"""Where what was made lies, whoever made it."""


@pytest.fixture
def airflow(tmp_path: Path, s3: S3, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Environment of an Airflow with one small content type on a bucket of its own."""
    types = tmp_path / "dags" / "content_types"
    types.mkdir(parents=True)
    (tmp_path / "dags" / "content.py").write_text((ROOT / "dags" / "content.py").read_text())
    shipped = (ROOT / "dags" / "content_types" / "narrated_video.yaml").read_text()
    small = shipped.replace("narrated_video", "film").replace("short_side_px: 1080", "short_side_px: 240")
    (types / "film.yaml").write_text(small.replace("fps: 30", "fps: 12"))
    deployment = (ROOT / "include" / "deployments" / "local.yaml").read_text()
    deployment = deployment.replace("bucket: atelier", f"bucket: {s3.bucket}")
    (tmp_path / "deployment.yaml").write_text(deployment.replace(".atelier/scratch", str(tmp_path / "scratch")))
    connect(s3, monkeypatch)
    environment = {
        **settings(tmp_path),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "dags"),
        "ATELIER_DEPLOYMENT": str(tmp_path / "deployment.yaml"),
        "AIRFLOW_CONN_ATELIER_STORE": os.environ["AIRFLOW_CONN_ATELIER_STORE"],
    }
    lay_database(tmp_path)
    return environment


@pytest.fixture(scope="session")
def buckets_with_cards() -> list[S3]:
    """Buckets in which some test has made the cards that others publish too."""
    return []


@pytest.fixture
def cards(airflow: dict[str, str], s3: S3, buckets_with_cards: list[S3]) -> Iterator[dict[str, str]]:
    """The content type `film` of product cards that are published; what an earlier test has made of them is reused."""
    path = Path(airflow["AIRFLOW__CORE__DAGS_FOLDER"]) / "content_types" / "film.yaml"
    head = path.read_text().split("brief:")[0]
    path.write_text(f"{head}brief: {{aspect: '1:1'}}\n{CARDS}")
    for earlier in buckets_with_cards[:1]:
        for prefix in REUSED:
            for row in earlier.client().list_objects_v2(Bucket=earlier.bucket, Prefix=prefix).get("Contents", []):
                source = {"Bucket": earlier.bucket, "Key": row["Key"]}
                s3.client().copy_object(Bucket=s3.bucket, Key=row["Key"], CopySource=source)
    yield airflow
    buckets_with_cards.append(s3)
