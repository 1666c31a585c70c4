"""File locks that say who uses the embedded servers. The kernel releases them when their process ends, in any way.

`starting`    exclusive, held while somebody checks whether the servers run and starts them
`supervisor`  exclusive, held by the supervisor for as long as it lives
`lease`       shared, held by each user of the servers; the supervisor stops once it can lock it exclusively
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.installation import Installation

_alone: list[int] = []
"""The lease of a stopping supervisor, kept until it ends, so that the next user waits for that."""


@contextmanager
def starting(installation: Installation) -> Iterator[None]:
    """Be the only process that may start the servers; waits for its turn."""
    handle = _open(installation, "starting")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def lease(installation: Installation) -> Iterator[None]:
    """Keep the servers running; waits for a supervisor that is stopping."""
    handle = _open(installation, "lease")
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def nobody_leases(installation: Installation) -> bool:
    """Whether no user is left. If so, new users wait until this process has ended."""
    handle = _open(installation, "lease")
    if not _try(handle, fcntl.LOCK_EX):
        os.close(handle)
        return False
    _alone.append(handle)
    return True


def somebody_leases(installation: Installation) -> bool:
    """Whether there is a user. A stopping supervisor that keeps the lease for itself does not count."""
    handle = _open(installation, "lease")
    try:
        return not _try(handle, fcntl.LOCK_EX) and _try(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


@contextmanager
def only_supervisor(installation: Installation) -> Iterator[bool]:
    """Become the supervisor; False if there is one already."""
    handle = _open(installation, "supervisor")
    try:
        yield _insist(handle)
    finally:
        os.close(handle)


def supervisor_lives(installation: Installation) -> bool:
    """Whether a supervisor is running."""
    handle = _open(installation, "supervisor")
    try:
        return not _try(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


def _open(installation: Installation, name: str) -> int:
    return os.open(installation.state / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)


def _try(handle: int, mode: int) -> bool:
    try:
        fcntl.flock(handle, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _insist(handle: int) -> bool:
    """Try for a second: whoever only looks holds the lock for an instant."""
    for _ in range(100):
        if _try(handle, fcntl.LOCK_EX):
            return True
        time.sleep(0.01)
    return False
