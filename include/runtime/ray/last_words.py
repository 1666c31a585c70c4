"""What a worker that died wrote last: read on its own node, without Ray's dashboard, which a node may not have."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

log = logging.getLogger(__name__)

LAST_LINES = 20
_LINES_BEFORE = 5
_LINES_READ = 300
_BYTES_READ = 60_000
_READ_S = 20.0
"""A process that reads may have to be started first."""
_SIGNAL = re.compile(r"\b(SIG[A-Z]{3,6})\b|(Segmentation fault|Aborted|Bus error|Illegal instruction)")
_NAMES = {
    "Segmentation fault": "SIGSEGV",
    "Aborted": "SIGABRT",
    "Bus error": "SIGBUS",
    "Illegal instruction": "SIGILL",
}


@dataclass(frozen=True)
class LastWords:
    """Of a process."""

    signal: str = ""
    """That ended it; empty if it did not say."""
    lines: str = ""


def log_files() -> tuple[str, ...]:
    """Those of this process, a worker."""
    worker = ray._private.worker.global_worker
    return tuple(path for path in (worker.get_out_file_path(), worker.get_err_file_path()) if path)


def last_words(node: str, files: Sequence[str]) -> LastWords:
    """Of the worker on `node` whose log is in `files` there, as far as they can be read."""
    if not files:
        return LastWords()
    if node == ray.get_runtime_context().get_node_id():
        return words_in(tails(files))
    there = NodeAffinitySchedulingStrategy(node, soft=False)
    read = ray.remote(tails).options(num_cpus=0, max_retries=0, scheduling_strategy=there)
    try:
        lines: list[str] = ray.get(read.remote(tuple(files)), timeout=_READ_S)
    except ray.exceptions.RayError as error:
        log.debug("the log of a worker cannot be read: %s", error)
        return LastWords()
    return words_in(lines)


def tails(files: Sequence[str]) -> list[str]:
    """The last lines of each, where they are."""
    lines: list[str] = []
    for path in map(Path, files):
        try:
            with path.open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - _BYTES_READ))
                found = file.read().decode(errors="replace").splitlines()
        except OSError:
            continue
        lines += [line for line in found if line.strip()][-_LINES_READ:]
    return lines


def words_in(lines: Sequence[str]) -> LastWords:
    """The first signal that `lines` name, which is what the others follow from, and the last of them.

    Of a process that Python's faulthandler has seen die: what it wrote before, and where the thread was that did it.
    """
    found = ((number, *match) for number, line in enumerate(lines) for match in _SIGNAL.findall(line))
    number, name, words = next(found, (0, "", ""))
    dying = _dying(lines)
    before = lines[max(0, number - _LINES_BEFORE) : number]
    told = [*before, *dying][:LAST_LINES] if dying else lines[-LAST_LINES:]
    return LastWords(name or _NAMES.get(words, ""), "\n".join(told))


def _dying(lines: Sequence[str]) -> list[str]:
    """What faulthandler says of the thread that the signal was for; empty if it says nothing."""
    begins = next((number for number, line in enumerate(lines) if line.startswith("Current thread 0x")), None)
    if begins is None:
        return []
    fatal = [line for line in lines[:begins] if line.startswith("Fatal Python error")]
    frames = takewhile(lambda line: line.startswith("  "), lines[begins + 1 :])
    return [*fatal, lines[begins], *frames]
