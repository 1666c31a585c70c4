"""A clip that the brief brings, frame by frame at the film's rate, as it is seen in the frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.contract.values import Fit
from include.runtime.composition.planes import Planes
from include.runtime.own.child import decoded
from include.runtime.own.hdr import Hdr

_MISSING_S = 0.5
"""By how much pictures may end before the file says that they do."""


class Footage:
    """Its frames, which are asked for in order; where it ends, its last one is held.

    Whoever asks for one before the last that was given has it decoded from its beginning. Close it when all is seen.
    """

    def __init__(
        self,
        path: Path,
        what: str,
        frame: tuple[int, int],
        fps: int,
        fit: Fit,
        most: int,
        limits: MediaLimits,
        background: tuple[int, int, int] = (0, 0, 0),
    ) -> None:
        """:param most: frames that are ever asked for.

        :param background: where it is transparent.
        """
        self._path, self.what, self._limits = path, what, limits
        self._frame, self._fps, self._fit, self._most = frame, fps, fit, most
        self._background = background
        self._open = ExitStack()
        self._frames_there: Callable[[], int] = lambda: 0
        self._frames: Iterator[bytes] = iter(())
        self._box = frame
        self._number = -1
        self._shown: Planes | None = None
        self.lasts_s: float | None = None
        """Length of the clip, once it is known; None if it is repeated for ever."""
        self.hdr: Hdr | None = None
        """How its light is coded, if it is in high dynamic range, once it is known."""
        self.pictures_s: float | None = None
        """That of its pictures, by the file's header, if that says so."""
        self.held_from: int | None = None
        """The first frame that it does not have, once one was asked for."""

    def paint(self, number: int, target: Planes) -> None:
        """Lay frame `number`, from 0, over the middle of `target`."""
        shown = self._at(number)
        for seen, laid in zip(target.each(), shown.each(), strict=True):
            # Of even sizes, so that all planes are laid alike.
            top = (target.y.shape[0] - shown.y.shape[0]) // 4 * 2 * seen.shape[0] // target.y.shape[0]
            left = (target.y.shape[1] - shown.y.shape[1]) // 4 * 2 * seen.shape[1] // target.y.shape[1]
            seen[top : top + laid.shape[0], left : left + laid.shape[1]] = laid

    def check_ends_after(self, shown_s: float) -> None:
        """:raises CorruptInput: its pictures end before the file says that they do."""
        if self.pictures_s is not None and self.pictures_s - shown_s > _MISSING_S:
            raise CorruptInput(
                f"{self.what} is cut short or damaged: {shown_s:.1f} of its {self.pictures_s:.1f} s can be seen; bring "
                "another copy of it"
            )

    def close(self) -> None:
        """End the process that decodes it."""
        self._open.close()

    def _at(self, number: int) -> Planes:
        if self._shown is None or number < self._number:
            self._begin(number)
        while self._number < number:
            body = next(self._frames, None)
            if body is None:
                self.held_from = self._frames_there()
                break
            self._shown = _planes(body, self._box)
            self._number += 1
        if self._shown is None:
            raise CorruptInput(f"{self.what} has not one picture; bring another copy of it")
        return self._shown

    def _begin(self, number: int) -> None:
        """Have it decoded anew, so that `number` comes first."""
        self._open.close()
        asked = {
            "frame": self._frame,
            "fps": self._fps,
            "fit": self._fit,
            "background": self._background,
            "skip": number,
            "frames": self._most - number,
        }
        found = self._open.enter_context(decoded("clip", self._path, self.what, self._limits, **asked))
        self._frames, self._frames_there = found.data(), lambda: int(found.told["frames"])
        self._box, self.lasts_s = tuple(found.told["box"]), found.told["duration_s"]
        self.hdr = Hdr(found.told["hdr"]) if found.told["hdr"] else None
        self.pictures_s = found.told["pictures_s"]
        self._number, self._shown = number - 1, None


def _planes(body: bytes, box: tuple[int, int]) -> Planes:
    width, height = box
    luma = width * height
    planes = np.frombuffer(body, np.uint8)
    y, u, v = np.split(planes, [luma, luma + luma // 4])
    return Planes(y.reshape(height, width), u.reshape(height // 2, width // 2), v.reshape(height // 2, width // 2))
