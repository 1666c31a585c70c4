"""An embedded server under the supervisor: started, watched, restarted if it ends by itself, stopped."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from deploy.local import processes
from deploy.local.installation import Installation
from deploy.local.ports import is_free, is_listened_on

RESTARTS = 3
"""How often a server is restarted within `WITHIN_S` before it is given up."""
WITHIN_S = 600.0
WORK_S = 0.5
"""Seconds of processor time that count as being at work."""
GRACE_S = 10.0
"""How long a server may take to end in order."""


class ServiceEnded(processes.ServersBroken):
    """An embedded server ended too often, or hangs."""


class PortTaken(processes.ServersBroken):
    """Another program listens where an embedded server should."""


class Component:
    """One embedded server."""

    def __init__(self, service: processes.Service, installation: Installation) -> None:
        self.service = service
        self._installation = installation
        self._ends: list[float] = []
        self._moved_at = time.monotonic()
        self._seen = (0.0, 0)
        self._has_answered = False
        self.process = self._start()

    @property
    def log(self) -> Path:
        """Its log file."""
        return self._installation.logs / f"{self.service.name}.log"

    def keep(self) -> str | None:
        """Restart it if it has ended; what happened, in a sentence.

        :raises PortTaken: meanwhile another program listens on one of its ports.
        :raises ServiceEnded: it has ended too often.
        """
        if self.process.poll() is None:
            return None
        processes.end_all(processes.of_group(self.process.pid), GRACE_S)
        self.service.clear_away()
        code, name = self.process.returncode, self.service.name
        for port in self.service.ports:
            if not is_free(port):
                raise self._taken(port)
        now = time.monotonic()
        self._ends = [*(at for at in self._ends if at > now - WITHIN_S), now]
        if len(self._ends) > RESTARTS:
            raise ServiceEnded(
                f"{name} ended with exit code {code}, for the {len(self._ends)}th time within "
                f"{WITHIN_S / 60:.0f} minutes; {_last_words(self.log)}"
            )
        self._has_answered = False
        self.process = self._start()
        return f"{name} ended with exit code {code} and was started again; see {self.log}"

    def is_ready(self) -> bool:
        """Whether it has answered since it was started, and not another program at one of its ports.

        :raises PortTaken: another program listens there.
        """
        self._has_answered = self._has_answered or (self._listens() and self.service.answers())
        return self._has_answered

    def still_s(self) -> float:
        """Seconds since it was last seen working: using the processor, or writing to its log."""
        seen = self._cpu_s(), self.log.stat().st_size
        if abs(seen[0] - self._seen[0]) >= WORK_S or seen[1] != self._seen[1]:
            self._seen, self._moved_at = seen, time.monotonic()
        return time.monotonic() - self._moved_at

    def stop(self, grace_s: float) -> None:
        """Have it and its children end in order; after `grace_s` kill what is left."""
        everyone = processes.tree(self.process.pid)
        if self.service.stop:
            self.service.stop(self.process)
        else:
            self.process.send_signal(self.service.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(grace_s)
        processes.end_all(everyone, 1)
        self.process.wait()
        self.service.clear_away()

    def _listens(self) -> bool:
        reached = {port for port in self.service.ports if is_listened_on(port)}
        own = processes.listening_ports(self.process.pid) if reached else set()
        for port in reached - own:
            raise self._taken(port)
        return own.issuperset(self.service.ports)

    def _start(self) -> subprocess.Popen[bytes]:
        return processes.start(self.service, self._installation.root, self._installation.state, self.log)

    def _cpu_s(self) -> float:
        total_s = 0.0
        for each in processes.tree(self.process.pid):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = each.cpu_times()
                total_s += times.user + times.system + times.children_user + times.children_system
        return total_s

    def _taken(self, port: int) -> PortTaken:
        return PortTaken(f"port {port}, where {self.service.name} should listen, was taken by another program")


def stop_all(started: Iterable[Component]) -> None:
    """End every child of this process, in reverse order of their start; whatever happens meanwhile, nothing is left.

    :raises DoesNotEnd: a process is left after all.
    """
    try:
        for component in reversed(list(started)):
            component.stop(GRACE_S)
    finally:
        processes.end_below()


def _last_words(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = file.read()[-20000:].splitlines()[-8:]
    return f"the end of {path}:\n" + "\n".join(f"  {line}" for line in lines)
