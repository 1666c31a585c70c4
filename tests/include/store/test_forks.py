"""A fork of a process that has asked the store says so at once; one of a process that has not is free to ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from atelier.testing.s3 import S3

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import os, signal, sys
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.objects import Objects
from include.store.stored import JSON
from include.store.forks import ForkedAfterUse
{first}

def ask(objects):
    objects.put("k", b"1", JSON)
    return objects.get("k").body

def made():
    return Objects(Domain({bucket!r}), Connection.from_environment())

objects = made()
{before}
child = os.fork()
if not child:
    signal.alarm(30)  # whoever waits for ever dies of it
    try:
        print("child", ask({which}), flush=True)
    except ForkedAfterUse as error:
        print("child", error, flush=True)
    os._exit(0)
status = os.waitpid(child, 0)[1]
print("parent", status, ask(objects))
"""


def run(s3: S3, *, before: str = "", which: str = "objects", first: str = "") -> list[str]:
    """What a parent and its fork print."""
    program = PROGRAM.format(bucket=s3.bucket, before=before, which=which, first=first)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **s3.environment()},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("which", ["objects", "made()"], ids=["the parent's client", "one of its own"])
def test_a_fork_of_a_process_that_asked_is_told_at_once(s3: S3, which: str) -> None:
    told, parent = run(s3, before="ask(objects)", which=which)
    assert "was forked from process" in told
    assert "every request waits for ever" in told
    assert "spawn" in told
    assert parent == "parent 0 b'1'"


@pytest.mark.parametrize("which", ["objects", "made()"], ids=["the parent's client", "one of its own"])
def test_a_fork_of_a_process_that_only_made_a_client_may_ask(s3: S3, which: str) -> None:
    assert run(s3, first="import obstore.store", before="objects._client()", which=which) == [
        "child b'1'",
        "parent 0 b'1'",
    ]


def test_workers_that_fork_for_each_task_may_ask_though_nobody_else_may(s3: S3) -> None:
    # As LocalExecutor: the scheduler forks a worker, the worker forks a supervisor for each task, and that the task.
    before = """
for _ in range(2):
    worker = os.fork()
    if not worker:
        for _ in range(2):
            task = os.fork()
            if not task:
                signal.alarm(30)
                print("task", ask(objects), flush=True)
                os._exit(0)
            assert os.waitpid(task, 0)[1] == 0
        os._exit(0)
    assert os.waitpid(worker, 0)[1] == 0
"""
    assert run(s3, before=before) == ["task b'1'"] * 4 + ["child b'1'", "parent 0 b'1'"]
