from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from include.contract.errors import BadRequest
from include.contract.model_cards import (
    Backend,
    CardFile,
    DiffusersSettings,
    ModelCard,
    ModelReference,
    OpenaiSettings,
    Precision,
    TransformersSettings,
    fits,
    is_built_in,
    is_reference,
    read_reference,
    weaker,
)
from include.contract.values import Determinism, StageKind

FILES = {"model.safetensors": CardFile(sha256="a" * 64, bytes=7)}
CARD = ModelCard(
    kind=StageKind.TEXT, settings=TransformersSettings(), files=FILES, licence="Apache-2.0", commercial=True
)


@pytest.mark.parametrize("text", ["acme/qwen3-4b@1+int8", "m@2026-11-28", "a/b/c@v1.0+q4_k_m"])
def test_a_name_is_read_as_it_is_written(text: str) -> None:
    assert str(read_reference(text)) == text
    assert is_reference(text)


def test_a_name_has_its_parts() -> None:
    assert read_reference("acme/qwen3-4b@1+int8") == ModelReference("acme/qwen3-4b", "1", "int8")
    assert not is_reference("builtin/smollm2-135m")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("acme/x", "no name of a model with its revision"),
        ("acme/x@", "no name of a model with its revision"),
        ("acme/x@1+", "no name of a model with its revision"),
        ("a@b@c", "no name of a model with its revision"),
        ("acme/x@main", "its revision `main` moves; name a revision that never changes"),
        ("acme/../x@1", "has a part that is `..` in its name"),
        ("acme/./x@1", "has a part that is `.` in its name"),
        ("acme//x@1", "has an empty part in its name"),
        ("acme/@1", "has an empty part in its name"),
        ("builtin/x@1", "is for what ships (found 'builtin/x@1'); allowed: a built-in model without a revision, or a"),
        ("acme/x@1+INT8", "its variant has the wrong form; allowed: the letters a to z, digits, `.`, `_` and `-`, as"),
        (
            "äcme@1",
            "its name has the wrong form; allowed: the letters A to Z and a to z, digits, `.`, `_`, `-` and `/`",
        ),
        (
            "acme/x@ü",
            "its revision has the wrong form; allowed: the letters A to Z and a to z, digits, `.`, `_` and `-`",
        ),
        ("acme/x@1\n", "its revision has the wrong form"),
        (f"acme/{'x' * 200}@1", "its name is too long"),
    ],
)
def test_another_spelling_is_refused_in_words_with_an_example(text: str, told: str) -> None:
    with pytest.raises(BadRequest, match=re.escape(told)) as raised:
        read_reference(text)
    assert f"found {text!r:.200}" in str(raised.value)
    assert "^" not in str(raised.value)


def test_everything_that_is_wrong_with_a_name_is_told_at_once() -> None:
    with pytest.raises(BadRequest, match="its name has .*; its revision `main` moves; .*; its variant has"):
        read_reference("äcme@main+INT8")


@pytest.mark.parametrize(
    ("model", "ships"), [("builtin/sketch", True), ("builtin/x@1", True), ("acme/builtin/x", False)]
)
def test_what_ships_is_known_by_its_name(model: str, ships: bool) -> None:
    assert is_built_in(model) is ships


@pytest.mark.parametrize(
    "said", [{"scheduler": "euler"}, {"steps": 0}, {"guidance": -1.0}, {"guidance": float("nan")}, {"writes": "whole"}]
)
def test_what_a_pipeline_takes_is_a_closed_list(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DiffusersSettings.model_validate(said)


def test_items_of_a_pipeline_are_batched_as_its_recipe_says() -> None:
    card = CARD.model_copy(update={"kind": StageKind.IMAGE, "settings": DiffusersSettings()})
    assert (CARD.batch_size, card.batch_size) == (16, None)
    assert ModelCard.model_validate_json(card.model_dump_json()) == card


def test_everything_in_a_card_is_in_its_digest() -> None:
    others = [
        CARD.model_copy(update={"settings": TransformersSettings(precision=Precision.BFLOAT16)}),
        CARD.model_copy(update={"files": {"other.safetensors": FILES["model.safetensors"]}}),
        CARD.model_copy(update={"licence": "MIT"}),
        CARD.model_copy(update={"determinism": Determinism.BITWISE}),
    ]
    assert len({card.digest for card in (CARD, *others)}) == 5
    assert ModelCard.model_validate_json(CARD.model_dump_json()).digest == CARD.digest


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../b", "a//b", ".", "a\\b"])
def test_a_file_outside_of_the_models_folder_is_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="leaves the model's folder"):
        ModelCard(
            kind=StageKind.TEXT,
            settings=TransformersSettings(),
            files={path: FILES["model.safetensors"]},
            licence="MIT",
            commercial=True,
        )


def test_a_server_has_no_files_and_everything_else_has_some() -> None:
    served = OpenaiSettings(address="https://models.example/v1", server_model="big")
    with pytest.raises(ValidationError, match="`files` belong to"):
        ModelCard(kind=StageKind.TEXT, settings=served, files=FILES, licence="own", commercial=True)
    with pytest.raises(ValidationError, match="`files` belong to"):
        ModelCard(kind=StageKind.TEXT, settings=TransformersSettings(), licence="own", commercial=True)


def test_credentials_have_no_place_in_an_address() -> None:
    for address in ("https://user:key@models.example/v1", "https://models.example/v1?key=1"):
        with pytest.raises(ValidationError):
            OpenaiSettings(address=address, server_model="big")


def test_a_promise_is_as_weak_as_its_weakest_part() -> None:
    assert weaker(Determinism.BITWISE, Determinism.SEEDED) is Determinism.SEEDED
    assert weaker(Determinism.BITWISE, Determinism.BITWISE) is Determinism.BITWISE
    assert weaker(Determinism.EFFECT, Determinism.SEEDED) is Determinism.EFFECT


def test_a_card_fits_by_kind_and_backend() -> None:
    assert fits(CARD, StageKind.TEXT, tuple(Backend))
    assert not fits(CARD, StageKind.IMAGE, tuple(Backend))
    assert not fits(CARD, StageKind.TEXT, (Backend.OPENAI,))
