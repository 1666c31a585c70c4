from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from deploy.local.component import RESTARTS, Component, PortTaken, ServiceEnded
from deploy.local.installation import Installation
from deploy.local.ports import choose_ports, is_listened_on
from deploy.local.processes import Service
from tests.deploy.stub import Stub, answering

LASTING = "import time; time.sleep(600)"
LISTENING = """
import socket, sys, time
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    time.sleep(600)
"""
BELOW = """
import subprocess, sys
with subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]]) as child:
    child.wait()
"""


def _service(*code: str, **how: Any) -> Service:
    return Service("probe", (sys.executable, "-c", *code), **how)


@pytest.fixture
def port(installation: Installation) -> int:
    return choose_ports(installation)["airflow"]


def _until(holds: object, within_s: float = 30) -> None:
    limit = time.monotonic() + within_s
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_one_that_ends_is_started_again_and_that_is_said(installation: Installation) -> None:
    cleared: list[int] = []
    component = Component(_service(LASTING, clear_away=lambda: cleared.append(component.process.pid)), installation)
    first = component.process
    assert component.keep() is None
    first.kill()
    first.wait()
    said = component.keep()
    assert said is not None
    assert said.startswith("probe ended with exit code -9 and was started again; ")
    assert cleared == [first.pid]
    assert component.process.poll() is None
    component.stop(0)


def test_one_that_keeps_ending_is_given_up_with_its_last_words(installation: Installation) -> None:
    component = Component(_service("print('no room', flush=True); raise SystemExit(3)"), installation)
    for _ in range(RESTARTS):
        component.process.wait()
        assert component.keep()
    component.process.wait()
    with pytest.raises(ServiceEnded, match=r"probe ended with exit code 3, for the 4th time[\s\S]*no room"):
        component.keep()


def test_only_its_own_process_counts_as_serving(installation: Installation, port: int) -> None:
    component = Component(_service(LASTING, ports=(port,)), installation)
    assert not component.is_ready()
    with answering(Stub(), port), pytest.raises(PortTaken, match=f"port {port}, where probe should listen, was taken"):
        component.is_ready()
    component.stop(0)


def test_a_process_below_it_may_serve(installation: Installation, port: int) -> None:
    component = Component(_service(BELOW, LISTENING, str(port), ports=(port,)), installation)
    _until(component.is_ready)
    component.stop(5)
    assert component.process.poll() is not None


def test_what_listens_and_does_not_answer_yet_is_not_ready(installation: Installation, port: int) -> None:
    answers: list[bool] = []
    service = _service(LISTENING, str(port), ports=(port,), answers=lambda: bool(answers))
    component = Component(service, installation)
    _until(lambda: is_listened_on(port))
    assert not component.is_ready()
    answers.append(True)
    assert component.is_ready()
    component.stop(0)


def test_one_that_ended_because_its_port_was_taken_is_not_started_again(installation: Installation, port: int) -> None:
    with answering(Stub(), port):
        component = Component(_service(LISTENING, str(port), ports=(port,)), installation)
        component.process.wait()
        with pytest.raises(PortTaken):
            component.keep()


def test_what_works_or_speaks_is_not_still(installation: Installation) -> None:
    silent = Component(_service(LASTING), installation)
    before = silent.still_s()
    _until(lambda: silent.still_s() > before + 0.3)
    silent.log.write_text("something\n")
    assert silent.still_s() < 0.1
    silent.stop(0)
    busy = Component(_service("while True: pass"), installation)
    _until(lambda: busy.still_s() > 0.2)
    _until(lambda: busy.still_s() < 0.1)
    busy.stop(0)


STOPPING = """
import json, pathlib, signal, sys

import psutil

from deploy.local import component, processes
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
components = []
for name in ("first", "second", "killed", "last"):
    argv = (sys.executable, "-c", SERVER, name, str(record))
    how = {"stop_signal": signal.SIGKILL} if name == "killed" else {}
    components.append(Component(Service(name, argv, **how), installation))
    until(record.with_name(record.name + name).exists, 30, f"{name} runs")
component.stop_all(components)
left = [each.pid for each in processes.descendants() if each.status() != psutil.STATUS_ZOMBIE]
print(json.dumps(left))
"""


def test_nothing_is_left_and_what_was_started_first_ends_last(installation: Installation, tmp_path: Path) -> None:
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
    assert record.read_text().split() == ["last", "second", "first"], "who is killed is not asked"
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

from deploy.local import component, processes
from deploy.local.component import Component
from deploy.local.installation import Installation
from deploy.local.processes import Service
from tests.cluster.airflow import until

def broken(server):
    raise psutil.NoSuchProcess(server.pid)

processes.adopt_orphans()
installation = Installation.here()
program = (sys.executable, "-c", sys.argv[1])
services = [Service(name, program) for name in ("first", "second", "last")]
if sys.argv[2] == "broken":
    services.append(Service("broken", program, stop=broken))
components = [Component(service, installation) for service in services]
for each in components:
    until(lambda: each.log.read_text(), 30, "it runs")
try:
    component.stop_all(components)
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
