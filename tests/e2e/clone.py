"""A clone of the project in which somebody has a content type of their own, and its archive of what was made before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import setup
from deploy.local.installation import PROJECT_ROOT, Installation
from tests.e2e.conftest import Home

PARTS = ("dags", "deploy", "examples", "include", "operators", "plugins")


@contextmanager
def clone(root: Path) -> Iterator[Home]:
    """The project in `root`, with the environments of this one. Its servers run when the caller starts them."""
    for name in PARTS:
        shutil.copytree(PROJECT_ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("airflow", "stage"):
        _link_environment(PROJECT_ROOT / ".venv" / name, root / ".venv" / name)
    home = Home(Installation(root=root, home=root))
    try:
        yield home
    finally:
        home.end()


def _link_environment(source: Path, target: Path) -> None:
    """All of `source` but its launcher, which leads to the project that it was made for."""
    (target / "bin").mkdir(parents=True)
    for path in source.iterdir():
        if path.name != "bin":
            (target / path.name).symlink_to(path)
    for path in (source / "bin").iterdir():
        if path.name != setup.LAUNCHER:
            (target / "bin" / path.name).symlink_to(path)
    setup.write_launcher(target, target.parents[1])
