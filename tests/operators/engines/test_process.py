from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from atelier.testing.s3 import S3
from include.contract.engines import Job, ProcessSettings
from include.contract.errors import BadRequest, Cause
from include.contract.failures import FailureClass
from operators.engines import PROJECT_ROOT
from operators.engines.process import ProcessEngine
from tests.faults import Fault, How, faulty
from tests.operators.engines.programs import program

URI = "s3://atelier/v1/requests/" + "0" * 64 + ".json"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "very-secret"}
IGNORES_SIGTERM = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
say("ready", pid=os.getpid())
time.sleep(60)
"""
STOPS_ON_SIGTERM = """
def stop(*_):
    terminate(failure_class="transient", cause="preempted", exit_code=75, message="was asked to stop")
    sys.exit(75)
signal.signal(signal.SIGTERM, stop)
child = subprocess.Popen(["sleep", "60"])
say("ready", pid=os.getpid(), child=child.pid)
time.sleep(60)
"""


def job(grace_s: float = 5.0) -> Job:
    return Job(request_uri=URI, attempt=3, grace_s=grace_s, environment=CREDENTIALS)


def engine(tmp_path: Path, body: str, publish_folder: str | None = None) -> ProcessEngine:
    settings = ProcessSettings(
        python=program(tmp_path, body),
        scratch=str(tmp_path / "scratch"),
        cache=str(tmp_path),
        publish_folder=publish_folder,
        model_cache_limit="20Gi",
    )
    return ProcessEngine(settings)


@pytest.fixture(autouse=True)
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG, logger="operators.engines.process"):
        yield caplog


def gone(pid: int, within_s: float) -> bool:
    """Whether the process ends in time; one that only waits to be reaped has ended."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def pids(text: str) -> dict[str, int]:
    """The numbers of a shown line such as `ready pid=3 child=4`."""
    return {key: int(value) for key, _, value in (word.partition("=") for word in text.split() if "=" in word)}


def test_the_command_is_the_pods_and_the_environment_an_allow_list(
    tmp_path: Path, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "not for stages")
    body = "terminate(**{}); say('seen', message=json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]))"
    assert engine(tmp_path, body, publish_folder="/srv/share").run(job()) is None
    shown = next(record.getMessage() for record in lines.records if record.getMessage().startswith("seen: "))
    arguments, environment, folder = json.loads(shown.removeprefix("seen: "))
    assert arguments == ["-m", "include.runtime", "run", URI]
    assert folder == str(PROJECT_ROOT)
    assert environment.items() >= CREDENTIALS.items()
    assert environment["ATELIER_ATTEMPT"] == "3"
    assert environment["ATELIER_PUBLISH_FOLDER"] == "/srv/share"
    assert environment["ATELIER_MODEL_CACHE_BYTES"] == str(20 * 2**30)
    assert "AIRFLOW__CORE__FERNET_KEY" not in environment
    started = next(record.getMessage() for record in lines.records if "include.runtime run" in record.getMessage())
    assert "very-secret" not in started


@pytest.mark.parametrize("python", ["nowhere/python", "folder", "not-executable", "not-executable/python"])
def test_an_interpreter_that_cannot_be_started_is_a_mistake_of_the_deployment(tmp_path: Path, python: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "not-executable").write_text("")
    settings = ProcessSettings(python=str(tmp_path / python), scratch=str(tmp_path / "scratch"), cache=str(tmp_path))
    with pytest.raises(BadRequest, match=f"`process.python`, {tmp_path / python}, cannot be started: "):
        ProcessEngine(settings).run(job())


@pytest.mark.parametrize("left", [b"\xff" * 10_000, b"[" * 4000, b"\x00", b'{"failure_class": 3}'])
def test_whatever_a_stage_leaves_as_its_last_words_its_exit_code_says_the_class(tmp_path: Path, left: bytes) -> None:
    body = f'open(os.environ["ATELIER_TERMINATION_LOG"], "wb").write({left!r}); sys.exit(75)'
    failure = engine(tmp_path, body).run(job())
    assert failure is not None
    assert (failure.failure_class, failure.exit_code) == (FailureClass.TRANSIENT, 75)


def test_lines_are_shown_as_they_come_at_their_level(tmp_path: Path, lines: pytest.LogCaptureFixture) -> None:
    body = (
        'say("first", level="warning", n=1)\nprint("not json", file=sys.stderr, flush=True)\ntime.sleep(2)\nsay("last")'
    )
    seen: list[tuple[float, str]] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append((time.monotonic(), record.getMessage()))  # type: ignore[method-assign]
    logging.getLogger("operators.engines.process").addHandler(handler)
    try:
        assert engine(tmp_path, body).run(job()) is None
    finally:
        logging.getLogger("operators.engines.process").removeHandler(handler)
    at = {text: moment for moment, text in seen}
    assert at["last"] - at["first n=1"] > 1
    assert "not json" in at
    assert next(r for r in lines.records if r.getMessage() == "first n=1").levelno == logging.WARNING


def test_a_long_output_is_shown_whole_and_a_flood_without_newline_is_cut(
    tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    body = 'for n in range(5000): print(n)\nprint("x" * 200_000, end="")'
    assert engine(tmp_path, body).run(job()) is None
    texts = [record.getMessage() for record in lines.records]
    assert [text for text in texts if text.isdigit()] == [str(n) for n in range(5000)]
    assert sum(len(text) for text in texts if text.startswith("x")) == 200_000


def test_the_termination_message_is_the_failure(tmp_path: Path) -> None:
    body = (
        'terminate(failure_class="bug", cause="items_failed", exit_code=1, message="2 of 5 failed", '
        'items=["honey/02", "honey/04"], progress={"total": 5, "done": 5, "failed": 2})\nsys.exit(1)'
    )
    failure = engine(tmp_path, body).run(job())
    assert failure is not None
    assert (failure.cause, failure.items, failure.progress.failed) == (Cause.ITEMS_FAILED, ("honey/02", "honey/04"), 2)


@pytest.mark.parametrize(
    ("body", "failure_class", "cause", "says"),
    [
        ('say("deep in it")\nraise ValueError("boom")', FailureClass.BUG, Cause.BUG, "ValueError: boom"),
        ("os.kill(os.getpid(), signal.SIGKILL)", FailureClass.OUT_OF_MEMORY, Cause.HOST_OUT_OF_MEMORY, "SIGKILL"),
        ("sys.exit(137)", FailureClass.OUT_OF_MEMORY, Cause.HOST_OUT_OF_MEMORY, "exit code 137"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", FailureClass.BUG, Cause.BUG, "SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGTERM)", FailureClass.TRANSIENT, Cause.PREEMPTED, "SIGTERM"),
        ("sys.exit(65)", FailureClass.PERMANENT, Cause.BUG, "exit code 65"),
        ("sys.exit(77)", FailureClass.OUT_OF_MEMORY, Cause.DEVICE_OUT_OF_MEMORY, "exit code 77"),
    ],
)
def test_without_a_termination_message_the_end_speaks_for_itself(
    tmp_path: Path, body: str, failure_class: FailureClass, cause: Cause, says: str
) -> None:
    failure = engine(tmp_path, body).run(job())
    assert failure is not None
    assert (failure.failure_class, failure.cause) == (failure_class, cause)
    assert says in failure.message


@pytest.mark.parametrize(("body", "grace_s"), [(STOPS_ON_SIGTERM, 20.0), (IGNORES_SIGTERM, 1.0)])
def test_stop_asks_the_group_and_kills_it_after_its_grace(
    tmp_path: Path, lines: pytest.LogCaptureFixture, body: str, grace_s: float
) -> None:
    running = engine(tmp_path, body)
    threading.Timer(2.0, running.stop).start()
    started = time.monotonic()
    failure = running.run(job(grace_s))
    assert time.monotonic() - started < 15
    assert failure is not None
    assert failure.cause is Cause.PREEMPTED
    ready = next(r.getMessage() for r in lines.records if r.getMessage().startswith("ready"))
    assert all(gone(pid, 2) for pid in pids(ready).values())


@pytest.mark.timeout(method="thread")  # SIGALRM, by which a test is ended, is the test's own here
def test_an_exception_in_the_task_ends_the_child(tmp_path: Path, lines: pytest.LogCaptureFixture) -> None:
    def overdue(*_: object) -> None:
        raise TimeoutError("execution_timeout")

    before = signal.signal(signal.SIGALRM, overdue)
    signal.alarm(2)
    try:
        with pytest.raises(TimeoutError):
            engine(tmp_path, STOPS_ON_SIGTERM).run(job())
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    ready = next(r.getMessage() for r in lines.records if r.getMessage().startswith("ready"))
    assert all(gone(pid, 2) for pid in pids(ready).values())
    assert list((tmp_path / "scratch").iterdir()) == []


def test_no_child_outlives_a_task_that_is_killed_with_9(tmp_path: Path) -> None:
    path = program(
        tmp_path, IGNORES_SIGTERM.replace("say(", "child = subprocess.Popen(['sleep', '60'])\nsay('x'), say(")
    )
    task = (
        "import logging, sys\n"
        "logging.basicConfig(level='INFO', stream=sys.stdout, format='%(message)s')\n"
        "from include.contract.engines import Job, ProcessSettings\n"
        "from operators.engines.process import ProcessEngine\n"
        f"settings = ProcessSettings(python={path!r}, scratch={str(tmp_path / 'scratch')!r}, cache='.')\n"
        f"ProcessEngine(settings).run(Job({URI!r}, 1, 1.0, {{}}))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", task],
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        ready = next(line for line in process.stdout if line.startswith("ready"))
        family = [pids(ready)["pid"], *(c.pid for c in psutil.Process(pids(ready)["pid"]).children())]
        assert len(family) == 2
        process.kill()
    assert all(gone(pid, 10) for pid in family)
    end = time.monotonic() + 5
    while list((tmp_path / "scratch").iterdir()) and time.monotonic() < end:
        time.sleep(0.1)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_stage_that_was_asked_to_stop_before_it_ran_ends_at_once(tmp_path: Path) -> None:
    asked = engine(tmp_path, "time.sleep(60)")
    asked.stop()
    failure = asked.run(job())
    assert failure is not None
    assert failure.cause is Cause.PREEMPTED


def test_a_stage_before_a_silent_store_stops_within_its_grace_and_says_why(tmp_path: Path, s3: S3) -> None:
    settings = ProcessSettings(python=sys.executable, scratch=str(tmp_path / "scratch"), cache=str(tmp_path))
    real = ProcessEngine(settings)
    with faulty(s3) as (broken, server), ThreadPoolExecutor(1) as thread:
        server.meet(Fault("silence", How.SILENCE))
        asked = Job(request_uri=URI, attempt=1, grace_s=6.0, environment=broken.environment())
        running = thread.submit(real.run, asked)
        server.wait_until_met()
        real.stop()
        failure = running.result()
    assert failure is not None
    assert (failure.cause, failure.exit_code) == (Cause.PREEMPTED, 75)
    assert failure.message == "asked to stop while it was starting; nothing was begun"
