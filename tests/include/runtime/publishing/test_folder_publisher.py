"""Pieces in a folder outside the store: whole or not seen at all, once, and gone when they are withdrawn (W10)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import av
import pytest

from atelier.testing.s3 import S3
from include.contract.errors import BadRequest, Cause
from include.contract.failures import read_failure
from include.contract.keys import request_key
from include.contract.manifests import Outcome
from include.contract.published import PublishedItem
from include.contract.publishing import Role
from include.contract.requests import StageRequest
from include.runtime.lookup import read_upstreams
from include.runtime.publisher import Piece, Placed
from include.runtime.publishing.folder_publisher import FolderPublisher
from include.runtime.publishing.withdrawal import restore, withdraw
from tests.faults import Fault, How, faulty
from tests.include.runtime.own_mounts import after, mounts
from tests.include.runtime.publishing.newsroom import DAY, Newsroom, movie, words

ROOT = Path(__file__).resolve().parents[4]
PIECE = "films-archive/2026/11/25/honey"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the deployment names."""
    path = tmp_path / "share"
    path.mkdir()
    monkeypatch.setenv("ATELIER_PUBLISH_FOLDER", str(path))
    return path


@pytest.fixture
def archive(newsroom: Newsroom, folder: Path) -> Newsroom:
    """A second stage of `films` that publishes to the folder."""
    newsroom.content_type, newsroom.recipe = "films-archive", "publish.folder"
    return newsroom


def there(folder: Path) -> dict[str, tuple[int, int]]:
    """What people find: each file with what changes when it is written."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def item(folder: Path) -> PublishedItem:
    return PublishedItem.model_validate_json((folder / PIECE / "item.json").read_bytes())


def test_a_piece_lies_under_readable_names_and_can_be_played(archive: Newsroom, folder: Path) -> None:
    (line,) = archive.publish({"honey": movie(2.0)}, {"honey": words("Honey bees")})
    assert line.outcome is Outcome.MADE
    assert Path(unquote(urlsplit(line.address).path)) == folder / PIECE / "item.json"
    told = item(folder)
    assert (told.title, told.summary, told.day, told.run.run_id) == ("Honey bees", "What bees do.", DAY, "run-1")
    assert told.label is not None
    assert [(file.path, file.role) for file in told.files] == [
        ("video.mp4", Role.MAIN),
        ("poster.jpg", Role.POSTER),
        ("subtitles.vtt", Role.SUBTITLES),
        ("subtitles.srt", Role.SUBTITLES),
    ]
    with av.open(str(folder / "films-archive" / told.address(told.files[0]))) as film:
        assert film.duration is not None
        assert told.duration_s == pytest.approx(film.duration / av.time_base)
    assert sorted(there(folder)) == sorted(
        [f"{PIECE}/item.json", *(f"films-archive/{told.address(file)}" for file in told.files)]
    )


def test_publishing_the_same_again_writes_nothing(archive: Newsroom, folder: Path) -> None:
    archive.publish({"honey": movie()})
    before = there(folder)
    (line,) = archive.publish({"honey": movie()}, run_id="run-2")
    assert line.outcome is Outcome.REUSED
    assert there(folder) == before


def test_a_changed_piece_takes_the_place_of_the_old_one_whose_files_stay(archive: Newsroom, folder: Path) -> None:
    archive.publish({"honey": movie(2.0)})
    old = item(folder)
    archive.publish({"honey": movie(3.0)}, run_id="run-2")
    new = item(folder)
    assert new.content_digest != old.content_digest
    assert (new.guid, new.published_at) == (old.guid, old.published_at)
    assert new.updated_at > old.updated_at
    assert all((folder / "films-archive" / each.address(each.files[0])).is_file() for each in (old, new))


def test_a_file_with_other_bytes_or_none_is_put_there_anew(archive: Newsroom, folder: Path) -> None:
    archive.publish({"honey": movie()})
    told = item(folder)
    film, poster = (folder / "films-archive" / told.address(file) for file in told.files[:2])
    right = film.read_bytes()
    film.write_bytes(right[:-1] + b"x")
    poster.unlink()
    (folder / PIECE / "item.json").write_bytes(b"{")
    (line,) = archive.publish({"honey": movie()}, run_id="run-2")
    assert line.outcome is Outcome.MADE
    assert film.read_bytes() == right
    assert poster.is_file()
    assert item(folder).files == told.files


def test_a_piece_that_is_withdrawn_from_the_content_type_goes_and_stays_away_until_it_is_restored(
    archive: Newsroom, folder: Path
) -> None:
    first = Newsroom(archive.store, archive.scratch, "films", "publish.video")
    first.publish({"honey": movie()})
    archive.publish({"honey": movie(), "wax": movie()})
    withdraw(archive.store, "films", "honey", by="ada", why="wrong bees")
    (wax,) = archive.publish({"wax": movie()}, run_id="run-2")
    assert wax.outcome is Outcome.REUSED
    assert not [path for path in there(folder) if path.startswith(PIECE)]
    (honey,) = archive.publish({"honey": movie()}, run_id="run-3")
    assert honey.outcome is Outcome.SKIPPED
    assert "withdrawn by ada" in honey.message
    assert "restore `honey` of `films` first" in honey.message
    restore(archive.store, "films", "honey", by="ada", why="they were right")
    (honey,) = archive.publish({"honey": movie()}, run_id="run-4")
    assert honey.outcome is Outcome.MADE
    assert item(folder).slug == "honey"


def test_a_piece_that_is_withdrawn_while_it_is_placed_does_not_stay(
    archive: Newsroom, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Newsroom(archive.store, archive.scratch, "films", "publish.video").publish({"honey": movie()})
    place = FolderPublisher.place

    def withdrawn_meanwhile(publisher: FolderPublisher, piece: Piece) -> Placed:
        placed = place(publisher, piece)
        withdraw(archive.store, "films", "honey", by="ada", why="wrong bees")
        return placed

    monkeypatch.setattr(FolderPublisher, "place", withdrawn_meanwhile)
    (line,) = archive.publish({"honey": movie()})
    assert line.outcome is Outcome.SKIPPED
    assert there(folder) == {}


def test_a_piece_of_which_nothing_was_made_is_skipped_and_the_others_are_there(archive: Newsroom, folder: Path) -> None:
    honey, wax = archive.publish({"honey": None, "wax": movie()})
    assert (honey.outcome, wax.outcome) == (Outcome.SKIPPED, Outcome.MADE)
    assert honey.message.startswith("its input is missing: ")


@pytest.mark.parametrize(
    ("named", "says"),
    [("", "the deployment names none; allowed: a folder in"), ("/not/there", "/not/there, which is not a folder")],
)
def test_without_its_folder_nothing_is_published_and_the_deployments_field_is_named(
    archive: Newsroom, monkeypatch: pytest.MonkeyPatch, named: str, says: str
) -> None:
    monkeypatch.setenv("ATELIER_PUBLISH_FOLDER", named)
    with pytest.raises(BadRequest, match=says):
        archive.publish({"honey": movie()})


def command(archive: Newsroom, request: StageRequest) -> list[str]:
    archive.store.put_if_absent(request_key(request.sha256()), request.body())
    uri = archive.store.domain.uri(request_key(request.sha256()))
    return [sys.executable, "-m", "include.runtime", "run", uri]


def surroundings(s3: S3, folder: Path) -> Mapping[str, str]:
    own = {
        "ATELIER_SCRATCH": str(folder.parent),
        "ATELIER_TERMINATION_LOG": str(folder.parent / "termination-log"),
        "ATELIER_PUBLISH_FOLDER": str(folder),
    }
    return {"PATH": os.environ["PATH"], **s3.environment(), **own}


def test_of_a_process_that_is_killed_half_way_nothing_is_seen_and_the_next_one_is_done(
    archive: Newsroom, s3: S3, folder: Path
) -> None:
    pieces = {"honey": movie()}
    request = archive.request(pieces)
    subtitles = next(
        output
        for line in read_upstreams(request, archive.store)["video"].values()
        for output in line.outputs
        if output.name == "subtitles_srt"
    )
    with faulty(s3) as (broken, server):
        server.meet(Fault("silence", How.SILENCE, only=lambda method, path, _: path.endswith(subtitles.sha256)))
        process = subprocess.Popen(
            command(archive, request),
            env=surroundings(broken, folder),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        server.wait_until_met()
        process.send_signal(signal.SIGKILL)
        process.wait()
    hidden = [path for path in there(folder) if "/." in path]
    assert hidden, "the film was on its way"
    assert there(folder).keys() == set(hidden)
    (line,) = archive.publish(pieces)
    assert line.outcome is Outcome.MADE
    assert not [path for path in there(folder) if "/." in path]


@mounts
@pytest.mark.parametrize(
    ("mount", "code", "cause", "says"),
    [
        ("mount -t tmpfs -o size=16k none {folder}", 75, Cause.PLACE_AWAY, "make room on its disk"),
        (
            "mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}",
            65,
            Cause.BAD_REQUEST,
            "Read-only file system; let the user 0, which stages run as, write there",
        ),
    ],
    ids=["full", "read-only"],
)
def test_a_folder_that_takes_nothing_is_told_by_what_to_do(
    archive: Newsroom, s3: S3, folder: Path, mount: str, code: int, cause: Cause, says: str
) -> None:
    done = subprocess.run(
        after(mount.format(folder=folder), *command(archive, archive.request({"honey": movie(5.0)}))),
        env=surroundings(s3, folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    failure = read_failure((folder.parent / "termination-log").read_text())
    assert failure is not None
    assert (done.returncode, failure.cause) == (code, cause), done.stdout
    assert str(folder) in failure.message
    assert says in failure.message
