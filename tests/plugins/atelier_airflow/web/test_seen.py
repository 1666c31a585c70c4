from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.contract.artifacts import artifact_of
from include.contract.errors import InputLost
from include.contract.keys import Domain
from include.contract.manifests import ItemLine, Outcome, RunRef
from include.contract.publishing import Role
from include.contract.values import StageKind
from include.store.store import Store
from plugins.atelier_airflow.web.pages import pieces_page
from plugins.atelier_airflow.web.seen import ITEMS_A_PAGE, MOST_PIECES, output_of, run_seen, task_seen
from tests.operators.manifests import leave
from tests.plugins.atelier_airflow.web.serving import DAY, publish

RUN = RunRef(dag_id="films", run_id="manual__1", task_id="publish")


@pytest.fixture
def store(s3: S3) -> Store:
    return Store(Domain(s3.bucket, "team/"), s3.connection())


def made(store: Store, item: str, *outputs: tuple[str, bytes, str]) -> ItemLine:
    """An item of a stage, with its blobs."""
    artifacts = [artifact_of(name, body, media_type) for name, body, media_type in outputs]
    for artifact, (_, body, _) in zip(artifacts, outputs, strict=True):
        store.put_blob(body, artifact)
    return ItemLine(position=0, item=item, outcome=Outcome.MADE, outputs=tuple(artifacts))


def left(store: Store, kind: StageKind, *lines: ItemLine) -> None:
    leave(store, RUN.model_copy(update={"task_id": kind.value}), kind, lines)


def test_a_piece_that_is_not_published_is_seen_with_the_files_that_would_be(store: Store) -> None:
    words = made(store, "bees", ("title", b"Why bees", "text/plain"), ("script", b"{}", "text/plain"))
    film = made(store, "bees", ("video", b"film", "video/mp4"), ("poster", b"p", "image/jpeg"))
    left(store, StageKind.TEXT, words)
    left(store, StageKind.IMAGE, made(store, "bees/01", ("image", b"picture", "image/jpeg")))
    left(store, StageKind.VIDEO, film)
    (piece,) = run_seen(store, "films", "manual__1").pieces
    assert (piece.title, piece.page, piece.missing) == ("Why bees", "", "not published")
    assert [(file.name, file.role) for file in piece.files] == [("video.mp4", "main"), ("poster.jpg", "poster")]


def test_a_run_of_several_briefs_has_a_piece_each_and_says_why_one_is_missing(store: Store) -> None:
    item = publish(store, "films", "bees", {"video.mp4": (b"film", "video/mp4", Role.MAIN)})
    address = f"published/films/{DAY:%Y/%m/%d}/bees/item.json"
    rejected = ItemLine(position=1, item="wasps", outcome=Outcome.SKIPPED, message="it was rejected by ada")
    gone = ItemLine(position=2, item="ants", outcome=Outcome.MADE, address=address.replace("bees", "ants"))
    left(
        store,
        StageKind.PUBLISH,
        ItemLine(position=0, item="bees", outcome=Outcome.MADE, address=address),
        rejected,
        gone,
    )
    seen = run_seen(store, "films", "manual__1").pieces
    assert [(piece.title, piece.missing) for piece in seen] == [
        (item.title, ""),
        ("wasps", "it was rejected by ada"),
        ("ants", "There is no published piece at this address."),
    ]
    assert seen[0].page == f"/atelier/dags/films/published/{DAY:%Y/%m/%d}/bees/"


def test_a_piece_outside_of_the_store_is_told_by_where_it_went(store: Store) -> None:
    address = "file:///srv/share/films-archive/2026/11/25/bees/item.json"
    archived = ItemLine(position=0, item="bees", outcome=Outcome.MADE, address=address)
    left(store, StageKind.PUBLISH, archived)
    (piece,) = run_seen(store, "films", "manual__1").pieces
    assert (piece.slug, piece.missing) == ("bees", f"it was put outside the store: {address}")


def test_a_run_of_very_many_briefs_is_seen_in_part_and_says_how_many_there_are(store: Store) -> None:
    slugs = [f"bees-{number}" for number in range(MOST_PIECES + 7)]
    for kind, output, media_type in (
        (StageKind.TEXT, "title", "text/plain"),
        (StageKind.VIDEO, "video", "video/mp4"),
    ):
        left(store, kind, *(made(store, slug, (output, b"Bees", media_type)) for slug in slugs))
    seen = run_seen(store, "films", "manual__1")
    assert ([piece.slug for piece in seen.pieces], seen.planned) == (slugs[:MOST_PIECES], MOST_PIECES + 7)
    assert {tuple(file.name for file in piece.files) for piece in seen.pieces} == {("video.mp4",)}
    assert f"the first {MOST_PIECES} are shown here" in pieces_page(seen, "films", "manual__1")
    address = f"published/films/{DAY:%Y/%m/%d}/gone/item.json"
    lines = [ItemLine(position=0, item=slug, outcome=Outcome.MADE, address=address) for slug in slugs]
    left(store, StageKind.PUBLISH, *lines)
    seen = run_seen(store, "films", "manual__1")
    assert (len(seen.pieces), seen.planned) == (MOST_PIECES, MOST_PIECES + 7)


def test_a_run_that_has_made_nothing_says_so(store: Store) -> None:
    with pytest.raises(InputLost, match="has made no piece yet"):
        run_seen(store, "films", "manual__1")
    with pytest.raises(InputLost, match="This task has made nothing yet"):
        task_seen(store, RUN, 0)


def test_a_wide_stage_is_seen_page_by_page_and_each_of_its_files_is_found(store: Store) -> None:
    many = [
        ItemLine(position=number, item=f"card-{number}", outcome=Outcome.MADE, outputs=(artifact_of("a", b"x", "a/b"),))
        for number in range(ITEMS_A_PAGE + 5)
    ]
    run = RUN.model_copy(update={"task_id": "image_shards", "map_index": 2})
    leave(store, run, StageKind.IMAGE, many)
    first = task_seen(store, run, 0)
    rest = task_seen(store, run, first.next_start or 0)
    assert (len(first.items), len(rest.items), rest.next_start) == (ITEMS_A_PAGE, 5, None)
    assert rest.items[-1].name == f"card-{ITEMS_A_PAGE + 4}"
    assert output_of(store, run, "card-104", "a") == many[-1].outputs[0]
