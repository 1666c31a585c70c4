"""An Airflow of the test session's own: set up before Airflow is first imported, forgotten afterwards."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(tempfile.mkdtemp(prefix="atelier-airflow-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)


def settings(home: Path) -> dict[str, str]:
    """Environment of an Airflow in `home` that sees this project."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "300",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "PYTHONPATH": str(ROOT),
    }


def lay_database(home: Path) -> None:
    """Put an empty database of this Airflow in `home`: it is migrated once a session, which takes long, and copied."""
    shutil.copy(_migrated(), home / "airflow.db")


@cache
def _migrated() -> Path:
    home = HOME / "migrated"
    home.mkdir()
    command = [Path(sys.executable).with_name("airflow"), "db", "migrate"]
    subprocess.run(command, env={**os.environ, **settings(home)}, check=True, capture_output=True)
    assert [path.name for path in home.glob("airflow.db*")] == ["airflow.db"], "all of it is in one file"
    return home / "airflow.db"


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a part of Airflow, by force where it does not listen."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


os.environ.update(settings(HOME))
with warnings.catch_warnings():
    # What third parties deprecate of each other while they are imported is not this project's to mend.
    warnings.simplefilter("ignore")
    import airflow.providers.amazon.aws.hooks.s3
    import airflow.providers.cncf.kubernetes.operators.pod
    import airflow.sdk  # noqa: F401
