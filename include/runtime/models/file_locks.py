"""Locks on files, which the kernel releases when their holder dies, however that happens.

They hold between all pods of a node, whose process ids mean nothing to each other, and between nodes if the claim's
file system supports them (NFS 4, CephFS). If it does not, nobody is kept waiting: see ADR 23.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from include.contract.errors import CorruptInput
from include.contract.parsing import model_in
from include.contract.values import Open

_POLL_S = 0.2
_MODE = 0o664
_CARRIES_NONE = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTTY})


class Owner(Open):
    """Who holds a lock, for those who wait."""

    host: str
    """In a pod, its name."""
    boot: str
    """Id of the machine's current boot."""
    process: int
    started: int
    """Clock ticks from the machine's start to the process's."""

    def __str__(self) -> str:
        return f"process {self.process} of {self.host}"


@cache
def myself() -> Owner:
    """This process."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    after_name = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return Owner(host=socket.gethostname(), boot=boot, process=os.getpid(), started=int(after_name[19]))


def shared(path: Path) -> int | None:
    """A file descriptor that shares the lock `path` until it is closed; None while another has it alone."""
    return _locked(path, fcntl.LOCK_SH)


@contextmanager
def surely_alone(path: Path) -> Iterator[bool]:
    """Whether the block has the lock `path` alone: False if another shares it, or if nobody can tell."""
    handle = _locked(path, fcntl.LOCK_EX, is_granted_unseen=False)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def held(path: Path, wait: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock `path` alone; while another has it, `wait` is called with its owner, again and again."""
    while (handle := _locked(path, fcntl.LOCK_EX)) is None:
        wait(_owner(path))
        time.sleep(_POLL_S)
    try:
        os.truncate(handle, 0)
        os.pwrite(handle, myself().model_dump_json().encode(), 0)
        yield
    finally:
        os.close(handle)


def _owner(path: Path) -> str:
    try:
        return str(model_in(Owner, path.read_bytes(), "the owner of a lock"))
    except (OSError, CorruptInput):
        return "another process"


def _locked(path: Path, kind: int, *, is_granted_unseen: bool = True) -> int | None:
    """A file descriptor that holds the lock; None while another has it.

    :param is_granted_unseen: whether it counts as held if the file system supports no locks.
    """
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
        except FileNotFoundError:
            continue  # the folder was removed to make room
        is_free = _take(handle, kind, is_granted_unseen)
        if is_free and _is_at(handle, path):
            return handle
        os.close(handle)
        if not is_free:
            return None


def _take(handle: int, kind: int, is_granted_unseen: bool) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _CARRIES_NONE:
            raise
        return is_granted_unseen
    return True


def _is_at(handle: int, path: Path) -> bool:
    """Whether the locked file is still at `path`: the lock of a file that was removed keeps nobody out."""
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False
