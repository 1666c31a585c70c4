from __future__ import annotations

import io
from pathlib import Path

import pytest

from include.runtime.media.coverage import Coverage, end_of_sound

ID3V1 = b"TAG" + bytes(125)
APE = b"APETAGEX" + bytes(24) + b"x" * 5000 + b"APETAGEX" + b"\xd0\x07\0\0" + (5032).to_bytes(4, "little") + bytes(16)


def lost_bytes(form: str, packets: list[tuple[int, int]], size: int, is_cut_off: bool = False, **more: bool) -> int:
    coverage = Coverage(form, more.get("is_alone", True))
    for position, length in packets:
        coverage.add(position, length)
    return coverage.lost_bytes(io.BytesIO(bytes(size)), is_cut_off)


def test_gaps_between_and_after_frames_are_lost() -> None:
    assert lost_bytes("mp3", [(100, 400), (500, 400)], 900) == 0
    assert lost_bytes("mp3", [(100, 400), (5500, 400)], 5900) == 5000
    assert lost_bytes("flac", [(100, 400)], 9500) == 9000


def test_a_container_says_where_its_sound_lies_so_only_what_could_not_be_read_is_lost() -> None:
    assert lost_bytes("wav", [(44, 400)], 9444) == 0
    assert lost_bytes("wav", [(44, 400)], 9444, is_cut_off=True) == 9000


def test_the_pages_of_ogg_are_no_damage_and_a_missing_one_is() -> None:
    page = 27 + 2 + 200 + 200
    packets = [(page * number, 200) for number in range(10) for _ in range(2)]
    assert lost_bytes("ogg", packets, 10 * page) == 0
    assert lost_bytes("ogg", packets[:8] + packets[10:], 10 * page) == page
    assert lost_bytes("ogg", packets[:8] + packets[10:], 10 * page, is_alone=False) == 0


def test_nothing_is_lost_of_a_file_without_packets() -> None:
    assert lost_bytes("mp3", [], 5000) == 0


@pytest.mark.parametrize("tags", [b"", ID3V1, APE, APE + ID3V1])
def test_tags_at_the_end_are_no_sound(tmp_path: Path, tags: bytes) -> None:
    path = tmp_path / "bed.mp3"
    path.write_bytes(b"\xff" * 7000 + tags)
    with path.open("rb") as file:
        assert end_of_sound(file) == end_of_sound(io.BytesIO(path.read_bytes())) == 7000
