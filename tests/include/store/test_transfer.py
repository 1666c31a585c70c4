"""Objects brought to disk."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import ScratchFull
from include.store.errors import Absent
from include.store.objects import LARGE_BYTES
from include.store.stored import OCTETS
from include.store.transfer import download, room_on
from tests.include.store.reaching import objects_on


@pytest.mark.parametrize("size", [0, 1, LARGE_BYTES + 1])
def test_a_file_has_the_bytes_the_digest_and_the_version_of_its_object(s3: S3, tmp_path: Path, size: int) -> None:
    body, objects, path = b"\x07" * size, objects_on(s3), tmp_path / "file"
    etag = objects.put("k", body, OCTETS)
    reading = download(objects, "k", path)
    assert path.read_bytes() == body
    assert (reading.sha256, reading.etag) == (hashlib.sha256(body).hexdigest(), etag)


def test_of_what_is_not_there_no_file_is_begun(s3: S3, tmp_path: Path) -> None:
    with pytest.raises(Absent):
        download(objects_on(s3), "k", tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_says_how_much_room_it_has(s3: S3, tmp_path: Path) -> None:
    objects = objects_on(s3)
    objects.put("k", b"body", OCTETS)
    (tmp_path / "file").mkdir()
    with pytest.raises(ScratchFull, match=rf"{tmp_path}: Is a directory; \d+ bytes free"):
        download(objects, "k", tmp_path / "file")


def test_a_full_disk_is_no_bug(tmp_path: Path) -> None:
    with pytest.raises(ScratchFull, match="No space left on device"), room_on(tmp_path / "file"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_what_is_not_the_disks_fault_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another"), room_on(tmp_path / "file"):
        raise ValueError("another mistake")
