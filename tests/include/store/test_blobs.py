"""Blobs on a real server: whole or not at all, checked by whoever reads them, overwritten where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import InputLost, ScratchFull, StoreAway
from include.contract.keys import blob_key
from include.store.store import Store

HONEY = artifact_of("brief", b"honey", "text/plain")


def file_of(folder: Path, content: bytes) -> tuple[Path, Artifact]:
    path = folder / "blob"
    path.write_bytes(content)
    return path, artifact_of("image", content, "image/png")


@pytest.mark.parametrize("size", [1, 40_000_000])
def test_a_blob_comes_back_whole_whether_small_or_in_several_parts(store: Store, tmp_path: Path, size: int) -> None:
    body = b"\x01" * size
    path, artifact = file_of(tmp_path, body)
    store.upload_blob(path, artifact)
    assert store.has_blob(artifact)
    store.fetch_blob(artifact, tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == body


def test_a_blob_of_the_wrong_size_is_overwritten(store: Store, tmp_path: Path) -> None:
    path, artifact = file_of(tmp_path, b"whole")
    store.put(blob_key(artifact.sha256), b"who")
    assert not store.has_blob(artifact)
    store.upload_blob(path, artifact)
    assert store.blob(artifact.sha256) == b"whole"


def test_wrong_bytes_are_emptied_and_whoever_makes_them_is_named(store: Store) -> None:
    store.put(blob_key(HONEY.sha256), b"wax")
    with pytest.raises(InputLost, match="the brief: .* now empty, so that it is made again; clear the task `brief`"):
        store.blob(HONEY.sha256, "the brief", "brief")
    assert store.get(blob_key(HONEY.sha256)) == b""
    store.put_blob(b"honey", HONEY)
    assert store.blob(HONEY.sha256) == b"honey"


def test_wrong_bytes_never_appear_under_the_target_s_name(store: Store, tmp_path: Path) -> None:
    store.put(blob_key(HONEY.sha256), b"wrong")
    with pytest.raises(InputLost, match="now empty, so that it is made again"):
        store.fetch_blob(HONEY, tmp_path / "target")
    assert list(tmp_path.iterdir()) == []
    assert not store.has_blob(HONEY)


def test_a_missing_blob_is_lost(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputLost, match="the brief is gone from the store"):
        store.blob(HONEY.sha256, "the brief")
    with pytest.raises(InputLost, match="is gone from the store"):
        store.fetch_blob(HONEY, tmp_path / "target")
    with pytest.raises(InputLost, match="is gone from the store"):
        store.open_blob(HONEY).read()


def test_a_disk_that_takes_no_more_is_told_as_that(store: Store, tmp_path: Path) -> None:
    store.put_blob(b"honey", HONEY)
    with pytest.raises(ScratchFull, match="bytes free"):
        store.fetch_blob(HONEY, _full(tmp_path) / "target")


def _full(folder: Path) -> Path:
    """A folder in which the file that is written first is one that takes nothing."""
    (folder / ".target.partial").symlink_to("/dev/full")
    return folder


def test_only_what_is_read_of_a_blob_is_fetched(store: Store) -> None:
    body = bytes(range(256)) * 16384
    artifact = artifact_of("video", body, "video/mp4")
    store.put_blob(body, artifact)
    with store.open_blob(artifact) as file:
        file.seek(3_000_005)
        assert file.read(10) == body[3_000_005:3_000_015]
        file.seek(-1, 2)
        assert file.read() == body[-1:]


def test_parts_of_a_blob_are_of_one_version(store: Store) -> None:
    assert store.blob_head(HONEY.sha256) is None
    store.put_blob(b"honey", HONEY)
    head = store.blob_head(HONEY.sha256)
    assert head is not None
    assert head.bytes == HONEY.bytes
    assert b"".join(store.blob_part(HONEY.sha256, 1, 3, head.etag)) == b"on"
    assert store.empty_blob(HONEY.sha256, head.etag)
    with pytest.raises(StoreAway, match="was replaced while it was read"):
        list(store.blob_part(HONEY.sha256, 1, 3, head.etag))
    store.delete(blob_key(HONEY.sha256))
    with pytest.raises(StoreAway, match="was deleted while it was read"):
        list(store.blob_part(HONEY.sha256, 1, 3, head.etag))
