from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from operators.engines import watchdog

LIMIT_S = 30
OBEYS = "import time; print('ready', flush=True); time.sleep(3600)"
IGNORES = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + OBEYS


@contextmanager
def stage(body: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own that is at work."""
    command = [sys.executable, "-S", "-c", body]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def watchdog_of(scratch: Path, grace_s: float, told: str) -> subprocess.Popen[bytes]:
    """A watchdog whose task has told it that, and is gone."""
    command = [sys.executable, "-I", "-S", str(watchdog.__file__), str(grace_s), str(scratch)]
    started = subprocess.Popen(command, env={}, stdin=subprocess.PIPE)
    assert started.stdin is not None
    started.stdin.write(told.encode())
    started.stdin.close()
    return started


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "half.png").write_bytes(b"half")
    return folder


@pytest.mark.parametrize(
    ("body", "grace_s", "code"), [(OBEYS, LIMIT_S, -signal.SIGTERM), (IGNORES, 0.2, -signal.SIGKILL)]
)
def test_what_a_task_that_is_gone_had_started_is_stopped_and_then_killed(
    scratch: Path, body: str, grace_s: float, code: int
) -> None:
    with stage(body) as process, watchdog_of(scratch, grace_s, f"{process.pid}\n") as dog:
        assert process.wait(LIMIT_S) == code
        assert dog.wait(LIMIT_S) == 0
    assert not scratch.exists()


def test_a_task_that_is_gone_before_it_started_anything_leaves_no_folder(scratch: Path) -> None:
    with watchdog_of(scratch, LIMIT_S, "") as dog:
        assert dog.wait(LIMIT_S) == 0
    assert not scratch.exists()
