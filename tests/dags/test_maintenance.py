from __future__ import annotations

from pathlib import Path

import pytest

from tests.airflow_home import ROOT
from tests.dags.parsing import parsed

MAINTENANCE = ROOT / "dags" / "maintenance.py"


@pytest.mark.parametrize(
    ("deployment", "dags"),
    [
        ("include/deployments/kubernetes.yaml", ["atelier_maintenance", "atelier_verification"]),
        ("include/deployments/ray.yaml", ["atelier_maintenance", "atelier_verification"]),
        ("include/deployments/compose.yaml", ["atelier_verification"]),
        ("include/deployments/local.yaml", ["atelier_verification"]),
    ],
)
def test_parsing_loads_nothing_heavy_and_makes_the_dags_that_the_deployment_needs(
    deployment: str, dags: list[str], tmp_path: Path
) -> None:
    assert parsed(MAINTENANCE, tmp_path, ATELIER_DEPLOYMENT=deployment) == {"loaded": [], "dags": dags}


def test_airflows_safe_mode_reads_the_file() -> None:
    words = MAINTENANCE.read_text().lower()
    assert "airflow" in words
    assert "dag" in words
