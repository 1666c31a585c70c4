from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from tests import airflow_home  # noqa: F401 - Airflow's home before anything imports Airflow
from tests.airflow_home import ROOT, settings
from tests.operators.context import connect


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
    subprocess.run(["airflow", "db", "migrate"], env=environment, check=True, capture_output=True)
    return environment
