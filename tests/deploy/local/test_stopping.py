from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from deploy.local import stopping
from deploy.local.component import Component
from deploy.local.installation import Installation
from deploy.local.processes import Service
from tests.cluster.airflow import until

SCHEDULER = """
import os, pathlib, signal, sys, time

folder = pathlib.Path(sys.argv[1])

def worker(name, task):
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, lambda *_: (folder / f"{name}-signalled").touch())
    if task:
        child = os.fork()
        if not child:
            def stop(*_):
                (folder / "task-stopped").touch()
                os._exit(75)
            signal.signal(signal.SIGTERM, stop)
            (folder / "task-runs").touch()
            while True:
                time.sleep(0.1)
        os.waitpid(child, 0)
        (folder / "told-airflow").touch()
    else:
        while not (folder / "told-airflow").exists():
            time.sleep(0.02)
    os._exit(0)

ended = []
signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
workers = [worker("busy", True), worker("idle", False)]
while not ended:
    time.sleep(0.02)
for each in workers:
    os.waitpid(each, 0)
(folder / "in-order").touch()
"""


@pytest.fixture
def scheduler(installation: Installation) -> Component:
    """Something that forks workers, which fork tasks, and waits for them when it is asked to end."""
    argv = (sys.executable, "-c", textwrap.dedent(SCHEDULER), str(installation.home))
    return Component(Service("scheduler", argv), installation)


def test_tasks_stop_and_are_told_of_before_anything_else_ends(installation: Installation, scheduler: Component) -> None:
    home = installation.home
    until((home / "task-runs").exists, 30, "the task runs")
    stopping.stop_tasks(scheduler)
    assert scheduler.process.poll() == 0
    assert {path.name for path in home.iterdir() if path.is_file()} == {
        "task-runs", "task-stopped", "told-airflow", "in-order",
    }  # fmt: skip


STOPPING = """
import json, pathlib, sys

import psutil

from deploy.local import processes, stopping
from deploy.local.component import Component
from deploy.local.installation import Installation
from deploy.local.processes import Service
from tests.cluster.airflow import until

SERVER = '''
import pathlib, signal, sys, time

def stop(*_):
    with open(sys.argv[2], "a") as file:
        file.write(sys.argv[1] + chr(10))
    raise SystemExit

signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
pathlib.Path(sys.argv[2] + sys.argv[1]).touch()
time.sleep(600)
'''
record = pathlib.Path(sys.argv[1])
installation = Installation.here()
components = {}
for name in ("s3", "postgres", "scheduler", "api-server"):
    argv = (sys.executable, "-c", SERVER, name, str(record))
    components[name] = Component(Service(name, argv), installation)
    until(record.with_name(record.name + name).exists, 30, f"{name} runs")
stopping.stop_all(components)
left = [each.pid for each in processes.descendants() if each.status() != psutil.STATUS_ZOMBIE]
print(json.dumps(left))
"""


def test_nothing_is_left_and_the_store_and_the_database_end_last(installation: Installation, tmp_path: Path) -> None:
    """In a process of its own, since everything below it ends."""
    record = tmp_path / "ended"
    done = subprocess.run(
        [sys.executable, "-c", STOPPING, str(record)],
        cwd=installation.root,
        env={**os.environ, **installation.environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert record.read_text().split() == ["scheduler", "api-server", "postgres"], "the store is not asked"
    assert json.loads(done.stdout) == []


RELAY = """
import os, signal, sys, time

def hand_on(*_):
    if os.fork():
        os._exit(0)
    os.setsid()

signal.signal(signal.SIGTERM, hand_on)
print("up", flush=True)
while True:
    time.sleep(0.02)
"""
TROUBLED = """
import json, sys

import psutil

from deploy.local import processes, stopping
from deploy.local.component import Component
from deploy.local.installation import Installation
from deploy.local.processes import Service
from tests.cluster.airflow import until

def broken(scheduler):
    raise psutil.NoSuchProcess(scheduler.process.pid)

processes.adopt_orphans()
if sys.argv[2] == "broken":
    stopping.stop_tasks = broken
installation = Installation.here()
names = ("s3", "postgres", "scheduler", "api-server")
components = {name: Component(Service(name, (sys.executable, "-c", sys.argv[1])), installation) for name in names}
for each in components.values():
    until(lambda: each.log.read_text(), 30, "it runs")
try:
    stopping.stop_all(components)
except psutil.NoSuchProcess:
    print("broken", file=sys.stderr)
print(json.dumps([each.pid for each in processes.descendants() if each.status() != psutil.STATUS_ZOMBIE]))
"""


@pytest.mark.parametrize("stop", ["in order", "broken"])
def test_nothing_is_left_of_what_starts_others_when_it_is_asked_to_end(installation: Installation, stop: str) -> None:
    """Whoever is asked to end leaves a successor in a session of its own, whose parent is gone."""
    done = subprocess.run(
        [sys.executable, "-c", TROUBLED, RELAY, stop],
        cwd=installation.root,
        env={**os.environ, **installation.environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
    assert ("broken" in done.stderr) == (stop == "broken")
