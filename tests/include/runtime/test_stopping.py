"""A process that is asked to stop, from its first moment on, whatever its main thread does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from include.contract.errors import Cause, ExitCode
from include.contract.failures import FailureClass, read_failure
from include.runtime.stopping import Stopping
from tests.include.runtime.pod import ROOT

GRACE_S = 3.0
HEAR = "import sys; from include.runtime.stopping import Stopping; s = Stopping(); s.hear();"
READY = "print('ready', flush=True);"
SLEEP = "import time; time.sleep(600)"
IN_C = "import hashlib; hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)"
"""Minutes inside a library, from which no signal calls the interpreter back."""


def stopped(program: str, folder: Path, within_s: float, signals: int = 1) -> tuple[int, str]:
    """Exit code and termination message of `program`, after so many SIGTERM."""
    message = folder / "termination-log"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ATELIER_TERMINATION_LOG": str(message)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
        return process.wait(within_s), message.read_text()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("doing", [SLEEP, IN_C], ids=["waiting", "inside-a-library"])
def test_without_work_in_hand_it_ends_at_once(tmp_path: Path, doing: str) -> None:
    code, message = stopped(f"{HEAR}{READY}{doing}", tmp_path, within_s=20)
    failure = read_failure(message)
    assert failure is not None
    assert (code, failure.exit_code, failure.failure_class, failure.cause) == (
        75, 75, FailureClass.TRANSIENT, Cause.PREEMPTED,
    )  # fmt: skip


@pytest.mark.parametrize("signals", [1, 3])
@pytest.mark.parametrize("doing", [SLEEP, IN_C], ids=["waiting", "inside-a-library"])
def test_work_in_hand_has_no_longer_than_the_grace_period(tmp_path: Path, doing: str, signals: int) -> None:
    work = f's.work({GRACE_S}, lambda: \'{{"message": "half done"}}\');'
    assert stopped(f"{HEAR}{work}{READY}{doing}", tmp_path, GRACE_S, signals) == (75, '{"message": "half done"}\n')


def test_a_log_that_nobody_reads_holds_nothing_up(tmp_path: Path) -> None:
    work = 's.work(1.0, lambda: \'{"message": "half done"}\');'
    flood = "import logging; logging.basicConfig(stream=sys.stdout);\nwhile True: logging.error('x' * 10_000)"
    assert stopped(f"{HEAR}{work}{READY}{flood}", tmp_path, within_s=20) == (75, '{"message": "half done"}\n')


def test_the_last_words_are_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_TERMINATION_LOG", str(tmp_path / "termination-log"))
    stopping = Stopping()
    assert stopping.say("the first", ExitCode.PERMANENT) == 65
    assert stopping.say("the second", ExitCode.TRANSIENT) == 65
    assert (tmp_path / "termination-log").read_text() == "the first\n"


def test_success_leaves_no_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_TERMINATION_LOG", str(tmp_path / "termination-log"))
    assert Stopping().say("", ExitCode.OK) == 0
    assert list(tmp_path.iterdir()) == []
