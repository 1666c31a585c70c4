from __future__ import annotations

from pathlib import Path

from atelier.testing import S3, Desk


def test_each_test_has_an_empty_bucket_of_its_own_on_the_sessions_server(s3: S3, s3_server: S3) -> None:
    assert (s3.endpoint, s3.pid) == (s3_server.endpoint, s3_server.pid)
    assert s3.bucket != s3_server.bucket
    assert s3.client().list_objects_v2(Bucket=s3.bucket)["KeyCount"] == 0


def test_a_desk_stands_in_an_empty_folder(desk: Desk, tmp_path: Path) -> None:
    assert desk.folder == tmp_path
    assert not list(tmp_path.iterdir())
