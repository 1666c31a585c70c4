"""Music that somebody brings, played as our own is, in the process that decodes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import numpy as np

from include.contract.media_limits import MediaLimits
from include.runtime.media.audio import SAMPLE_RATE_HZ, Block
from include.runtime.media.music import Player
from include.runtime.media.playing import Damage, play_opened
from include.runtime.own.child import decoded
from include.runtime.own.program import Answer

_CHANNELS = 2


def player_within(limits: MediaLimits) -> Player:
    """Plays a file as `play` does: the same samples, within `limits`; `damage` is known once all was played.

    It also raises CorruptInput where decoding needs more than `limits`.
    """

    def play(path: Path, name: str, damage: Damage) -> Iterator[Block]:
        with decoded("music", path, f"input {name}", limits, name=name) as found:
            for body in found.data():
                yield np.frombuffer(body, np.float32).reshape(_CHANNELS, -1)
            for field, value in found.told["damage"].items():
                setattr(damage, field, getattr(damage, field) + value)

    return play


def music_answer(file: BinaryIO, asked: Mapping[str, object]) -> Answer:
    """The music in `file` as 32-bit floats in stereo, one channel after the other in each piece; then its damage."""
    damage = Damage()
    yield {"channels": _CHANNELS, "rate_hz": SAMPLE_RATE_HZ}
    for block in play_opened(file, str(asked["name"]), damage):
        yield block.tobytes()
    yield {"damage": asdict(damage)}
