from __future__ import annotations

import pytest

from include.contract.errors import BadRequest, UnknownModel
from include.contract.keys import model_key, model_name_key
from include.contract.model_cards import (
    Backend,
    CardFile,
    ModelCard,
    OpenaiSettings,
    TransformersSettings,
    read_reference,
)
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store

CARD = ModelCard(
    kind=StageKind.TEXT,
    settings=TransformersSettings(),
    files={"model.safetensors": CardFile(sha256="a" * 64, bytes=7)},
    licence="Apache-2.0",
    commercial=True,
)
OTHER = ModelCard(
    kind=StageKind.TEXT,
    settings=OpenaiSettings(address="https://models.example/v1", server_model="big"),
    licence="own",
    commercial=False,
)
WRITER = read_reference("acme/writer@1+f32")


@pytest.fixture
def models(store: Store) -> Models:
    return Models(store)


def test_a_name_leads_to_its_card_and_the_card_lies_by_its_digest(models: Models) -> None:
    assert models.named(WRITER) is None
    models.keep(CARD)
    models.name(WRITER, CARD)
    assert models.named(WRITER) == CARD
    assert models.card(WRITER.identity(CARD)) == CARD
    assert models.references() == [WRITER]


def test_a_name_never_moves(models: Models) -> None:
    models.name(WRITER, CARD)
    models.name(WRITER, CARD)
    with pytest.raises(BadRequest, match="a name never moves; choose another revision or variant"):
        models.name(WRITER, OTHER)
    assert models.named(WRITER) == CARD


def test_a_forgotten_name_is_free_again_and_its_card_stays(models: Models) -> None:
    models.keep(CARD)
    models.name(WRITER, CARD)
    assert models.forget(WRITER)
    assert not models.forget(WRITER)
    assert models.card(WRITER.identity(CARD)) == CARD
    models.name(WRITER, OTHER)
    assert models.named(WRITER) == OTHER


def test_what_does_not_fit_is_told_with_what_would(models: Models) -> None:
    for reference, card in ((WRITER, CARD), (read_reference("acme/served@1"), OTHER)):
        models.keep(card)
        models.name(reference, card)
    with pytest.raises(UnknownModel, match=r"acme/writr@1 is not in .*did you mean .acme/writer@1\+f32.*served@1"):
        models.chosen(read_reference("acme/writr@1"), StageKind.TEXT, tuple(Backend))
    with pytest.raises(UnknownModel, match=r"for `openai`; needed: `text` for `transformers`; .*@1\+f32, what"):
        models.chosen(read_reference("acme/served@1"), StageKind.TEXT, (Backend.TRANSFORMERS,))
    with pytest.raises(UnknownModel, match="needed: `image` for no model but the built-in one; allowed: what `atelier"):
        models.chosen(WRITER, StageKind.IMAGE, ())


def test_a_card_with_other_content_than_its_digest_says_is_refused(store: Store, models: Models) -> None:
    identity = WRITER.identity(CARD)
    with pytest.raises(UnknownModel, match="is gone, and so is the name; add model acme/writer@1"):
        models.card(identity)
    store.put(model_key(CARD.digest), OTHER.model_dump_json().encode())
    with pytest.raises(UnknownModel, match="holds a card with the digest"):
        models.card(identity)
    store.put(model_key(CARD.digest), b"{")
    with pytest.raises(UnknownModel, match="cannot be read"):
        models.card(identity)
    models.keep(CARD)
    assert models.card(identity) == CARD


def test_what_became_of_a_card_that_is_gone_is_told_by_what_its_name_holds(store: Store, models: Models) -> None:
    identity = WRITER.identity(CARD)
    models.name(WRITER, CARD)
    altered = (
        r"was altered by hand, or the card .* was removed .*; remove the name \(`atelier models remove acme/writer"
    )
    with pytest.raises(UnknownModel, match=altered):
        models.card(identity)
    with pytest.raises(UnknownModel, match=altered):
        models.intact(WRITER)
    with pytest.raises(UnknownModel, match=altered):
        models.chosen(WRITER, StageKind.TEXT, tuple(Backend))
    models.forget(WRITER)
    models.name(WRITER, OTHER)
    with pytest.raises(UnknownModel, match=rf"leads to another card now \({OTHER.digest[:12]}\), .*; clear the task"):
        models.card(identity)
    store.put(model_name_key(WRITER.name, WRITER.revision, WRITER.variant), b"{")
    with pytest.raises(UnknownModel, match=r"model-names/\S+ cannot be read: .*; remove the name"):
        models.card(identity)


def test_what_names_no_model_is_no_reference(store: Store, models: Models) -> None:
    models.name(WRITER, CARD)
    store.put("v1/model-names/rubbish", b"?")
    store.put(f"{model_name_key('acme/x', '1').removesuffix('.json')}.txt", b"?")
    assert models.references() == [WRITER]
