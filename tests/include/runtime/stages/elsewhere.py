"""The same stage in another process: on one core, in another time zone, with memory that held something before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_PROGRAM = """
import json, os, sys
from importlib import import_module
from pathlib import Path
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
names = vars(import_module(sys.argv[1]))
inputs = {name: Path(path) for name, path in json.loads(sys.argv[3])}
print(json.dumps(eval(sys.argv[2], names, {"inputs": inputs, "folder": Path(sys.argv[4])})))
"""


def digests_elsewhere(module: str, expression: str, inputs: Mapping[str, Path], folder: Path) -> dict[str, str]:
    """What `expression` gives there, which knows all names of the test module, `inputs` and `folder`."""
    listed = json.dumps([(name, str(path)) for name, path in inputs.items()])
    command = [sys.executable, "-c", _PROGRAM, module, expression, listed, str(folder)]
    # glibc fills what it hands out, large pieces too, with this byte: a read of unset memory shows.
    other = {**os.environ, "TZ": "Asia/Tokyo", "MALLOC_PERTURB_": "85", "MALLOC_MMAP_THRESHOLD_": "100000000"}
    child = subprocess.run(command, capture_output=True, text=True, check=True, env=other)
    digests: dict[str, str] = json.loads(child.stdout)
    return digests
