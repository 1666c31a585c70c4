from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from operators.sources.files import opened_below, place_in_store


def test_a_file_below_the_folder_is_opened(deployment: Deployment) -> None:
    (Path(deployment.files or "") / "a b é.csv").write_bytes(b"date")
    with opened_below("a b é.csv", deployment, "source") as file:
        assert file.read() == b"date"


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "none", "a" * 252 + ".mp3", "a/" * 3000, "a\0.csv", "\ud800", "loop", "/etc/passwd", "folder"],
    ids=lambda name: repr(name)[:20],
)
def test_what_is_no_file_below_it_is_told(deployment: Deployment, name: str) -> None:
    folder = Path(deployment.files or "")
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    with (
        pytest.raises(BadRequest, match="source: `.*` is not a file in the folder"),
        opened_below(name, deployment, "source"),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "bed.mp3",
            "in the folder `{folder}`, where this deployment keeps files for briefs: none there ends in `.mp3`; put",
        ),
        (
            "Calender.csv",
            "for briefs: there is `calendar.csv`; put the file there, or name an object of the store, s3://",
        ),
        ("tips.csv", "for briefs: there is `calendar.csv`, `old/calendar.csv`; put"),
        ("../outside.csv", "for briefs: the name leads out of it; put"),
        ("link.csv", "for briefs: the name leads out of it; put"),
        ("none", "for briefs: of 2 files there none has that name; put"),
    ],
)
def test_it_is_told_where_a_file_was_looked_for_and_what_is_there(deployment: Deployment, name: str, says: str) -> None:
    folder = Path(deployment.files or "")
    (folder / "old").mkdir()
    for path in ("calendar.csv", "old/calendar.csv"):
        (folder / path).write_bytes(b"date")
    (folder / "link.csv").symlink_to("/etc/passwd")
    with pytest.raises(BadRequest) as refused, opened_below(name, deployment, "source"):
        pass
    assert says.format(folder=folder) in str(refused.value)


def test_a_folder_that_is_not_there_is_told_as_that(deployment: Deployment) -> None:
    elsewhere = deployment.model_copy(update={"files": "no/such/folder"})
    with pytest.raises(BadRequest, match="in the folder `no/such/folder`, .*: the folder is not there; put"):
        opened_below("a.csv", elsewhere, "source").__enter__()


def test_a_file_that_nobody_may_read_is_told(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    (Path(deployment.files or "") / "c.csv").write_bytes(b"date")

    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadRequest, match="source: `c.csv` cannot be read: Permission denied"):
        opened_below("c.csv", deployment, "source").__enter__()


@given(st.text() | st.text("./\0\ud800a"))
@example("a" * 5000)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_a_name_is_only_typed_errors_come_of_it(deployment: Deployment, name: str) -> None:
    try:
        with opened_below(name, deployment, "source"):
            pass
    except BadRequest as error:
        str(error).encode()


@pytest.mark.parametrize("key", ["a.csv", "team/a b é.csv", "a" * 1024])
def test_an_address_in_a_store_is_a_bucket_and_a_key(key: str) -> None:
    assert place_in_store(f"s3://some-bucket.x/{key}", "music") == ("some-bucket.x", key)


@pytest.mark.parametrize(
    "name", ["s3://", "s3:///a", "s3://b", "s3://b/", "s3://b c/a", "s3://é/a", "s3://b/a\0", "s3://b/\ud800",
             "s3://b/" + "é" * 513, "s3://" + "b" * 256 + "/a"],
)  # fmt: skip
def test_what_no_store_can_have_is_told(name: str) -> None:
    with pytest.raises(BadRequest, match="music: `s3://.*` is not an address in a store; allowed: s3://bucket/key"):
        place_in_store(name, "music")
