"""A Ray of a stage's own, where it has several devices: one worker on each, and nothing of it outlives the stage.

Ray reads how it signs in when it is imported, so nothing here imports it before that is said; where a stage has one
device, nothing does at all.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import IO, Any

from include.contract import environment
from include.contract.errors import BadRequest, NodeLost
from include.contract.ray import WorkerLimits, WorkerSpec
from include.contract.resolving import Resolved
from include.runtime.attempt import Attempt, check_stop
from include.runtime.batching import Ladder
from include.runtime.lookup import LookedUp
from include.runtime.runner import Making

log = logging.getLogger(__name__)

TRIES = 3
"""A raylet dies at its start when its agent is not up within 15 s, as on a busy machine (ray #65983)."""
_SCHEDULE_TIMEOUT_S = 600.0
_LONGEST_S = 86_400.0
_OBJECTS_BYTES = 80_000_000
"""Near the least that Ray takes; items do not travel this way."""
_LONGEST_FOLDER = 40
"""Bytes of its path: a socket `session_<time>_<process>/sockets/plasma_store` below it may have 107."""
_SHORT = "/tmp"
_LOOPBACK = "127.0.0.1"
_POLL_S = 0.2
_END_S = 15.0


def is_ray_here() -> bool:
    """Whether Ray is installed; it is not imported."""
    return find_spec("ray") is not None


def without_ray(devices: int) -> str:
    """What a stage with so many devices is told that cannot use them all."""
    return (
        f"this stage has {devices} devices (`gpus` of its profile) and uses one, since Ray is not installed here; "
        "install include/runtime/requirements-ray.txt into its environment or image"
    )


def making(
    attempt: Attempt, resolved: Resolved, missing: Sequence[LookedUp], threads: Executor, devices: int, ladder: Ladder
) -> Making:
    """Makes the missing items by one worker on each of `devices`."""
    os.environ.update(
        RAY_AUTH_MODE="token",
        RAY_AUTH_TOKEN=secrets.token_hex(32),
        RAY_USAGE_STATS_ENABLED="0",
        RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER="0",  # by which it keeps to the loopback interface, whatever the system
    )
    from ray._common.utils import get_system_memory
    from ray._private.utils import get_num_cpus

    from include.runtime.ray.making import RayMaking

    spec = WorkerSpec(
        cpu=max(1, int(get_num_cpus()) // devices),
        memory_mib=(get_system_memory() >> 20) // devices,
        gpus=1,
        schedule_timeout_s=_SCHEDULE_TIMEOUT_S,
        workers=WorkerLimits(max=devices, idle_s=_LONGEST_S, item_timeout_s=_item_timeout_s()),
    )
    cluster = partial(_started, _Wanted(spec, devices, attempt.scratch, partial(check_stop, attempt)))
    return RayMaking(attempt, resolved, missing, threads, spec, ladder, cluster)


def _item_timeout_s() -> float:
    """An item may take what the whole stage may."""
    return min(float(os.environ.get(environment.TIMEOUT) or _LONGEST_S), _LONGEST_S)


@dataclass(frozen=True)
class _Wanted:
    """A Ray as a stage needs it."""

    spec: WorkerSpec
    devices: int
    scratch: Path
    check: Callable[[], None]
    """Called while it starts: raises if nobody needs it any more."""

    def options(self, folder: Path) -> dict[str, Any]:
        """Arguments of `ray.init`, besides those that never differ."""
        return {
            "include_dashboard": False,
            "num_cpus": int(self.spec.cpu) * self.devices,
            "num_gpus": self.devices,
            "object_store_memory": _OBJECTS_BYTES,
            "_memory": (self.spec.memory_mib << 20) * self.devices,
            "_node_ip_address": _LOOPBACK,
            "_temp_dir": str(folder),
            "_plasma_directory": str(folder),
        }


@contextmanager
def _started(wanted: _Wanted, lost: Callable[[], None]) -> Iterator[None]:
    """A Ray that ends with the block, or with this process.

    :raises BadRequest: there are fewer devices than the profile says.
    :raises NodeLost: it does not start.
    :raises Preempted: the process was asked to stop meanwhile.
    """
    from include.runtime.ray.session import connected

    log.info("starting a Ray for %d devices", wanted.devices)
    said = ""
    for number in range(1, TRIES + 1):
        with _folder(wanted.scratch) as folder, _node(wanted.options(folder), folder / "node.err") as node:
            address = _address(node, wanted)
            if address:
                with connected(lost, address):
                    yield
                return
            said = _last_line(folder / "node.err")
        log.warning("it did not start, try %d of %d: %s", number, TRIES, said)
    raise NodeLost(f"the stage's own Ray, for {wanted.devices} devices, did not start in {TRIES} tries: {said}")


@contextmanager
def _node(options: dict[str, Any], errors: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process that has it; it ends it when this one is gone."""
    command = [sys.executable, "-m", "include.runtime.ray.node", json.dumps(options)]
    with errors.open("wb") as file:
        node = subprocess.Popen(  # noqa: S603 - this project's own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, start_new_session=True
        )
    try:
        yield node
    finally:
        _pipe(node.stdin).close()
        try:
            node.wait(_END_S)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(node.pid, signal.SIGKILL)
            node.wait()
        _pipe(node.stdout).close()


def _address(node: subprocess.Popen[bytes], wanted: _Wanted) -> str:
    """Where it is, once it has started; empty if it does not."""
    said = _pipe(node.stdout)
    while not select.select([said], [], [], _POLL_S)[0]:
        wanted.check()
    told = json.loads(said.readline() or "{}")
    if "refused" in told:
        raise BadRequest(
            f"no Ray with {wanted.devices} devices can be started here: {told['refused'].rstrip('.')}; give the stage "
            "a profile with as many `gpus` as there are"
        )
    return str(told.get("address", ""))


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    if end is None:
        raise AssertionError("it is started with pipes")
    return end


def _last_line(errors: Path) -> str:
    lines = [line for line in errors.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    """A folder below `scratch`, by a path that is short enough for the sockets in it."""
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir=scratch))
    try:
        if len(os.fsencode(folder)) <= _LONGEST_FOLDER:
            yield folder
        else:
            with tempfile.TemporaryDirectory(prefix="atelier-", dir=_SHORT) as short:
                link = Path(short) / "ray"
                link.symlink_to(folder)
                yield link
    finally:
        rmtree(folder, ignore_errors=True)
