"""All languages: espeak-ng 1.52, spoken to over the pipes of a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from include.contract.errors import AtelierError, RejectedContent
from include.runtime.voices.audio import RATE_HZ, Samples, resampled
from include.runtime.voices.spoken import Spoken

PROJECT_ROOT = Path(__file__).parents[3]
ANSWER_WITHIN_S = 60.0
"""Two thousand characters take under a second; a worker that thinks longer hangs."""
TRIES = 2


class _WorkerDied(Exception):
    """The worker ended, or was ended, before it answered in full."""


class EspeakVoice:
    """espeak-ng's voices. The worker starts with the first utterance and again whenever it has died."""

    def __init__(self, library: Path, data_folder: Path) -> None:
        self._command = [sys.executable, "-m", "include.runtime.voices.espeak_worker", str(library), str(data_folder)]
        self._worker: subprocess.Popen[bytes] | None = None

    def speak(self, engine_voice: str, parts: Sequence[str]) -> Spoken:
        """One utterance made of `parts`, spoken by the voice that espeak calls `engine_voice`.

        :raises RejectedContent: espeak died on it each time.
        """
        request = {"voice": engine_voice, "parts": list(parts)}
        for _ in range(TRIES):
            try:
                header, pcm = self._ask(request)
            except _WorkerDied:
                self.close()
            else:
                return _spoken(header, pcm)
        raise RejectedContent(
            f"espeak-ng ended {TRIES} times while speaking {' '.join(parts)[:80]!r} as {engine_voice!r}; "
            "reword that sentence"
        )

    def close(self) -> None:
        """End the worker and whatever it started."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        _end_group(worker)
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                pipe.close()

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        worker = self._running()
        if worker.stdin is None or worker.stdout is None:
            raise _WorkerDied
        watchdog = threading.Timer(ANSWER_WITHIN_S, _end_group, [worker])
        watchdog.start()
        try:
            worker.stdin.write(json.dumps(request).encode() + b"\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
            if not line.endswith(b"\n"):
                raise _WorkerDied
            header = json.loads(line)
            pcm = worker.stdout.read(header.get("bytes", 0))
        except OSError as broken:
            raise _WorkerDied from broken
        finally:
            watchdog.cancel()
        if len(pcm) < header.get("bytes", 0):
            raise _WorkerDied
        return header, pcm

    def _running(self) -> subprocess.Popen[bytes]:
        if self._worker is None:
            self._worker = subprocess.Popen(  # noqa: S603 - this interpreter and two checked files; text goes by the pipe
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=PROJECT_ROOT,
                env={"PYTHONDONTWRITEBYTECODE": "1"},
                start_new_session=True,
            )
        return self._worker


def _spoken(header: dict[str, Any], pcm: bytes) -> Spoken:
    if "error" in header:
        raise AtelierError(header["error"])
    samples: Samples = resampled(pcm, header["rate_hz"])
    starts = tuple(min(round(start * RATE_HZ / header["rate_hz"]), len(samples)) for start in header["starts"])
    return Spoken(samples, starts)


def _end_group(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and its fork in hand, which holds the same pipe open."""
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
