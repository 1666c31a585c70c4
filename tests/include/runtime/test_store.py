"""The store's promises on a real server, and what it does when the server goes (K3, W1, W2)."""

from __future__ import annotations

import math
import socket
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config

from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import BadRequest, InputLost, StoreAway, UnfitStore
from include.contract.keys import Domain, blob_key, probe_key
from include.runtime.scratch import file_digest
from include.runtime.store import Store
from tests.include.runtime.desk import Desk
from tests.weed import S3


def blob(tmp_path: Path, content: bytes) -> tuple[Path, Artifact]:
    path = tmp_path / "blob"
    path.write_bytes(content)
    return path, artifact_of("image", content, "image/png")


def test_the_probe_accepts_a_store_that_enforces_conditions_every_time(desk: Desk) -> None:
    desk.store.probe()
    desk.store.probe()
    left = desk.store.read(probe_key("conditional-writes"))
    assert left is not None
    assert left.body == b"first"


def test_the_probe_refuses_a_store_that_lets_a_second_writer_win(s3: S3) -> None:
    client = s3.client()
    # The server is real; its conditions are taken out of the request on the way, as some S3 servers ignore them.
    client.meta.events.register("before-sign.s3.PutObject", _drop_conditions)
    with pytest.raises(UnfitStore, match="ignores If-None-Match or If-Match"):
        Store(Domain(s3.bucket), client).probe()


def _drop_conditions(request: Any, **_: Any) -> None:
    for header in ("If-None-Match", "If-Match"):
        del request.headers[header]


def test_the_first_writer_stays(desk: Desk) -> None:
    assert desk.store.write_if_absent("k", b"first")
    assert not desk.store.write_if_absent("k", b"second")
    read = desk.store.read("k")
    assert read is not None
    assert read.body == b"first"


def test_only_the_version_that_was_read_is_replaced(desk: Desk) -> None:
    desk.store.write("k", b"one")
    seen = desk.store.read("k")
    assert seen is not None
    desk.store.write("k", b"two")
    assert not desk.store.replace("k", b"three", seen.etag)


def test_a_small_object_has_an_age_by_the_store_s_clock(desk: Desk) -> None:
    desk.store.write("k", b"one")
    read = desk.store.read("k")
    assert read is not None
    assert 0 <= read.age_s < math.inf


def test_each_conditional_write_gives_the_tag_of_what_it_wrote(desk: Desk) -> None:
    first = desk.store.write_if_absent("k", b"one")
    assert first is not None
    second = desk.store.replace("k", b"two", first)
    read = desk.store.read("k")
    assert read is not None
    assert (read.body, read.etag) == (b"two", second)


@pytest.mark.parametrize("size", [1, 40_000_000])
def test_a_blob_comes_back_whole_whether_small_or_in_several_parts(desk: Desk, tmp_path: Path, size: int) -> None:
    path, artifact = blob(tmp_path, b"\x01" * size)
    desk.store.put_blob(path, artifact)
    assert desk.store.has_blob(artifact)
    target = tmp_path / "fetched"
    desk.store.fetch_blob(artifact, target)
    assert file_digest(target) == artifact.sha256


def test_a_blob_of_the_wrong_size_is_overwritten(desk: Desk, tmp_path: Path) -> None:
    path, artifact = blob(tmp_path, b"whole")
    desk.store.write(blob_key(artifact.sha256), b"who")
    desk.store.put_blob(path, artifact)
    assert desk.store.read_blob(artifact.sha256) == b"whole"


def test_wrong_bytes_never_appear_under_the_target_s_name(desk: Desk, tmp_path: Path) -> None:
    _, artifact = blob(tmp_path, b"right")
    desk.store.write(blob_key(artifact.sha256), b"wrong")
    with pytest.raises(InputLost, match="emptied so that it is made again"):
        desk.store.fetch_blob(artifact, tmp_path / "target")
    assert [path.name for path in tmp_path.iterdir()] == ["blob"]
    assert not desk.store.has_blob(artifact)


def test_a_missing_blob_is_lost(desk: Desk, tmp_path: Path) -> None:
    _, artifact = blob(tmp_path, b"never put")
    with pytest.raises(InputLost, match="is gone from the store"):
        desk.store.fetch_blob(artifact, tmp_path / "target")


def test_a_store_that_does_not_answer_is_away(s3: S3) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    away = S3(f"http://127.0.0.1:{port}", s3.bucket)
    with pytest.raises(StoreAway, match=f"127.0.0.1:{port} does not answer"):
        Store(Domain(s3.bucket), away.client()).read("k")


def test_wrong_credentials_and_a_missing_bucket_are_permanent(s3: S3) -> None:
    stranger = S3(s3.endpoint, s3.bucket, secret_key="wrong")
    with pytest.raises(BadRequest, match="the store refuses.*check bucket, credentials and rights"):
        Store(Domain(s3.bucket), stranger.client()).read("k")
    with pytest.raises(BadRequest, match="NoSuchBucket"):
        Store(Domain("no-such-bucket"), s3.client()).read("k")


def test_missing_settings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    client = boto3.session.Session().client("s3", region_name="us-east-1", config=Config(connect_timeout=1))
    with pytest.raises(BadRequest, match="the store's settings are not right"):
        Store(Domain("bucket"), client).read("k")
