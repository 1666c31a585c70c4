from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local import locks
from deploy.local.installation import PROJECT_ROOT, Installation

HOLD = """
import sys, pathlib
from contextlib import nullcontext
from deploy.local import locks
from deploy.local.installation import Installation
held = getattr(locks, sys.argv[2])(Installation(home=pathlib.Path(sys.argv[1])))
with nullcontext() if held is True else held:
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(installation: Installation, lock: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds `lock`."""
    command = [sys.executable, "-c", HOLD, str(installation.home), lock]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_lease_ends_with_the_process_that_is_killed(installation: Installation) -> None:
    with held(installation, "lease") as user:
        assert locks.somebody_leases(installation)
        user.kill()
        user.wait()
        assert not locks.somebody_leases(installation)


def test_several_lease_at_once(installation: Installation) -> None:
    with held(installation, "lease"), held(installation, "lease") as second:
        second.kill()
        second.wait()
        assert locks.somebody_leases(installation)


def test_the_supervisor_is_one_and_seen_from_outside(installation: Installation) -> None:
    assert not locks.supervisor_lives(installation)
    with held(installation, "only_supervisor") as supervisor:
        assert locks.supervisor_lives(installation)
        with locks.only_supervisor(installation) as is_only:
            assert not is_only
        supervisor.kill()
        supervisor.wait()
        assert not locks.supervisor_lives(installation)


def test_looking_never_keeps_a_supervisor_from_starting(installation: Installation) -> None:
    with held(installation, "lease"):
        for _ in range(50):
            locks.supervisor_lives(installation)
            with locks.only_supervisor(installation) as is_only:
                assert is_only


def test_a_supervisor_that_stops_is_not_taken_for_a_user(installation: Installation) -> None:
    with held(installation, "nobody_leases"):
        assert not locks.somebody_leases(installation)
        assert not locks.nobody_leases(installation), "only one has it alone"
