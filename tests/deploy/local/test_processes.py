from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from deploy.local import processes
from deploy.local.installation import PROJECT_ROOT
from deploy.local.processes import MARK, DoesNotEnd, Service

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT_OF_STUBBORN = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def _service(code: str) -> Service:
    return Service("probe", (sys.executable, "-c", code))


def _first_line(log: Path) -> str:
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if log.exists() and "\n" in (text := log.read_text()):
            return text.splitlines()[0]
        time.sleep(0.02)
    raise AssertionError(f"{log} stayed empty")


def test_a_grandchild_in_a_session_of_its_own_that_ignores_sigterm_ends_too(tmp_path: Path) -> None:
    process = processes.start(_service(PARENT_OF_STUBBORN), tmp_path, tmp_path, tmp_path / "log")
    grandchild = int(_first_line(tmp_path / "log"))
    processes.end_all([psutil.Process(process.pid)], grace_s=0.5)
    process.wait(5)
    assert not psutil.pid_exists(grandchild) or psutil.Process(grandchild).status() == psutil.STATUS_ZOMBIE


def test_another_airflows_settings_and_credentials_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "Celery")
    monkeypatch.setenv("AWS_PROFILE", "work")
    code = "import os; print([n for n in os.environ if n.startswith(('AIRFLOW_', 'AWS_'))])"
    process = processes.start(_service(code), tmp_path, tmp_path, tmp_path / "log")
    assert _first_line(tmp_path / "log") == "[]"
    process.wait(5)


def test_services_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    code = textwrap.dedent(f"""
        import pathlib, sys, time
        from deploy.local import processes
        folder = pathlib.Path({str(tmp_path)!r})
        service = processes.Service("probe", (sys.executable, "-c", "import time; time.sleep(60)"))
        print(processes.start(service, folder, folder, folder / "log").pid, flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        service = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        assert service.wait(5) is None or not service.is_running()


def test_what_is_left_over_is_known_by_its_mark(tmp_path: Path) -> None:
    others = {**os.environ, MARK: str(tmp_path / "other")}
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=others) as other:
        process = processes.start(_service("import time; time.sleep(60)"), tmp_path, tmp_path, tmp_path / "log")
        assert [found.pid for found in processes.left_over(tmp_path)] == [process.pid]
        processes.end_all(processes.left_over(tmp_path), grace_s=2)
        process.wait(5)
        assert other.poll() is None
        other.kill()


def test_what_does_not_even_end_when_it_is_killed_is_named_and_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a process that waits for a network drive: the kernel keeps every signal from it."""
    process = processes.start(_service("import time; time.sleep(60)"), tmp_path, tmp_path, tmp_path / "log")
    described = rf"python\S* \(pid {process.pid}, \S+\) was killed 0 s ago and has not ended"
    with monkeypatch.context() as patch:
        patch.setattr(processes, "KILL_S", 0.0)
        patch.setattr(psutil.Process, "send_signal", lambda *_: None)
        with pytest.raises(DoesNotEnd, match=described):
            processes.end_left_over(tmp_path, 0)
    assert processes.end_left_over(tmp_path, 0)
    assert not processes.end_left_over(tmp_path, 0)
    process.wait(5)
