"""What a publisher is given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from atelier.testing.s3 import S3
from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import InputLost
from include.contract.keys import Domain
from include.contract.manifests import RunRef
from include.contract.params import PublishParams
from include.contract.published import Publication
from include.contract.publishing import Role
from include.runtime.publisher import Assignment, Piece, PieceFile
from include.store.store import Store

PAGE = artifact_of("page_linked", b"<!doctype html>", "text/html")
PUBLICATION = Publication(
    content_type="bees", title="Bees", description="All about bees.", language="de", day=date(2026, 11, 25)
)


@pytest.fixture
def assignment(s3: S3, tmp_path: Path) -> Assignment:
    run = RunRef(dag_id="bees", run_id="r", task_id="publish")
    store = Store(Domain(s3.bucket), s3.connection())
    return Assignment(PUBLICATION, run, ("honey",), store, {PAGE.sha256: "page"}, tmp_path)


def page(artifact: Artifact = PAGE) -> PieceFile:
    return PieceFile("index.html", Role.MAIN, artifact)


def test_a_file_is_brought_from_the_store(assignment: Assignment, tmp_path: Path) -> None:
    assignment.store.put_blob(b"<!doctype html>", PAGE)
    assignment.bring(page(), tmp_path / "index.html")
    assert (tmp_path / "index.html").read_bytes() == b"<!doctype html>"


def test_a_file_that_is_gone_names_the_task_that_makes_it_again(assignment: Assignment, tmp_path: Path) -> None:
    with pytest.raises(InputLost) as lost:
        assignment.bring(page(), tmp_path / "index.html")
    assert lost.value.producer == "page"
    assert assignment.producer(artifact_of("other", b"other", "text/plain")) == ""


def test_a_piece_is_told_under_its_publication_from_its_first_moment(assignment: Assignment) -> None:
    at, guid = datetime(2026, 11, 25, 6, tzinfo=UTC), UUID(int=7)
    piece = Piece("honey", "ab" * 32, "Honey", "What bees do.", "en", PublishParams(), (page(),))
    item = assignment.item(piece, guid, at)
    assert (item.content_type, item.slug, item.day, item.language) == ("bees", "honey", date(2026, 11, 25), "en")
    assert (item.guid, item.published_at, item.updated_at) == (guid, at, at)
    (file,) = item.files
    assert (file.path, file.role, file.sha256, file.bytes) == ("index.html", Role.MAIN, PAGE.sha256, PAGE.bytes)
    assert item.run == assignment.run
