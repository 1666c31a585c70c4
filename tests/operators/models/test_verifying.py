from __future__ import annotations

import pytest

from include.contract.keys import blob_key, model_key, model_name_key
from include.contract.model_cards import ModelCard, read_reference
from include.store.store import Store
from operators.models.adding import Asked, added, looked_at
from operators.models.verifying import ModelVerification, Verified
from tests.operators.models.sources import Given, folder_files

TINY = read_reference("acme/tiny@1")


@pytest.fixture
def card(store: Store) -> ModelCard:
    return add(store)


def add(store: Store) -> ModelCard:
    return added(looked_at(Given(folder_files())), Asked(TINY, "MIT", True), store)


def wrong(store: Store) -> list[str]:
    return list(ModelVerification(store).wrong(TINY))


def test_nothing_is_wrong_with_what_was_added(store: Store, card: ModelCard) -> None:
    verification = ModelVerification(store)
    assert list(verification.wrong(TINY)) == []
    files = card.files.values()
    assert verification.looked == Verified(models=1, files=len(files), bytes=sum(file.bytes for file in files))


def test_a_file_that_was_altered_is_emptied_and_adding_again_puts_it_right(store: Store, card: ModelCard) -> None:
    file = card.files["tokenizer.json"]
    store.put(blob_key(file.sha256), b"!" * file.bytes)
    (said,) = wrong(store)
    assert said.startswith("model acme/tiny@1: `tokenizer.json`: s3://")
    assert "it is now empty, so that it is made again; add the model again (it came from `tests`)" in said
    assert store.size(blob_key(file.sha256)) == 0
    (again,) = wrong(store)
    assert "is empty, since what it held before was found wrong; add the model again (it came from `tests`)" in again
    add(store)
    assert wrong(store) == []


def test_every_file_that_is_missing_or_cut_is_told(store: Store, card: ModelCard) -> None:
    store.delete(blob_key(card.files["config.json"].sha256))
    store.put(blob_key(card.files["model.safetensors"].sha256), b"short")
    said = wrong(store)
    assert len(said) == 2
    assert "`config.json` is gone from the store" in said[0]
    assert "`model.safetensors`" in said[1]


def test_a_card_that_is_gone_or_a_name_that_holds_none_is_told(store: Store, card: ModelCard) -> None:
    card_at = store.domain.uri(model_key(card.digest))
    store.delete(model_key(card.digest))
    (said,) = wrong(store)
    assert f"1%2B.json was altered by hand, or the card that belongs to it was removed (there is no {card_at})" in said
    assert said.endswith("; remove the name (`atelier models remove acme/tiny@1`), then add the model again")
    store.put(model_name_key("acme/tiny", "1"), b"{")
    (said,) = wrong(store)
    assert f"model acme/tiny@1: {store.domain.uri(model_name_key('acme/tiny', '1'))} cannot be read: " in said
    assert said.endswith("; remove the name (`atelier models remove acme/tiny@1`), then add the model again")
    store.delete(model_name_key("acme/tiny", "1"))
    assert wrong(store) == ["model acme/tiny@1: there is no such name"]
