from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from deploy.local import database, locks, processes, supervisor
from deploy.local.component import ServiceEnded
from deploy.local.credentials import credentials_file
from deploy.local.database import Database
from deploy.local.installation import Installation
from deploy.local.ports import choose_ports
from deploy.local.processes import Service
from deploy.local.stackfile import Phase, StackFile
from deploy.local.supervisor import Supervisor
from tests.cluster.airflow import until


@pytest.fixture
def home(installation: Installation) -> Iterator[Installation]:
    """An installation that somebody uses."""
    with locks.lease(installation):
        yield installation
    database.remove(installation)


def test_an_sqlite_file_of_before_is_left_alone_and_told_of_once(home: Installation) -> None:
    earlier = home.airflow_home / "airflow.db"
    earlier.write_bytes(b"SQLite format 3")
    first, own = Supervisor(home), Database.of(home)
    first.make_database(own)
    (told,) = [line for line in first.status.told if str(earlier) in line]
    assert "is left alone and not read" in told
    assert earlier.read_bytes() == b"SQLite format 3"
    second = Supervisor(home)
    second.make_database(own)
    assert second.status.told == []


def test_a_server_is_waited_for_while_it_works_and_given_up_when_it_does_nothing(
    home: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STILL_S", 1.0)
    waiting = Supervisor(home)
    code = "import time\nfor _ in range(12):\n  print('at work', flush=True)\n  time.sleep(0.25)\ntime.sleep(600)"
    waiting.add(Service("probe", (sys.executable, "-c", code), answers=lambda: False))
    with pytest.raises(ServiceEnded, match="probe does not answer, and has done nothing for 1 s"):
        waiting.await_all()
    assert waiting.components[0].log.read_text().count("at work") == 12
    stack = StackFile.of(home).read()
    assert stack
    assert stack.message == "probe to answer"
    waiting.components[0].stop(0)


def test_damaged_credentials_are_told_where_people_look(home: Installation) -> None:
    credentials_file(home).write_text("{")
    # In a process of its own: it ends everything below it.
    command = [sys.executable, "-m", "deploy.local.supervisor"]
    subprocess.run(command, cwd=home.root, env={**os.environ, **home.environment()}, check=True)
    stack = StackFile.of(home).read()
    assert stack
    assert stack.phase is Phase.FAILED
    assert "credentials.json: is damaged" in stack.message


STUBBORN = """
import os, signal, sys, time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
if not os.fork():
    os.setsid()
    print("up", flush=True)
while True:
    time.sleep(0.05)
"""
SMALL = """
import sys

from deploy.local import component, supervisor
from deploy.local.processes import Service

class Small(supervisor.Supervisor):
    def start(self, own):
        self.add(Service("probe", (sys.executable, "-c", sys.argv[1])))

component.GRACE_S = 0.5
supervisor.Supervisor = Small
sys.exit(supervisor.main())
"""


def test_who_is_asked_to_stop_again_and_again_leaves_nothing_behind(home: Installation) -> None:
    environment = {**os.environ, **home.environment()}
    stubborn = [sys.executable, "-c", SMALL, STUBBORN]
    log = home.logs / "probe.log"
    with subprocess.Popen(stubborn, cwd=home.root, env=environment) as supervising:
        until(lambda: log.exists() and log.read_text(), 30, "the server's child runs")
        supervising.terminate()
        until(lambda: _phase(home) is Phase.STOPPING, 30, "it stops")
        while supervising.poll() is None:
            supervising.terminate()
    assert supervising.returncode in (0, -signal.SIGTERM), "by which an interpreter may end that has done everything"
    assert processes.left_over(home.state) == []


OVERTAKEN = """
import os, sys

from deploy.local import supervisor
from deploy.local.processes import Service
from tests.deploy.stub import Stub, answering

LISTENING = '''
import socket, sys, time
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    time.sleep(600)
'''

class Overtaken(supervisor.Supervisor):
    quicker = None

    def start_all(self, own):
        port = self.status.ports["airflow"]
        if not self.quicker:
            self.quicker = answering(Stub(), port)
            self.quicker.__enter__()
        self.add(Service("probe", (sys.executable, "-c", LISTENING, str(port)), ports=(port,)))
        self.await_all()

supervisor.Supervisor = Overtaken
os._exit(supervisor.main())
"""


def test_everything_is_started_again_on_other_ports_when_another_program_is_quicker(home: Installation) -> None:
    """In a process of its own: it ends everything below it."""
    environment = {**os.environ, **home.environment()}
    port = choose_ports(home)["airflow"]
    command = [sys.executable, "-c", OVERTAKEN]
    with subprocess.Popen(command, cwd=home.root, env=environment, stderr=subprocess.PIPE, text=True) as supervising:
        until(lambda: _phase(home) in (Phase.READY, Phase.FAILED), 60, "it serves")
        stack = StackFile.of(home).read()
        supervising.terminate()
        _, logged = supervising.communicate()
    assert stack
    assert (stack.phase, stack.message) == (Phase.READY, "")
    assert stack.ports["airflow"] != port
    said = f"port {port}, where probe should listen, was taken by another program; everything is started again on other"
    assert said in logged
    assert processes.left_over(home.state) == []


def _phase(home: Installation) -> Phase | None:
    stack = StackFile.of(home).read()
    return stack.phase if stack else None
