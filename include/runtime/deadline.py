"""How much time is left: what a stage may still wait for."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from typing import Self

import psutil

from include.contract import environment

_FOR_THE_END_S = 30.0
"""Kept for records, manifest and last words of a stage."""
_SHARE_FOR_THE_END = 0.1
"""At most that much of a stage's whole time is kept for its end."""


@dataclass(frozen=True)
class Deadline:
    """A moment on the clock of `time.monotonic`."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """`seconds` from now."""
        return cls(time.monotonic() + seconds)

    @classmethod
    def of_stage(cls) -> Self:
        """When this process, which runs a stage, has to come to its end; never where nobody has said."""
        told = os.environ.get(environment.TIMEOUT)
        if not told:
            return cls(math.inf)
        whole_s = float(told)
        spent_s = max(0.0, time.time() - psutil.Process().create_time())
        return cls.after(whole_s - min(_FOR_THE_END_S, whole_s * _SHARE_FOR_THE_END) - spent_s)

    @property
    def left_s(self) -> float:
        """Seconds until then; 0 once it is past."""
        return max(0.0, self.at - time.monotonic())
