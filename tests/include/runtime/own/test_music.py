"""Music that somebody brings sounds as our own does, and cannot take more than the deployment allows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.runtime.media import music as module
from include.runtime.media.audio import Block
from include.runtime.media.music import looped, survey
from include.runtime.media.playing import Damage, play
from include.runtime.own.music import player_within
from tests.include.runtime.composition.media import tone, track
from tests.include.runtime.media.test_playing import MADE, made, with_noise

LIMITS = MediaLimits(decoder_mib=256, decoder_s=60)


TOO_MUCH = r"^input music takes too much memory to decode; allowed by the deployment: 256 MiB; bring a smaller one$"


def too_much(folder: Path) -> Path:
    """Music that `LIMITS` refuse: a chain is read whole."""
    path = made(folder, "opus")
    with path.open("r+b") as file:
        file.write(path.read_bytes() * 2)
        file.truncate(400 << 20)
    return path


def same(blocks: Iterator[Block], others: Iterator[Block]) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(blocks, others, strict=True))


@pytest.mark.parametrize("kind", MADE)
def test_every_block_is_bit_for_bit_that_of_our_own_process(tmp_path: Path, kind: str) -> None:
    path, here, there = made(tmp_path, kind), Damage(), Damage()
    assert same(player_within(LIMITS)(path, "music", there), play(path, "music", here))
    assert there == here


def test_damage_is_told_as_in_our_own_process(tmp_path: Path) -> None:
    path = with_noise(made(tmp_path, "mp3", 12.0), 0.5, 0.51)
    found, here = survey(path, "music", player_within(LIMITS)), survey(path, "music")
    assert (found.warnings, found.samples, found.integrated_lufs) == (
        here.warnings,
        here.samples,
        here.integrated_lufs,
    )
    assert "damaged parts are skipped" in found.warnings[0]


def test_a_chained_ogg_file_plays_to_its_end(tmp_path: Path) -> None:
    link = made(tmp_path, "opus")
    link.write_bytes(link.read_bytes() * 2)
    assert same(player_within(LIMITS)(link, "music", Damage()), play(link, "music", Damage()))


def test_a_long_track_goes_round_and_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    before = children.read_text()
    path = track(tmp_path / "music.mp3", tone(6.0))
    monkeypatch.setattr(module, "KEPT_S", 1.0)
    brought, own = survey(path, "music", player_within(LIMITS)), survey(path, "music")
    assert same(islice(looped(brought), 40), islice(looped(own), 40))
    assert children.read_text() == before


@pytest.mark.parametrize("content", [b"", b"no music at all", b"#EXTM3U\nfile:///etc/hostname\n"])
def test_a_refusal_has_the_same_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "music.mp3"
    path.write_bytes(content)
    words = []
    for player in (play, player_within(LIMITS)):
        with pytest.raises(CorruptInput, match=r"^input music cannot be opened: found") as caught:
            survey(path, "music", player)
        words.append(str(caught.value))
    assert words[0] == words[1]


def test_one_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorruptInput, match=TOO_MUCH):
        survey(too_much(tmp_path), "music", player_within(LIMITS))
