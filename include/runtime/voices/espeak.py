"""All languages: espeak-ng 1.52, which runs in a process of its own and is asked through pipes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from include.contract.errors import RejectedContent, UnknownModel
from include.runtime.voices.audio import RATE_HZ, Samples, resampled, speech_span
from include.runtime.voices.spoken import SpokenAudio, SpokenWord

PROJECT_ROOT = Path(__file__).parents[3]
ANSWER_WITHIN_S = 60.0
"""Two thousand characters take under a second; a worker that takes longer than this has hung."""
TRIES = 2


class _WorkerDied(Exception):
    """The worker ended, or was ended, before it answered in full."""


class EspeakVoice:
    """espeak-ng's voices. The worker starts with the first utterance and again whenever it has died."""

    def __init__(self, library: Path, data_folder: Path) -> None:
        self._command = [sys.executable, "-m", "include.runtime.voices.espeak_worker", str(library), str(data_folder)]
        self._worker: subprocess.Popen[bytes] | None = None
        self._rate_hz = 0

    def speak(self, engine_voice: str, parts: Sequence[str]) -> SpokenAudio:
        """One utterance made of `parts`, spoken by the voice that espeak calls `engine_voice`.

        :raises UnknownModel: espeak does not start, or has no such voice.
        :raises RejectedContent: it starts, but dies on these words each time.
        """
        for _ in range(TRIES):
            try:
                return self._asked({"voice": engine_voice, "parts": list(parts)})
            except _WorkerDied:
                self.close()
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
                with suppress(BrokenPipeError):
                    pipe.close()

    def _asked(self, request: dict[str, Any]) -> SpokenAudio:
        worker = self._running()
        watchdog = threading.Timer(ANSWER_WITHIN_S, _end_group, [worker])
        watchdog.start()
        try:
            header, pcm = _exchange(worker, request)
        finally:
            watchdog.cancel()
        if "error" in header:
            raise UnknownModel(header["error"])
        samples = resampled(pcm, self._rate_hz)
        words = [(place, self._at(sample, samples)) for place, sample in header["words"]]
        starts = [self._at(start, samples) for start in header["starts"]]
        return SpokenAudio(samples, tuple(starts), tuple(_words_of(request["parts"], words, samples)))

    def _at(self, sample: int, samples: Samples) -> int:
        """The worker's `sample`, at our rate."""
        return min(round(sample * RATE_HZ / self._rate_hz), len(samples))

    def _running(self) -> subprocess.Popen[bytes]:
        """The worker, started when there is none."""
        if self._worker is None:
            self._worker = subprocess.Popen(  # noqa: S603 - this interpreter, two checked files; text goes by the pipe
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=PROJECT_ROOT,
                env={"PYTHONDONTWRITEBYTECODE": "1"},
                start_new_session=True,
            )
            try:
                self._rate_hz = _exchange(self._worker, None)[0]["rate_hz"]
            except _WorkerDied as died:
                self.close()
                raise UnknownModel(f"espeak-ng does not start: {' '.join(self._command[-2:])}; see its log") from died
        return self._worker


def _words_of(
    parts: Sequence[str], words: Sequence[tuple[int, int]], samples: Samples
) -> Iterator[tuple[SpokenWord, ...]]:
    """For each part its words; one lasts until the next one begins, without the silence before that."""
    ends = [*(start for _, start in words[1:]), len(samples)]
    begin = 0
    for part in parts:
        yield tuple(
            SpokenWord(place - begin, start, start + speech_span(samples[start:end])[1])
            for (place, start), end in zip(words, ends, strict=True)
            if begin <= place < begin + len(part)
        )
        begin += len(part) + 1


def _exchange(worker: subprocess.Popen[bytes], request: dict[str, Any] | None) -> tuple[dict[str, Any], bytes]:
    """Header and PCM with which the worker answers `request`; without one, what it says unasked."""
    if worker.stdin is None or worker.stdout is None:
        raise _WorkerDied
    try:
        if request is not None:
            worker.stdin.write(json.dumps(request).encode() + b"\n")
            worker.stdin.flush()
        line = worker.stdout.readline()
        if not line.endswith(b"\n"):
            raise _WorkerDied
        header: dict[str, Any] = json.loads(line)
        pcm = worker.stdout.read(header.get("bytes", 0))
    except OSError as broken:
        raise _WorkerDied from broken
    if len(pcm) < header.get("bytes", 0):
        raise _WorkerDied
    return header, pcm


def _end_group(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and its running fork, which holds the same pipe open."""
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
