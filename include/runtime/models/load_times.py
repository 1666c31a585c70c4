"""How long it takes until a model is ready, part by part."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from include.contract.manifests import ModelLoad


class LoadPart(StrEnum):
    """What takes time until a model is ready."""

    FIND = "find_s"
    DOWNLOAD = "download_s"
    VERIFY = "verify_s"
    MAP = "map_s"
    DEVICE = "device_s"


class LoadTimes:
    """The times of one model, for one attempt. One thread at a time."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(LoadPart, 0.0)

    @contextmanager
    def during(self, part: LoadPart) -> Iterator[None]:
        """The block does `part`, except where blocks within it say otherwise."""
        began_at, before_s = time.monotonic(), sum(self._seconds.values())
        try:
            yield
        finally:
            within_s = sum(self._seconds.values()) - before_s
            self._seconds[part] += time.monotonic() - began_at - within_s

    def from_now(self) -> LoadTimes:
        """What is loaded later, without what was loaded so far: for who finds a model loaded."""
        return _Since(self)

    def told(self) -> ModelLoad:
        """The times as a record has them."""
        return ModelLoad(**{part.value: round(max(0.0, took_s), 3) for part, took_s in self._seconds.items()})


class _Since(LoadTimes):
    """The times of another from some moment on."""

    def __init__(self, times: LoadTimes) -> None:
        super().__init__()
        self._times, self._before = times, dict(times._seconds)

    def told(self) -> ModelLoad:
        """The times as a record has them."""
        self._seconds = {part: took_s - self._before[part] for part, took_s in self._times._seconds.items()}
        return super().told()
