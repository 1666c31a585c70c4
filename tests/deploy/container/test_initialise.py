from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from deploy.container import initialise
from deploy.container.initialise import POOLS_FILE, airflow_commands, make_bucket, run_all
from include.contract.keys import Domain
from operators.engines import PROJECT_ROOT
from operators.store import Store
from tests import weed


def test_a_missing_bucket_is_made_and_one_that_is_there_is_left(s3: weed.S3) -> None:
    store = Store(s3.client(), Domain(f"{s3.bucket}-new", ""), {})
    assert make_bucket(store)
    store.put("kept", b"1")
    assert not make_bucket(store)
    assert store.get("kept") == b"1"


def test_a_store_that_refuses_is_not_taken_for_a_missing_bucket(s3: weed.S3) -> None:
    stranger = replace(s3, secret_key="another")
    with pytest.raises(ClientError, match="403"):
        make_bucket(Store(stranger.client(), Domain(s3.bucket, ""), {}))


def test_commands_run_in_order_until_one_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def command(code: int) -> tuple[str, ...]:
        return (sys.executable, "-c", f"import sys; print('ran {code}', flush=True); sys.exit({code})")

    assert run_all([command(0), command(3), command(0)]) == 3
    assert [line for line in capfd.readouterr().out.splitlines() if line.startswith("ran")] == ["ran 0", "ran 3"]


def test_a_failed_migration_touches_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_DEPLOYMENT", "include/deployments/compose.yaml")
    monkeypatch.setattr(initialise, "airflow_commands", lambda _: [(sys.executable, "-c", "raise SystemExit(4)")])
    monkeypatch.setattr(initialise, "make_bucket", lambda _: pytest.fail("the bucket was made"))
    assert initialise.main() == 4


def test_the_pools_that_it_imports_are_there() -> None:
    pools = json.loads((PROJECT_ROOT / POOLS_FILE).read_text())
    assert all(pool["slots"] > 0 and pool["include_deferred"] for pool in pools.values())
    assert airflow_commands(Path("p.json"))[-1] == ("airflow", "pools", "import", "p.json")
