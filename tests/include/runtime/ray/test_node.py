"""The process that has a stage's own Ray, with a stand-in that starts processes; `tests/ray` has the real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.include.runtime.pod import ROOT

RAY = """
import subprocess, types

def init(**options):
    if options["num_gpus"] > 1:
        raise ValueError("there is 1 GPU")
    # One that lives, and one whose parent goes at once, so that it is nobody's child at the end.
    subprocess.Popen(["sleep", "600"])
    shell = subprocess.Popen(["sh", "-c", "sleep 600 >&- & echo; sleep 1"], stdout=subprocess.PIPE)
    shell.stdout.readline()

def get_runtime_context():
    return types.SimpleNamespace(gcs_address="127.0.0.1:1234")
"""


@contextmanager
def node(folder: Path, gpus: int) -> Iterator[subprocess.Popen[bytes]]:
    """The process, with a Ray that is not Ray."""
    (folder / "stand_in").mkdir()
    (folder / "stand_in" / "ray.py").write_text(RAY)
    (folder / "ray-files").mkdir()
    options: dict[str, Any] = {"num_gpus": gpus, "_temp_dir": str(folder / "ray-files")}
    path = os.pathsep.join((str(folder / "stand_in"), str(ROOT)))
    started = subprocess.Popen(
        [sys.executable, "-m", "include.runtime.ray.node", json.dumps(options)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        for end in (started.stdin, started.stdout):
            assert end is not None
            end.close()


def said(started: subprocess.Popen[bytes]) -> Any:
    assert started.stdout is not None
    return json.loads(started.stdout.readline())


def test_it_says_where_it_is_and_ends_all_that_it_started_when_nobody_listens_any_more(tmp_path: Path) -> None:
    with node(tmp_path, 1) as started:
        assert said(started) == {"address": "127.0.0.1:1234"}
        begun = psutil.Process(started.pid).children(recursive=True)
        assert len(begun) >= 3
        psutil.wait_procs([each for each in begun if each.name() == "sh"], timeout=10)
        assert started.stdin is not None
        started.stdin.close()
        assert started.wait(30) == 0
        assert psutil.wait_procs(begun, timeout=10)[1] == []
        assert not (tmp_path / "ray-files").exists()


def test_options_that_make_no_sense_are_told(tmp_path: Path) -> None:
    with node(tmp_path, 2) as started:
        assert said(started) == {"refused": "there is 1 GPU"}
