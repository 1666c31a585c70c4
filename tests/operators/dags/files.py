"""Content types as files, and the DAGs that are made from them."""

from __future__ import annotations

from pathlib import Path

from operators.configuration import DEFAULT_DEPLOYMENT
from operators.dags.loading import Loaded, load_dags
from tests.airflow_home import ROOT

SHIPPED = ROOT / "dags" / "content_types" / "narrated_video.yaml"


def load(tmp_path: Path, deployment: str = DEFAULT_DEPLOYMENT, **files: str) -> Loaded:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return load_dags(tmp_path, deployment)


def changed(name: str = "film", **replaced: str) -> str:
    """The shipped content type under another name, with lines that start as the keys say replaced; no schema."""
    lines = SHIPPED.read_text().replace("narrated_video", name).splitlines()[1:]
    for start, line in replaced.items():
        lines = [line if old.strip().startswith(f"{start}:") else old for old in lines]
    return "\n".join(lines)


SCHEDULED = '\nschedule: "@daily"\nstart_date: {day}\ntimezone: Asia/Tokyo\n'
