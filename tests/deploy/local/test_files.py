from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.local.files import mapping_in, write_atomically


def test_a_file_is_written_with_its_mode_and_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "state" / "keys.json"
    write_atomically(path, b"{}", mode=0o600)
    assert path.read_bytes() == b"{}"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_reader_that_has_the_old_file_keeps_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    write_atomically(path, b"old")
    with path.open("rb") as reader:
        write_atomically(path, b"newer")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"newer"


def test_where_the_new_file_cannot_be_put_the_old_one_stays_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ports.json"
    write_atomically(path, b"old")

    def full(handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_atomically(path, b"new")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"ports.json": b"old"}


def test_what_is_kept_is_a_mapping_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    assert mapping_in(path) == {}
    path.write_text('{"s3": 8333}')
    assert mapping_in(path) == {"s3": 8333}


@pytest.mark.parametrize(
    ("kept", "told"), [("[1]", "is not a mapping"), ('"s3"', "is not a mapping"), ("{", "property name")]
)
def test_anything_else_that_is_kept_is_refused(tmp_path: Path, kept: str, told: str) -> None:
    path = tmp_path / "ports.json"
    path.write_text(kept)
    with pytest.raises(ValueError, match=told):
        mapping_in(path)
