"""What a clean interpreter finds in a DAG file, and what it loads for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.airflow_home import ROOT

HEAVY = ("feedparser", "babel", "torch", "ray", "numpy", "PIL", "boto3", "botocore", "pandas", "include.runtime")


def parsed(loader: Path, tmp_path: Path, **environment: str) -> dict[str, list[str]]:
    """Names of the DAGs that `loader` makes, and which of the heavy modules it loads."""
    program = (
        "import json, runpy, sys\n"
        f"names = runpy.run_path({str(loader)!r})\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "dags = sorted(n for n, v in names.items() if type(v).__name__ == 'DAG')\n"
        "print(json.dumps({'loaded': loaded, 'dags': dags}))\n"
    )
    own = {"PYTHONPATH": str(ROOT), "AIRFLOW_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", **environment}
    done = subprocess.run(
        [sys.executable, "-c", program], env=own, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found
