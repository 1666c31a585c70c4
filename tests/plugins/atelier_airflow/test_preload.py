from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.airflow_home import ROOT, settings
from tests.distributions import install

PROGRAM = """
import json, os, runpy, sys
from airflow.plugins_manager import ensure_plugins_loaded
ensure_plugins_loaded()
loaded = {name: name in sys.modules for name in ("boto3", "operators.stages.operator")}
threads = len(os.listdir("/proc/self/task"))
if all(loaded.values()) and os.fork() == 0:
    before = set(sys.modules)
    runpy.run_path(sys.argv[1])
    airflows = ("airflow.", "encodings", "tzdata")
    more = sorted(name for name in set(sys.modules) - before if not name.startswith(airflows))
    print(json.dumps({"loaded": loaded, "threads": threads, "more": more}), flush=True)
    os._exit(0)
elif all(loaded.values()):
    os.wait()
else:
    print(json.dumps({"loaded": loaded}))
"""


def plugin_load(home: Path, **environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT / "dags" / "content.py")],
        env={"PATH": "/usr/bin:/bin", **settings(home), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("lazy", ["True", "False"])
def test_a_parent_that_preloads_has_one_thread_and_its_forks_parse_at_once(tmp_path: Path, lazy: str) -> None:
    found = plugin_load(tmp_path, ATELIER_PRELOAD="1", AIRFLOW__CORE__LAZY_LOAD_PLUGINS=lazy)
    assert found["threads"] == 1
    assert found["more"] == []  # but for what Airflow itself keeps for the parse


def test_what_distributions_bring_is_read_before_anything_forks(tmp_path: Path) -> None:
    site = install(tmp_path / "site")
    program = """
import os, sys
from airflow.plugins_manager import ensure_plugins_loaded
ensure_plugins_loaded()
print("my_recipes.recipes" in sys.modules, len(os.listdir("/proc/self/task")))
"""
    environment = settings(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **{"PATH": "/usr/bin:/bin", "ATELIER_PRELOAD": "1"},
            **environment,
            "PYTHONPATH": f"{environment['PYTHONPATH']}{os.pathsep}{site}",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "True 1"


def test_other_processes_load_nothing(tmp_path: Path) -> None:
    assert plugin_load(tmp_path)["loaded"] == {"boto3": False, "operators.stages.operator": False}


def test_the_pages_are_loaded_by_the_api_server_alone(tmp_path: Path) -> None:
    program = """
import sys
from airflow.plugins_manager import ensure_plugins_loaded, get_fastapi_plugins
def pages():
    files = [str(getattr(module, "__file__", "")) for module in list(sys.modules.values())]
    return sum("/plugins/atelier_airflow/web/" in file for file in files)
ensure_plugins_loaded()
before = pages()
(app,), _ = get_fastapi_plugins()
print(before, pages() > 0, app["url_prefix"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": "/usr/bin:/bin", **settings(tmp_path), "ATELIER_PRELOAD": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "0 True /atelier"
