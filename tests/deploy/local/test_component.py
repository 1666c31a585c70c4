from __future__ import annotations

import sys
import time

import pytest

from deploy.local.component import RESTARTS, Component, PortTaken, ServiceEnded
from deploy.local.installation import Installation
from deploy.local.ports import choose_ports
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


def _service(*code: str, ports: tuple[int, ...] = ()) -> Service:
    return Service("probe", (sys.executable, "-c", *code), ports=ports)


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
    component = Component(_service(LASTING), installation, lambda: cleared.append(component.process.pid))
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
    assert not component.serves()
    with answering(Stub(), port), pytest.raises(PortTaken, match=f"port {port}, where probe should listen, was taken"):
        component.serves()
    component.stop(0)


def test_a_process_below_it_may_serve(installation: Installation, port: int) -> None:
    component = Component(_service(BELOW, LISTENING, str(port), ports=(port,)), installation)
    _until(component.serves)
    component.stop(5)
    assert component.process.poll() is not None


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
