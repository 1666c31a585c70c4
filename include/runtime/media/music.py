"""Beds of music, of the model's or a brief's: chosen, measured, played without end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, repeat
from pathlib import Path

import numpy as np

from include.contract.errors import CorruptInput, UnknownModel
from include.contract.values import Mood
from include.runtime.media.audio import BLOCK_SAMPLES, SAMPLE_RATE_HZ, Block, BlockReader
from include.runtime.media.loudness import SILENCE_LUFS, integrated_lufs
from include.runtime.media.playing import Damage, play

LOOP_CROSSFADE_S = 3.0
KEPT_S = 60.0
"""A track that is no longer is decoded once and kept, which takes 23 MB at most."""
LEAST_SHARE = 0.5
"""A track of which less decodes is refused."""
Player = Callable[[Path, str, Damage], Iterator[Block]]
"""Plays a file as `play` does."""


@dataclass(frozen=True)
class Music:
    """A bed and what it takes to level it."""

    path: Path
    name: str
    samples: int
    integrated_lufs: float
    warnings: tuple[str, ...] = ()
    """What a person should know about it."""
    player: Player = play
    """What plays it."""

    @property
    def is_heard(self) -> bool:
        """Whether there is more in it than silence."""
        return self.samples > 0 and self.integrated_lufs > SILENCE_LUFS


def built_in(tracks: Mapping[str, Path], mood: Mood | None, seed: int) -> Music:
    """The bed of `mood` that the seed chooses among `tracks`, by their names; of any mood when that is None.

    :raises UnknownModel: the model has none of it.
    """
    names = [name for name in sorted(tracks) if mood is None or name.startswith(f"{mood.value}-")]
    if not names:
        raise UnknownModel(f"the model has no {mood or 'music'} track; it has {', '.join(sorted(tracks)) or 'none'}")
    name = names[seed % len(names)]
    return survey(tracks[name], name)


def survey(path: Path, name: str, player: Player = play) -> Music:
    """Measure the music file at `path`, which messages call `name`.

    :param player: what plays it, now and later; one with limits, if somebody brings it.
    :raises CorruptInput: it is no sound, or less than `LEAST_SHARE` of it decodes.
    """
    samples, damage = 0, Damage()

    def counted() -> Iterator[Block]:
        nonlocal samples
        for block in player(path, name, damage):
            samples += block.shape[1]
            yield block

    integrated = integrated_lufs(counted())
    if not samples and damage.share == 1:
        raise CorruptInput(f"input {name} has no sound in it")
    if damage.share < LEAST_SHARE:
        raise CorruptInput(
            f"input {name} is damaged: {100 * damage.share:.0f} % of it decodes, at least {100 * LEAST_SHARE:.0f} % "
            "are needed; bring another copy of it"
        )
    found = Music(path, name, samples, integrated, player=player)
    silent = [] if found.is_heard else [f"{name}: nothing in it is louder than {SILENCE_LUFS:.0f} LUFS, so none plays"]
    return replace(found, warnings=(*damage.warnings(name), *silent))


def looped(music: Music) -> Iterator[Block]:
    """The track without end, each round mixed into the next with equal power."""
    overlap = min(round(LOOP_CROSSFADE_S * SAMPLE_RATE_HZ), music.samples // 4)
    angle = np.linspace(0, math.pi / 2, overlap, dtype=np.float64)
    rise, fall = np.sin(angle).astype(np.float32), np.cos(angle).astype(np.float32)
    rounds = _rounds(music)
    current = BlockReader(next(rounds))
    yield current.read(overlap)
    while True:
        left = music.samples - 2 * overlap
        while left > 0:
            yield current.read(min(left, BLOCK_SAMPLES))
            left -= BLOCK_SAMPLES
        following = BlockReader(next(rounds))
        yield current.read(overlap) * fall + following.read(overlap) * rise
        current = following


def _rounds(music: Music) -> Iterator[Iterable[Block]]:
    """The track, without end."""
    if music.samples <= KEPT_S * SAMPLE_RATE_HZ:
        return repeat(list(_once(music)))
    return (_once(music) for _ in count())


def _once(music: Music) -> Iterator[Block]:
    return music.player(music.path, music.name, Damage())
