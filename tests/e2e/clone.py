"""A clone of the project, for tests that add to it what its users add."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from deploy.development import setup
from deploy.local.installation import PROJECT_ROOT

PARTS = ("atelier", "dags", "deploy", "examples", "include", "operators", "plugins")


def clone(root: Path) -> None:
    """Make the project anew in `root`, with the environments of this one."""
    for name in PARTS:
        shutil.copytree(PROJECT_ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("airflow", "stage"):
        _link_environment(PROJECT_ROOT / ".venv" / name, root / ".venv" / name)
    launcher = "from deploy.development.setup import AIRFLOW, write_launcher; write_launcher(AIRFLOW)"
    subprocess.run([sys.executable, "-c", launcher], cwd=root, env={"PYTHONPATH": str(root)}, check=True)


def _link_environment(source: Path, target: Path) -> None:
    """All of `source` but its launcher, which leads to the project that it was made for."""
    (target / "bin").mkdir(parents=True)
    for path in source.iterdir():
        if path.name != "bin":
            (target / path.name).symlink_to(path)
    for path in (source / "bin").iterdir():
        if path.name != setup.LAUNCHER:
            (target / "bin" / path.name).symlink_to(path)
