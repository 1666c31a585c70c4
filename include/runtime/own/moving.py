"""Pictures that move (GIF, APNG, WebP), as the frames of a clip: with their own times, and as often as they say."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import BinaryIO

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from include.contract.errors import CorruptInput
from include.contract.file_kinds import MOVING_PICTURES
from include.runtime.foreign.pictures import opened_picture
from include.runtime.own.pictures import colour, opaque

FORMATS = ("GIF", "PNG", "WEBP")
"""Pillow's names."""
TIME_BASE = Fraction(1, 1000)
"""Of the frames' times, in seconds."""
_LEAST_MS, _USUAL_MS = 10, 100
"""A frame that is to be seen for no longer than the first is seen for the second, as in browsers."""


@dataclass(frozen=True)
class MovingPicture:
    """One that is open, on a colour where it is transparent."""

    picture: Image.Image
    behind: tuple[int, int, int]

    @property
    def plays(self) -> int | None:
        """How often it is played; None for ever."""
        said = self.picture.info.get("loop")
        if self.picture.format == "GIF":
            # It says how often it is played again; one that says nothing is played once.
            return 1 if said is None else None if said == 0 else int(said) + 1
        return int(said) if said else None

    @cached_property
    def lasts_s(self) -> float | None:
        """How long it moves; None for ever. All of it is decoded for that."""
        plays = self.plays
        return plays and plays * sum(self._shown_ms() for _ in self._once()) / 1000

    def frames(self) -> Iterator[VideoFrame]:
        """Its frames, as often as it is played."""
        at_ms, played, plays = 0, 0, self.plays
        while plays is None or played < plays:
            for _ in self._once():
                with _damage_told():
                    rgb = opaque(self.picture, self.behind, [])
                frame = VideoFrame.from_ndarray(np.asarray(rgb), format="rgb24")
                frame.pts, frame.time_base, frame.duration = at_ms, TIME_BASE, self._shown_ms()
                yield frame
                at_ms += self._shown_ms()
            played += 1

    def _once(self) -> Iterator[None]:
        # What an APNG shows where nothing moves need not be one of its frames.
        first = 1 if getattr(self.picture, "default_image", False) else 0
        for number in range(first, getattr(self.picture, "n_frames", 1)):
            with _damage_told():
                self.picture.seek(number)
                self.picture.load()
            yield

    def _shown_ms(self) -> int:
        said = round(self.picture.info.get("duration") or 0)
        return said if said > _LEAST_MS else _USUAL_MS


@contextmanager
def _damage_told() -> Iterator[None]:
    """:raises ValueError: for what a damaged file has Pillow raise where it takes it to be whole."""
    try:
        yield
    except (AssertionError, EOFError, IndexError, struct.error) as error:
        raise ValueError from error


@contextmanager
def opened_moving(file: BinaryIO, asked: Mapping[str, object]) -> Iterator[MovingPicture]:
    """The picture in `file`, open.

    :raises CorruptInput: it does not move, is damaged, too large, or too long.
    """
    what, most_s = str(asked["what"]), int(str(asked["clip_s"]))
    Image.MAX_IMAGE_PIXELS = None  # the deployment says how many there may be
    megapixels = int(str(asked["picture_megapixels"]))
    with opened_picture(file, what, FORMATS, MOVING_PICTURES, megapixels) as picture:
        with _damage_told():
            picture.load()
            moves = getattr(picture, "n_frames", 1) > 1
        if not moves:
            raise CorruptInput(
                f"{what} is a {picture.format} that does not move; allowed: a film, or a picture that moves; "
                "name it as `image`"
            )
        moving = MovingPicture(picture, colour(asked["background"]))
        lasts_s = moving.lasts_s
        if lasts_s is not None and lasts_s > most_s:
            found = f"moves for {lasts_s:.0f} s"
            raise CorruptInput(f"{what} {found}; allowed by the deployment: at most {most_s} s; shorten it")
        yield moving
