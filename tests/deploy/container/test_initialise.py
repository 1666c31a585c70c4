from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from deploy.container import initialise
from deploy.container.initialise import POOLS_FILE, airflow_commands, run_all
from include.store.store import Store
from operators.engines import PROJECT_ROOT


def test_commands_run_in_order_until_one_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def command(code: int) -> tuple[str, ...]:
        return (sys.executable, "-c", f"import sys; print('ran {code}', flush=True); sys.exit({code})")

    assert run_all([command(0), command(3), command(0)]) == 3
    assert [line for line in capfd.readouterr().out.splitlines() if line.startswith("ran")] == ["ran 0", "ran 3"]


def test_a_failed_migration_touches_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_DEPLOYMENT", "include/deployments/compose.yaml")
    monkeypatch.setattr(initialise, "airflow_commands", lambda _: [(sys.executable, "-c", "raise SystemExit(4)")])
    monkeypatch.setattr(Store, "make_bucket", lambda _: pytest.fail("the bucket was made"))
    assert initialise.main() == 4


def test_the_pools_that_it_imports_are_there() -> None:
    pools = json.loads((PROJECT_ROOT / POOLS_FILE).read_text())
    assert all(pool["slots"] > 0 and pool["include_deferred"] for pool in pools.values())
    assert airflow_commands(Path("p.json"))[-1] == ("airflow", "pools", "import", "p.json")
