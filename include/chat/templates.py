"""Chat templates applied in a process of their own, with limits of time, memory and length: anybody may write one.

A template is a program in jinja2. Its sandbox keeps it from everything but the processor: loops within loops, or one
large power, hold a process for years, and no thread can end that.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Any

from include.contract.values import shortened

LIMIT_S = 10.0
"""For one conversation; a usual template takes a thousandth of a second."""
_PROGRAM = Path(__file__).with_name("program.py")
_START_S = 120.0
_MOST_ANSWER_BYTES = 1 << 27
_MOST_TOLD_BYTES = 300
_PASSED_ON = ("HOME", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "VIRTUAL_ENV")
"""Variables that Python may need to find its libraries; no secret is among them."""

Chat = Sequence[Mapping[str, str]]
"""Messages, each with its `role` and `content`."""


class ChatRefused(Exception):
    """The template does not take the chat, or is none."""


class ChatEndless(Exception):
    """The template does not end, or needs too much for it."""


class ChatTemplates:
    """Applies chat templates; its process starts with the first one and ends with this object. Thread-safe."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        """:param limit_s: for each conversation."""
        self._limit_s = limit_s
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def text(self, template: str, chat: Chat, marks: Mapping[str, Any]) -> str:
        """What a model reads of `chat`, up to where its answer begins.

        :param marks: what the template knows besides, such as the tokenizer's `bos_token`.
        :raises ChatRefused: the template says so, or cannot be read.
        :raises ChatEndless: it does not come to an end.
        """
        # Models that can think first are asked not to, since only the answer is wanted; others ignore this.
        rest = {"tools": None, "documents": None, "add_generation_prompt": True, "enable_thinking": False}
        seen = {**marks, **rest, "messages": list(chat)}
        asked = json.dumps({"template": template, "seen": seen, "limit_s": self._limit_s}, default=str)
        with self._lock:
            answer = self._answer(asked.encode())
        if "refused" in answer:
            raise ChatRefused(shortened(" ".join(answer["refused"].split()), _MOST_TOLD_BYTES))
        if "endless" in answer:
            raise ChatEndless(answer["endless"])
        return answer["text"]

    def _answer(self, asked: bytes) -> dict[str, str]:
        process = self._process or self._started()
        try:
            _stream(process.stdin).write(asked + b"\n")
            _stream(process.stdin).flush()
            line = _line(process, self._limit_s)
        except TimeoutError:
            self._end()
            return {"endless": f"it has not ended after {self._limit_s:g} s"}
        except (BrokenPipeError, EOFError):
            self._end()
            return {"endless": f"it ends the process that applies it (status {process.returncode})"}
        answer: dict[str, str] = json.loads(line)
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - a program of ours
            [sys.executable, "-P", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            start_new_session=True,
        )
        self._process, self._ended = process, weakref.finalize(self, _end, process)
        try:
            _line(process, _START_S)
        except (TimeoutError, EOFError) as error:
            self._end()
            raise RuntimeError(f"{_PROGRAM} does not start (status {process.returncode})") from error
        return process

    def _end(self) -> None:
        self._process = None
        self._ended()


def _line(process: subprocess.Popen[bytes], limit_s: float) -> bytes:
    """The next line of its output.

    :raises TimeoutError: there is none in time.
    :raises EOFError: it has ended, or says more than anybody asked for.
    """
    until, held, output = time.monotonic() + limit_s, bytearray(), _stream(process.stdout).fileno()
    poll = select.poll()
    poll.register(output, select.POLLIN)
    while not held.endswith(b"\n"):
        if not poll.poll(1000 * max(0.0, until - time.monotonic())):
            raise TimeoutError
        some = os.read(output, 1 << 16)
        held += some
        if not some or len(held) > _MOST_ANSWER_BYTES:
            raise EOFError
    return bytes(held)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):  # what was still to be written is for nobody
            _stream(stream).close()


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise RuntimeError("the process was started without pipes")
    return stream
