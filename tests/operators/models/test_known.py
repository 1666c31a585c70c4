from __future__ import annotations

from collections.abc import Mapping

import pytest

from include.contract.errors import BadRequest, UnknownModel
from include.contract.keys import blob_key, model_key, model_name_key
from include.contract.model_cards import ModelCard, read_reference
from include.store.store import Store
from operators.models.adding import Asked, added, looked_at
from tests.operators.models.sources import Given, folder_files

TINY = read_reference("acme/tiny@1")
NAME_KEY = model_name_key("acme/tiny", "1")
TOKENIZER = folder_files()["tokenizer.json"]
OTHER_WEIGHTS = folder_files()["model.safetensors"][:-1] + b"!"
"""As many bytes as the tiny model's."""


class Renamed(Given):
    """The same files in a folder with another name."""

    origin = "renamed"


@pytest.fixture
def card(store: Store) -> ModelCard:
    return added(looked_at(Given(folder_files())), Asked(TINY, "MIT", True), store)


def add(store: Store, files: Mapping[str, bytes], licence: str = "MIT") -> ModelCard:
    return added(looked_at(Renamed(files)), Asked(TINY, licence, True), store)


def versions(store: Store) -> list[tuple[str, object]]:
    return [(each.key, each.modified_at) for each in store.listed("v1/")]


def test_the_same_files_from_elsewhere_are_the_model_that_has_the_name_and_nothing_is_written(
    store: Store, card: ModelCard
) -> None:
    before = versions(store)
    assert add(store, folder_files()) == card
    assert versions(store) == before


@pytest.mark.parametrize("is_missing", [True, False])
def test_a_damaged_model_is_mended_from_wherever_its_files_are(store: Store, card: ModelCard, is_missing: bool) -> None:
    file = card.files["model.safetensors"]
    if is_missing:
        store.delete(blob_key(file.sha256))
    else:
        store.put(blob_key(file.sha256), b"cut")
    add(store, folder_files())
    found = store.digest(blob_key(file.sha256))
    assert found is not None
    assert found.sha256 == file.sha256


@pytest.mark.parametrize(
    ("altered", "licence", "says"),
    [
        ({}, "Apache-2.0", "since its licence differs; a name never moves: choose another revision or variant"),
        ({"model.safetensors": OTHER_WEIGHTS}, "MIT", "since its files differ: model.safetensors; a name"),
        ({"tokenizer.json": TOKENIZER + b" "}, "MIT", "since its files differ: tokenizer.json; a name"),
        (
            {"tokenizer.json": TOKENIZER + b" "},
            "Apache-2.0",
            "since its files and licence differ: tokenizer.json; a name",
        ),
    ],
)
def test_what_is_apart_is_told_and_not_a_byte_of_it_is_sent(
    store: Store, card: ModelCard, altered: Mapping[str, bytes], licence: str, says: str
) -> None:
    before = versions(store)
    with pytest.raises(BadRequest) as refused:
        add(store, folder_files() | altered, licence)
    assert says in str(refused.value)
    assert versions(store) == before


def test_other_weights_of_the_same_size_are_told_before_anything_is_sent(store: Store, card: ModelCard) -> None:
    before = versions(store)
    told = folder_files()["tokenizer_config.json"]
    other = {"model.safetensors": OTHER_WEIGHTS, "tokenizer_config.json": told.replace(b": ", b" :", 1)}
    with pytest.raises(BadRequest, match=r"its files differ: model\.safetensors, tokenizer_config\.json;"):
        add(store, folder_files() | other)
    assert versions(store) == before


def test_a_name_that_was_altered_by_hand_is_told_with_what_to_do_about_it(store: Store, card: ModelCard) -> None:
    told = card.model_copy(update={"licence": "GPL"}).model_dump_json().encode()
    store.put(NAME_KEY, told)
    for files in (folder_files(), folder_files() | {"tokenizer.json": TOKENIZER + b" "}):
        with pytest.raises(
            UnknownModel, match=r"model-names/acme%2Ftiny/1%2B\.json was altered by hand.*models remove"
        ):
            add(store, files)
    store.put(NAME_KEY, b'{"a":')
    with pytest.raises(
        UnknownModel, match=r"model-names/acme%2Ftiny/1%2B\.json cannot be read: .*`atelier models remove"
    ):
        add(store, folder_files())


def test_a_card_that_is_gone_is_written_again_for_the_same_model(store: Store, card: ModelCard) -> None:
    store.delete(model_key(card.digest))
    assert added(looked_at(Given(folder_files())), Asked(TINY, "MIT", True), store) == card
    assert store.size(model_key(card.digest))
