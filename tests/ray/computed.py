"""Computings: a file for each brief, with a line `word item process` before and after each of them."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

_FOLDER = "computed"
LOADS, ORDER = "loads", "order"
"""In the place of a brief: models that were loaded, and the items of all briefs in order."""


def note(cache: Path, brief: str, word: str, number: str) -> None:
    """Write down that this process begins or ends to compute an item."""
    (cache / _FOLDER).mkdir(parents=True, exist_ok=True)
    with (cache / _FOLDER / brief).open("a") as file:
        file.write(f"{word} {number} {os.getpid()}\n")


def notes(cache: Path, brief: str) -> list[tuple[str, str, int]]:
    """What was written down: word, item's number, process."""
    path = cache / _FOLDER / brief
    found = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    return [(word, number, int(pid)) for word, number, pid in found]


def computed(cache: Path, brief: str) -> Counter[str]:
    """How often the computing of each item, by its number, has begun."""
    return Counter(number for word, number, _ in notes(cache, brief) if word == "begin")
