"""The process engine: a stage as a child process on this machine, with the pod's command line and environment."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from include.contract import environment
from include.contract.ending import failure_after
from include.contract.engines import COMMAND, Job, ProcessSettings, TaskTry, stage_variables
from include.contract.errors import BadRequest
from include.contract.failures import MAX_TERMINATION_BYTES, Failure
from operators.engines import PROJECT_ROOT
from operators.engines.lines import LineReader, TaskLog
from operators.engines.scratch import scratch_folder

log = logging.getLogger(__name__)

POLL_S = 0.5
_WATCHDOG = Path(__file__).with_name("watchdog.py")
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
"""The worker's environment variables that a stage gets; it gets no others."""


class ProcessEngine:
    """Runs one request at a time. Its child never outlives the task."""

    def __init__(self, settings: ProcessSettings, devices: int = 1) -> None:
        self._settings, self._devices = settings, devices
        self._child: subprocess.Popen[bytes] | None = None
        self._is_asked_to_stop = False
        self._kill_at: float | None = None
        self._grace_s = 0.0

    def run(self, job: Job) -> Failure | None:
        """Run `job` until it is done: None, or why it failed. Its log lines go to the task's log as they come.

        :raises BadRequest: the deployment's interpreter does not exist.
        """
        self._grace_s, self._kill_at = job.grace_s, None
        with scratch_folder(PROJECT_ROOT / self._settings.scratch) as folder:
            work, termination_log = folder / "work", folder / "termination-log"
            work.mkdir()
            task_log = TaskLog(log)
            with self._child_of(job, self._environment(job, work, termination_log), folder) as child:
                self._follow(LineReader(_output(child)), child, task_log)
                code = child.wait()
            message = _termination_message(termination_log)
        return failure_after(code, message, task_log.tail(), stopped=self._kill_at is not None)

    def stop(self) -> None:
        """Ask the process group to stop, as soon as there is one; it is killed when its grace is over.

        Safe in a signal handler.
        """
        self._is_asked_to_stop = True
        if self._child is not None and self._kill_at is None:
            self._kill_at = time.monotonic() + self._grace_s
            _signal_group(self._child.pid, signal.SIGTERM)

    def resume(self, job: Job, event: Mapping[str, Any]) -> Failure | None:
        """Never called for this engine: a child process cannot be waited for without its worker.

        :raises BadRequest: the deployment was changed to this engine while the task was deferred.
        """
        raise BadRequest(
            "the deployment's engine was changed to `process` while another one was running the stage; clear the task"
        )

    def abandon(self) -> None:
        """Do nothing: the child ended when `run` returned."""

    def _environment(self, job: Job, work: Path, termination_log: Path) -> dict[str, str]:
        """All that the stage sees: the pod's variables, and of the worker's own only `_PASSED_ON`."""
        cache = PROJECT_ROOT / self._settings.cache
        return {
            **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            **stage_variables(job, work, cache, termination_log, self._devices),
            **self._settings.model_variables(),
            **self._publish_folder(),
        }

    def _publish_folder(self) -> dict[str, str]:
        named = self._settings.publish_folder
        return {environment.PUBLISH_FOLDER: str(PROJECT_ROOT / named)} if named else {}

    @contextmanager
    def _child_of(self, job: Job, variables: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
        """The child, in a session of its own with a watchdog beside it; nothing of it is left afterwards."""
        command = [str(PROJECT_ROOT / self._settings.python), *COMMAND, job.request_uri]
        with (
            _watchdog(job.grace_s, folder) as tell,
            _started(command, variables) as child,
        ):
            tell(child.pid)
            self._child = child
            if self._is_asked_to_stop:
                self.stop()
            log.info("Process %d: %s", child.pid, " ".join(command))
            try:
                yield child
            finally:
                self._end(child)

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        """End what still runs, within the grace, and whatever it started without waiting for it."""
        if child.poll() is None:
            self.stop()
            try:
                child.wait(self._grace_s)
            except subprocess.TimeoutExpired:
                log.warning("Process %d did not stop within %g s and was killed", child.pid, self._grace_s)
        _signal_group(child.pid, signal.SIGKILL)
        self._child = None

    def _follow(self, reader: LineReader, child: subprocess.Popen[bytes], task_log: TaskLog) -> None:
        """Show the child's lines until it ends; kill it when the grace of `stop` is over."""
        while True:
            ended = child.poll() is not None
            lines = reader.read(0 if ended else POLL_S)
            for line in lines or ():
                task_log.show(line)
            if ended and lines is None:
                return
            if self._kill_at is not None and time.monotonic() > self._kill_at:
                _signal_group(child.pid, signal.SIGKILL)


def begin(settings: ProcessSettings, task: TaskTry) -> ProcessEngine:
    """The engine for one try of `task`."""
    return ProcessEngine(settings, task.profile.gpus)


@contextmanager
def _watchdog(grace_s: float, folder: Path) -> Iterator[Callable[[int], None]]:
    """A process that ends the group it is told of if this one is gone before the block is left."""
    command = [sys.executable, "-I", "-S", str(_WATCHDOG), str(grace_s), str(folder)]
    with subprocess.Popen(  # noqa: S603 - this file and a number make the command
        command, env={}, stdin=subprocess.PIPE, start_new_session=True, bufsize=0
    ) as watchdog:

        def tell(group: int) -> None:
            if watchdog.stdin is not None:
                watchdog.stdin.write(f"{group}\n".encode())

        try:
            yield tell
        finally:
            watchdog.kill()


def _started(command: Sequence[str], variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the deployment file and a digest make the command
            command,
            cwd=PROJECT_ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise BadRequest(
            f"the deployment's `process.python`, {command[0]}, cannot be started: {error.strerror}; make it with "
            "`make setup`, or name another interpreter"
        ) from error


def _termination_message(termination_log: Path) -> str:
    """As much as Kubernetes keeps of one."""
    try:
        with termination_log.open("rb") as file:
            return file.read(MAX_TERMINATION_BYTES).decode(errors="replace")
    except OSError:
        return ""


def _output(child: subprocess.Popen[bytes]) -> int:
    if child.stdout is None:
        raise AssertionError("the child is started with a pipe")
    return child.stdout.fileno()


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return
