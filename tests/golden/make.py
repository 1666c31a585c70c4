"""`python -m tests.golden.make [--anew]`: makes the golden bucket with the code as it is, from the Airflow side.

The bucket that is there is what code of earlier times wrote, and guards that it stays readable: making it anew gives
that up, which only an ADR decides.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from atelier.testing.s3 import S3, running
from operators.cli.main import main as atelier
from tests import airflow_home  # noqa: F401 - Airflow's home before anything imports Airflow
from tests.golden.bucket import FOLDER, NAME, Objects, keep, saved
from tests.golden.runs import golden_world, make_all


def made(s3: S3, folder: Path) -> Objects:
    """The golden bucket as today's code makes it in the empty bucket of `s3`."""
    with golden_world(s3, folder) as deployment:

        def run(*words: str) -> None:
            code = atelier(["--deployment", str(folder / "deployment.yaml"), *words])
            if code:
                raise RuntimeError(f"atelier {' '.join(words)} ended with {code}")

        make_all(deployment, run)
    return saved(s3.client(), s3.bucket)


def main(arguments: list[str]) -> int:
    """Make the bucket; refuses where there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden.make", description=__doc__)
    parser.add_argument("--anew", action="store_true", help="in place of the one that is there; an ADR says why")
    if FOLDER.exists() and not parser.parse_args(arguments).anew:
        sys.stderr.write(f"{FOLDER} is there and is kept; docs/format.md says when it may be made anew (--anew)\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "weed").mkdir()
        with running(work / "weed", NAME) as s3:
            objects = made(s3, work)
    shutil.rmtree(FOLDER, ignore_errors=True)
    keep(objects, FOLDER)
    total = sum(map(len, objects.values()))
    sys.stdout.write(f"{len(objects)} objects, {total} bytes: {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
