from __future__ import annotations

from pathlib import Path

import pytest

from tests.airflow_home import ROOT
from tests.dags.parsing import parsed

MAINTENANCE = ROOT / "dags" / "maintenance.py"


@pytest.mark.parametrize(
    ("deployment", "dags"),
    [("include/deployments/kubernetes.yaml", ["atelier_maintenance"]), ("include/deployments/local.yaml", [])],
)
def test_parsing_loads_nothing_heavy_and_makes_the_dag_where_stages_are_pods(
    deployment: str, dags: list[str], tmp_path: Path
) -> None:
    assert parsed(MAINTENANCE, tmp_path, ATELIER_DEPLOYMENT=deployment) == {"loaded": [], "dags": dags}


def test_airflows_safe_mode_reads_the_file() -> None:
    words = MAINTENANCE.read_text().lower()
    assert "airflow" in words
    assert "dag" in words
