"""What readers find, put right: cards that the real publishing stage put there, and a blob that is lost."""

from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.contract.keys import blob_key, stage_key
from include.contract.manifests import RunRef
from include.contract.published import DayIndex, IndexEntry, PublishedFile
from include.store.store import Store
from operators.published.repair import Repair, advice, mended
from operators.run_history import manifests_of
from tests.operators.cards import lay_out_cards

RUN = RunRef(dag_id="product_cards", run_id="run-1", task_id="publish")
FOLDER = "published/product_cards/2026/11/25/"
CLEAR = "clear the task `card` of the run `run-1` of the DAG `product_cards`, with what follows"


@pytest.fixture
def piece(s3: S3, store: Store) -> IndexEntry:
    """A published card."""
    lay_out_cards(s3, store, {"honey": "sweet"})
    (piece,) = DayIndex.model_validate_json(store.get(f"{FOLDER}index.json") or b"").items
    return piece


@pytest.fixture
def file(piece: IndexEntry) -> PublishedFile:
    return piece.files[0]


@pytest.fixture
def content(store: Store, piece: IndexEntry) -> str:
    """The key of the stage content that names the card."""
    card = next(each for each in manifests_of(store, "product_cards", "run-1") if each.run.task_id == "card")
    key = stage_key(card.kind, card.stage_fingerprint)
    store.put(key, b"{}")
    return key


def test_a_file_is_put_there_anew_from_its_blob(store: Store, piece: IndexEntry, file: PublishedFile) -> None:
    key = "published/product_cards/anew"
    body = store.get(blob_key(file.sha256))
    repair = mended(store, key, piece, file, RUN)
    assert repair == Repair(f"restored from {store.domain.uri(blob_key(file.sha256))}", is_mended=True)
    assert store.get(key) == body


@pytest.mark.parametrize("is_gone", [True, False])
def test_of_a_lost_blob_the_content_that_names_it_is_forgotten_so_that_it_is_made_again(
    store: Store, piece: IndexEntry, file: PublishedFile, content: str, is_gone: bool
) -> None:
    blob = blob_key(file.sha256)
    store.delete(blob) if is_gone else store.put(blob, b"other bytes!")
    repair = mended(store, f"{FOLDER}anew", piece, file, RUN)
    assert not repair.is_mended
    assert CLEAR in repair.words
    assert store.get(content) is None
    assert not store.get(blob)
    assert store.get(f"{FOLDER}anew") is None


def test_advice_alone_forgets_nothing(store: Store, file: PublishedFile, content: str) -> None:
    assert advice(store, file, RUN, forgets=False).startswith(CLEAR)
    assert store.get(content) is not None


def test_where_nobody_knows_the_task_the_brief_is_to_be_made_again(store: Store, file: PublishedFile) -> None:
    another = RUN.model_copy(update={"run_id": "forgotten"})
    assert advice(store, file, another, forgets=True) == "make the piece again, with another run of its brief"
