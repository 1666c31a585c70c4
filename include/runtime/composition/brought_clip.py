"""An intro or an outro: all of a clip that somebody brings, as frames of the film and with its sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.contract.values import Fit
from include.runtime.composition.camera import Window
from include.runtime.composition.encoder import Sound
from include.runtime.composition.footage import Footage
from include.runtime.composition.planes import Planes, cover, film, to_still
from include.runtime.media.audio import SAMPLE_RATE_HZ
from include.runtime.own.child import decoded

_BLACK = (0, 0, 0)


class BroughtClip:
    """Its frames, from the first to the last; close it when they are painted."""

    def __init__(self, path: Path, what: str, frame: tuple[int, int], fps: int, fit: Fit, limits: MediaLimits) -> None:
        """:param what: it is, at the beginning of messages."""
        self._path, self._what, self._frame, self._fps, self._limits = path, what, frame, fps, limits
        self._most = limits.intro_s * fps
        whole = limits.model_copy(update={"clip_s": min(limits.clip_s, limits.intro_s)})
        # One more than there may be, to see whether there is one.
        self._footage = Footage(path, what, frame, fps, fit, self._most + 1, whole)
        self._behind = None if fit is Fit.COVER else self._first_picture(fit)

    @property
    def frames(self) -> int:
        """How many there are, once one after the last was asked for."""
        return self._most + 1 if self._footage.held_from is None else self._footage.held_from

    def paint(self, index: int, target: Planes) -> None:
        """Write frame `index` into `target`.

        :raises CorruptInput: it cannot be decoded, or there are more than the deployment allows.
        """
        if self._behind is not None:
            for seen, behind in zip(target.each(), self._behind.each(), strict=True):
                seen[:] = behind
        self._footage.paint(index, target)
        if self._footage.held_from is None and index == self._most:
            allowed = f"allowed by the deployment (`own_media.intro_s`): at most {self._limits.intro_s} s"
            raise CorruptInput(f"{self._what} lasts longer than it says; {allowed}; cut it")

    def close(self) -> None:
        """End what decodes it."""
        self._footage.close()

    @property
    def told(self) -> Iterator[str]:
        """What is to be said of it, once it was seen."""
        if self._footage.hdr is not None:
            yield f"{self._what} {self._footage.hdr.told}"

    def check(self) -> None:
        """:raises CorruptInput: its pictures, all of which were painted, end before the file says that they do."""
        self._footage.check_ends_after(self.frames / self._fps)

    def sound(self, kept: Path) -> Sound | None:
        """What is heard in it, kept in a file at `kept`; None if it has no sound.

        :raises CorruptInput: it cannot be decoded.
        """
        asked = {"rate_hz": SAMPLE_RATE_HZ, "most_s": self._limits.intro_s}
        with decoded("clip sound", self._path, self._what, self._limits, **asked) as found, kept.open("wb") as file:
            for samples in found.data():
                file.write(samples)
        return np.memmap(kept, "<i2", "r").reshape(-1, 2) if kept.stat().st_size else None

    def _first_picture(self, fit: Fit) -> Planes:
        """What is around pictures of another shape."""
        asked = {"frame": self._frame, "fit": fit, "background": _BLACK}
        with decoded("first picture", self._path, self._what, self._limits, **asked) as found:
            pixels = np.frombuffer(b"".join(found.data()), np.uint8)
        still = to_still(cover(pixels.reshape(self._frame[1], self._frame[0], 3), self._frame))
        planes = Planes.empty(*self._frame)
        film(still, Window(still.width / 2, still.height / 2, 1.0), planes)
        return planes
