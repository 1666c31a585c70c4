"""The script that made the golden bucket makes the same one today, by real processes; it never does so unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from tests.golden.bucket import FOLDER, Objects, golden_objects, keep
from tests.golden.comparing import OF_THE_MOMENT, differences
from tests.golden.make import made, main
from tests.golden.test_format import follow
from tests.golden.test_rewriting import RULE


def test_todays_code_makes_the_same_bucket_of_which_the_page_is_true(golden: Objects, s3: S3, tmp_path: Path) -> None:
    objects = made(s3, tmp_path)
    found = differences(golden, objects, OF_THE_MOMENT)
    assert not found, f"{RULE}\n" + "\n".join(found[:10])
    keep(objects, tmp_path / "bucket")
    done = follow(tmp_path / "bucket", tmp_path, s3.bucket)
    assert done.returncode == 0, f"{RULE}\n{done.stderr}"


def test_a_bucket_that_is_there_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    before = golden_objects()
    assert main([]) == 1
    assert "is there and is kept" in capsys.readouterr().err
    assert golden_objects(FOLDER) == before
