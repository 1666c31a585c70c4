"""What a clean interpreter loads for a module that Airflow imports while it parses DAGs."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

HEAVY = (
    *("torch", "transformers", "diffusers", "ray", "onnxruntime"),
    *("numpy", "pandas", "PIL", "cv2", "skia", "av"),
    *("boto3", "botocore", "obstore"),
)
"""Modules that take long to load, or start threads, which forks of the process that loaded them would lack."""
_PROGRAM = """
import importlib, json, os, sys, threading
importlib.import_module(sys.argv[1])
tasks = "/proc/self/task"
threads = len(os.listdir(tasks)) if os.path.isdir(tasks) else threading.active_count()
print(json.dumps({"loaded": [name for name in sys.argv[2:] if name in sys.modules], "threads": threads}))
"""


@cache
def check_light(module: str) -> None:
    """Check that a clean interpreter that imports `module` loads nothing heavy and starts no thread.

    :raises AssertionError: saying what it loads or starts.
    """
    command = [sys.executable, "-c", _PROGRAM, module, *HEAVY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter
    if done.returncode:
        raise AssertionError(f"`import {module}` fails in a clean interpreter:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    if found["loaded"]:
        raise AssertionError(
            f"`import {module}` loads {', '.join(found['loaded'])}; Airflow imports it each time it parses, so import "
            "such modules in the stage's own module, or in the function that needs them"
        )
    if found["threads"] != 1:
        raise AssertionError(
            f"`import {module}` leaves {found['threads']} threads; Airflow forks after it, and forks lose threads"
        )
