"""Music that briefs name: each file is read once, and what cannot be taken is told by every brief that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.store.store import Store
from operators.briefs.music import MusicFiles, check_music


def brief(music: str | bool) -> Brief:
    return Brief(topic="Tea", music=music)


def test_a_file_that_several_briefs_name_is_read_and_kept_once(deployment: Deployment, store: Store) -> None:
    (Path(str(deployment.files)) / "bed.mp3").write_bytes(b"ID3")
    kept: list[tuple[Artifact, bytes]] = []
    files = MusicFiles(deployment, store, keep=lambda body, artifact: kept.append((artifact, body)))
    first, second = files.entry_of(brief("bed.mp3")), files.entry_of(brief("bed.mp3"))
    assert first == second
    assert (first.brief.music, first.music, first.files) == (True, "bed.mp3", (kept[0][0],))
    assert [body for _, body in kept] == [b"ID3"]


@pytest.mark.parametrize("music", [False, True, "calm"])
def test_what_is_no_file_is_not_looked_for(deployment: Deployment, store: Store, music: str | bool) -> None:
    entry = MusicFiles(deployment, store).entry_of(brief(music))
    assert (entry.brief, entry.files, entry.music) == (brief(music), (), "")


@pytest.mark.parametrize("name", ["gone.mp3", "notes.txt", "empty.mp3", "s3://{bucket}/gone.mp3", "s3://{bucket}"])
def test_what_cannot_be_taken_is_told_alike_by_every_brief_and_by_a_look(
    deployment: Deployment, store: Store, name: str
) -> None:
    (Path(str(deployment.files)) / "empty.mp3").write_bytes(b"")
    named = name.format(bucket=store.domain.bucket)
    files = MusicFiles(deployment, store)
    told = []
    for _ in range(2):
        with pytest.raises(BadRequest, match="^music: `") as caught:
            files.entry_of(brief(named))
        told.append(str(caught.value))
    with pytest.raises(BadRequest) as looked:
        check_music(named, deployment, store)
    assert {*told, str(looked.value)} == {told[0]}


def test_a_look_without_a_store_takes_what_lies_in_it_as_being_there(deployment: Deployment) -> None:
    check_music("s3://bucket/bed.mp3", deployment, None)
    with pytest.raises(BadRequest, match="is not an address in a store"):
        check_music("s3://bed.mp3", deployment, None)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"ffconcat version 1.0\nfile /etc/hostname\n", "a concat script, which names other files"),
        (b"#EXTM3U\nhttp://127.0.0.1/a.ts\n", "a playlist (M3U8 or HLS), which names other files"),
        (b"<!doctype html><html>Not found", "a web page"),
        (b"Notes on a song.\n", "a text file"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
    ],
)
def test_what_is_known_to_be_no_sound_is_refused_before_anything_is_made(
    deployment: Deployment, store: Store, body: bytes, found: str
) -> None:
    (Path(str(deployment.files)) / "bed.mp3").write_bytes(body)
    told = f"music: `bed.mp3` is {found}; allowed: AAC, AIFF, FLAC, "
    for look in (
        lambda: check_music("bed.mp3", deployment, store),
        lambda: MusicFiles(deployment, store).entry_of(brief("bed.mp3")),
    ):
        with pytest.raises(BadRequest) as refused:
            look()
        assert str(refused.value).startswith(told)
    store.put("bed.mp3", body)
    with pytest.raises(BadRequest, match="is .*; allowed: AAC"):
        MusicFiles(deployment, store).entry_of(brief(f"s3://{store.domain.bucket}/team/bed.mp3"))
