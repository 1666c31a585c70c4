"""The process in which files from outside are decoded: one file, with limits of memory and of the processor's time.

A decoder that crashes, or that a file leads astray, ends this process and nothing else. `child.py` starts it, with the
file as its standard input; what it answers are messages, each a letter, a length and so many bytes.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import BinaryIO

from include.contract.errors import CorruptInput

HEAD = struct.Struct("<cQ")
"""Before each message: what it is, and how many bytes it has."""
TOLD, DATA, REFUSED, DONE = b"t", b"d", b"r", b"e"
"""JSON, at first and perhaps at last; pixels or samples; why the file is refused, at last; nothing more comes."""
Answer = Iterator[Mapping[str, object] | bytes]
"""What a task yields: first what is told of the file, then its data, at last what only its data could tell, if any."""

_SLACK_S = 5
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def main() -> None:
    """Do the task that the only argument names."""
    for name in _ONE_THREAD:
        os.environ[name] = "1"
    asked = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints is no answer
    try:
        for each in _limited(asked, _task(asked["task"])):
            kind, body = (DATA, each) if isinstance(each, bytes) else (TOLD, json.dumps(each).encode())
            _send(answers, kind, body)
        _send(answers, DONE, b"")
    except CorruptInput as error:
        _send(answers, REFUSED, str(error).encode())
    except MemoryError:
        allowed = f"allowed by the deployment: {asked['decoder_mib']} MiB; bring a smaller one"
        _send(answers, REFUSED, f"{asked['what']} takes too much memory to decode; {allowed}".encode())


def _limited(asked: Mapping[str, object], task: Callable[..., Answer]) -> Answer:
    """The answer of `task`, within the limits from now on."""
    most_bytes, most_s = int(str(asked["decoder_mib"])) << 20, int(str(asked["decoder_s"]))
    _limit(resource.RLIMIT_AS, most_bytes, most_bytes)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used_s = resource.getrusage(resource.RUSAGE_SELF)
    most_s += int(used_s.ru_utime + used_s.ru_stime) + 1
    # At the lower limit SIGXCPU ends this process; SIGKILL, at the higher one, is also what lack of memory looks like.
    _limit(resource.RLIMIT_CPU, most_s, most_s + _SLACK_S)
    with os.fdopen(0, "rb") as file:
        yield from task(file, asked)


def _limit(what: int, soft: int, hard: int) -> None:
    """Set a limit, and none above that which this process began with."""
    _, most = resource.getrlimit(what)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))


def _task(name: str) -> Callable[[BinaryIO, Mapping[str, object]], Answer]:
    """What does it; only its own libraries are loaded."""
    if name in ("recording", "clip sound"):
        from include.runtime.own.recordings import clip_sound_answer, recording_answer

        return recording_answer if name == "recording" else clip_sound_answer
    if name == "music":
        from include.runtime.own.music import music_answer

        return music_answer
    if name in ("picture", "logo"):
        from include.runtime.own.pictures import logo_answer, picture_answer

        return picture_answer if name == "picture" else logo_answer
    from include.runtime.own.clips import clip_answer, first_picture_answer

    return {"clip": clip_answer, "first picture": first_picture_answer}[name]


def _send(answers: BinaryIO, kind: bytes, body: bytes) -> None:
    view = memoryview(HEAD.pack(kind, len(body)) + body)
    while view:
        view = view[answers.write(view) :]


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # enough was read
        main()
