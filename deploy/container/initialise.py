"""Bring the database, the pools and the bucket to what this version needs; run before any other service of Airflow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from include.contract.errors import AtelierError
from operators.configuration import deployment_here
from operators.engines import PROJECT_ROOT
from operators.store import connected_store

POOLS_FILE = "deploy/pools.json"


def airflow_commands(pools_file: Path) -> list[tuple[str, ...]]:
    """The commands of Airflow's own command line that do it."""
    return [("airflow", "db", "migrate"), ("airflow", "pools", "import", str(pools_file))]


def run_all(commands: list[tuple[str, ...]]) -> int:
    """Run the commands in order until one fails; its exit code, or 0."""
    for command in commands:
        _say(f"$ {' '.join(command)}")
        code = subprocess.run(command, check=False).returncode
        if code:
            return code
    return 0


def main() -> int:
    """Exit code 0 if everything is there."""
    try:
        deployment = deployment_here()
        code = run_all(airflow_commands(PROJECT_ROOT / POOLS_FILE))
        if code:
            return code
        was_made = connected_store(deployment.store).make_bucket()
    except AtelierError as error:
        _say(str(error))
        return 1
    _say(f"bucket {deployment.store.bucket}: {'made' if was_made else 'exists'}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
