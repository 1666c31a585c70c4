"""Decodes files from outside in a process of its own (`program.py`), which has limits and no secrets."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from include.contract.errors import AtelierError, CorruptInput, HostOutOfMemory
from include.contract.media_limits import MediaLimits
from include.runtime.own.program import DATA, DONE, HEAD, REFUSED, TOLD

_PROGRAM = "include.runtime.own.program"
_PASSED_ON = ("HOME", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONUSERBASE", "TMPDIR", "VIRTUAL_ENV")
"""Variables that Python may need to find its libraries, and a folder; no secret is among them."""
_START_S = 120.0
"""More than starting takes on a busy machine; besides what decoding may take of a processor."""
_PIECE_BYTES = 1 << 20
_MOST_BYTES = 1 << 30
"""Of one message, several times those of the largest frame: a decoder that was led astray may say any number."""


class Decoded:
    """What comes of a file: first what is told of it, then data, as it is read; then `told` may say more."""

    def __init__(self, process: subprocess.Popen[bytes], what: str, limits: MediaLimits) -> None:
        self._process, self._what, self._limits = process, what, limits
        if process.stdout is None:
            raise RuntimeError("the process was started without pipes")
        self._output = process.stdout.fileno()
        kind, body = self._message()
        if kind != TOLD:
            raise RuntimeError(f"{_PROGRAM} answers with {kind!r} first")
        self.told: Mapping[str, Any] = json.loads(body)

    def data(self) -> Iterator[bytes]:
        """Its data, in pieces of the length that the task gives them.

        :raises CorruptInput: the rest of the file cannot be decoded.
        :raises HostOutOfMemory: there is not as much memory as `limits` allow.
        """
        while True:
            kind, body = self._message()
            if kind == DONE:
                return
            if kind == TOLD:
                self.told = {**self.told, **json.loads(body)}
                continue
            if kind != DATA:
                raise RuntimeError(f"{_PROGRAM} answers with {kind!r} among data")
            yield body

    def _message(self) -> tuple[bytes, bytes]:
        kind, length = HEAD.unpack(self._read(HEAD.size))
        if length > _MOST_BYTES:
            raise CorruptInput(
                f"{self._what} has the process that decodes it answer with {length} bytes; allowed: {_MOST_BYTES}; "
                "save it anew with another program"
            )
        body = self._read(length)
        if kind == REFUSED:
            raise CorruptInput(body.decode())
        return kind, body

    def _read(self, length: int) -> bytes:
        held, until = bytearray(), time.monotonic() + _START_S + self._limits.decoder_s
        poll = select.poll()
        poll.register(self._output, select.POLLIN)
        while len(held) < length:
            ready = poll.poll(1000 * max(0.0, until - time.monotonic()))
            some = os.read(self._output, min(_PIECE_BYTES, length - len(held))) if ready else b""
            if not some:
                raise self._why_it_ended(has_ended=bool(ready))
            held += some
        return bytes(held)

    def _why_it_ended(self, has_ended: bool) -> AtelierError:
        status = self._process.wait() if has_ended else -signal.SIGXCPU
        if status == -signal.SIGKILL:
            return HostOutOfMemory(
                f"the process that decodes {self._what} was killed, as the kernel does where memory does not suffice; "
                "give the stage more of it, or that process less (`own_media.decoder_mib` of the deployment)"
            )
        if status == -signal.SIGXCPU:
            allowed = f"{self._limits.decoder_s} s, all that the deployment allows (`own_media.decoder_s`)"
            return CorruptInput(f"{self._what} is not decoded within {allowed}; shorten it")
        return CorruptInput(
            f"{self._what} ends the process that decodes it (status {status}); save it anew with another program"
        )


@contextmanager
def decoded(task: str, file: Path, what: str, limits: MediaLimits, **asked: object) -> Iterator[Decoded]:
    """What `task` makes of `file`. Its process ends with the context, whether or not all was read.

    :param what: the file, at the beginning of messages.
    :param asked: of the task.
    :raises CorruptInput: it is refused, cannot be decoded, or needs more than `limits`; also while data is read.
    :raises HostOutOfMemory: there is not as much memory as `limits` allow; likewise.
    """
    told = json.dumps({"task": task, "what": what, **limits.model_dump(), **asked})
    own = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    paths = os.pathsep.join(path for path in sys.path if path)
    with file.open("rb") as source:
        process = subprocess.Popen(  # noqa: S603 - a program of ours
            [sys.executable, "-P", "-m", _PROGRAM, told],
            stdin=source,
            stdout=subprocess.PIPE,
            env={**own, "PYTHONPATH": paths},
            start_new_session=True,
        )
    try:
        yield Decoded(process, what, limits)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
