"""Child processes that never outlive their parent, and neither do their own children.

Linux only for the last word: there the parent adopts every orphan below it (`PR_SET_CHILD_SUBREAPER`), and each
child is told when the parent dies (`PR_SET_PDEATHSIG`). Elsewhere the process tree is walked before it is ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

MARK = "ATELIER_INSTALLATION"
"""Environment variable that every embedded process carries: the home of the installation it belongs to."""
_KEEP_ENVIRONMENT = "SPT_NOENV"
"""Has setproctitle, with which Airflow names its processes, leave the mark where it can be read."""
KILL_S = 30.0
"""So long what was killed may take to end; what takes longer waits for a disk or a network that does not answer."""
_LOG_MAX_BYTES = 5_000_000
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class ServersBroken(Exception):
    """The embedded servers cannot be started, kept up or ended; the message says what to do."""


class DoesNotEnd(ServersBroken):
    """A process is there although it was killed."""


@dataclass(frozen=True)
class Account:
    """A user of this machine under whom a server runs that refuses to run as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Service:
    """How one embedded server is started and stopped."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    """What it listens on."""
    folder: Path | None = None
    """Where it runs, unless in the project's root."""
    account: Account | None = None
    """Whom it runs as, unless as its starter."""
    stop_signal: signal.Signals = signal.SIGTERM
    """What makes it end soon and in order."""
    stop: Callable[[subprocess.Popen[bytes]], None] | None = None
    """How it is asked to end where `stop_signal` alone is not enough."""
    answers: Callable[[], bool] = lambda: True
    """Whether what serves at its ports does what it is for."""
    clear_away: Callable[[], None] = lambda: None
    """Removes what one that has ended leaves behind."""


def start(service: Service, folder: Path, owner: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start `service` for the installation `owner` in a process group of its own, its words going to `log`."""
    _rotate(log)
    with log.open("ab") as output:
        return subprocess.Popen(
            service.argv,
            cwd=service.folder or folder,
            env={**_inherited(), **service.env, MARK: str(owner), _KEEP_ENVIRONMENT: "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=partial(_end_with_parent, service.stop_signal) if sys.platform == "linux" else None,
            **as_account(service.account),
        )


def as_account(account: Account | None) -> dict[str, Any]:
    """What has `subprocess` start a program as `account`; nothing to start it as this process is."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def adopt_orphans() -> None:
    """Let processes whose parent is gone become children of this one, so that `end_all` finds them."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_all(processes: Iterable[psutil.Process], grace_s: float) -> None:
    """Ask `processes` and all below them to end; after `grace_s` kill what is left.

    :raises DoesNotEnd: one is left after all.
    """
    everyone = _with_descendants(processes)
    _signal(everyone, signal.SIGTERM)
    psutil.wait_procs(everyone, timeout=grace_s)
    _kill(lambda: _with_descendants(everyone))


def end_below() -> None:
    """Kill every process below this one: those too that another leaves as it ends, which become children of this.

    :raises DoesNotEnd: one is left after all.
    """
    _kill(descendants)


def end_left_over(owner: Path, grace_s: float) -> bool:
    """End all embedded processes of the installation `owner`, which has no supervisor; gives whether there were any.

    :raises DoesNotEnd: one is left after all.
    """
    left = left_over(owner)
    end_all(left, grace_s)
    _kill(lambda: left_over(owner))
    return bool(left)


def descendants() -> list[psutil.Process]:
    """Every process below this one."""
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return found


def of_group(group: int) -> list[psutil.Process]:
    """The processes below this one that are in the process group `group`."""
    return _those(descendants(), lambda process: os.getpgid(process.pid) == group)


def at_work_in(folder: Path) -> list[psutil.Process]:
    """The processes of this machine whose working folder is `folder`; it has to be free of links."""
    return _those(psutil.process_iter(), lambda process: process.cwd() == str(folder))


def left_over(owner: Path) -> list[psutil.Process]:
    """Embedded processes of the installation `owner`; without a supervisor, what a killed one has left running."""
    everyone = (process for process in psutil.process_iter() if process.pid != os.getpid())
    return _those(everyone, lambda process: process.environ().get(MARK) == str(owner))


def tree(pid: int) -> list[psutil.Process]:
    """The process `pid` and all below it; none when it is gone."""
    try:
        return _with_descendants([psutil.Process(pid)])
    except psutil.NoSuchProcess:
        return []


def listening_ports(pid: int) -> set[int]:
    """The ports of this machine at which the process `pid`, or one below it, takes connections."""
    ports: set[int] = set()
    for each in tree(pid):
        with contextlib.suppress(psutil.Error):
            connections = each.net_connections("tcp")
            ports.update(found.laddr.port for found in connections if found.status == psutil.CONN_LISTEN)
    return ports


def _kill(find: Callable[[], list[psutil.Process]]) -> None:
    """Kill what `find` gives until it gives nothing that lives."""
    limit = time.monotonic() + KILL_S
    while alive := _those(find(), _is_alive):
        if time.monotonic() > limit:
            raise DoesNotEnd(
                f"{', '.join(map(_described, alive))} was killed {KILL_S:.0f} s ago and has not ended, as happens "
                "while a disk or a network drive does not answer. When it answers again, run `make down`; else restart "
                "this machine"
            )
        _signal(alive, signal.SIGKILL)
        psutil.wait_procs(alive, timeout=1)


def _described(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return f"{process.name()} (pid {process.pid}, {process.status()})"
    return f"pid {process.pid}"


def _with_descendants(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    found: dict[int, psutil.Process] = {}
    for process in processes:
        found[process.pid] = process
        with contextlib.suppress(psutil.NoSuchProcess):
            found.update((child.pid, child) for child in process.children(recursive=True))
    return list(found.values())


def _those(processes: Iterable[psutil.Process], holds: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    """The ones of which it `holds`; one that has ended, or may not be looked at, is none of them."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if holds(process):
                found.append(process)
    return found


def _is_alive(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _inherited() -> dict[str, str]:
    """This process's environment without another Airflow's settings and another store's credentials."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW_", "AWS_"))}


def _end_with_parent(number: signal.Signals) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def _rotate(log: Path) -> None:
    """Keep one earlier log, so that logs never fill the disk."""
    if log.exists() and log.stat().st_size > _LOG_MAX_BYTES:
        log.replace(log.with_suffix(".1.log"))
