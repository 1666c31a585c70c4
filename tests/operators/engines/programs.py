"""Small programs that stand in for the stage side's Python: called as the engine calls it, they do one thing."""

from __future__ import annotations

import sys
from pathlib import Path

HEAD = """#!{python} -S
import json, os, signal, subprocess, sys, time
def say(event, **more):
    print(json.dumps({{"at": "2026-01-01T00:00:00Z", "level": "info", "event": event, **more}}), flush=True)
def terminate(**failure):
    with open(os.environ["ATELIER_TERMINATION_LOG"], "w") as file:
        file.write(json.dumps(failure))
"""


def program(folder: Path, body: str) -> str:
    """An executable that runs `body`; its path stands for the deployment's `process.python`."""
    path = folder / "stage"
    path.write_text(HEAD.format(python=sys.executable) + body)
    path.chmod(0o755)
    return str(path)
