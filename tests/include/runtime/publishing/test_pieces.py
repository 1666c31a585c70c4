"""A piece, as the stages upstream made it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.contract.artifacts import Artifact, artifact_of
from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput, RejectedContent
from include.contract.labels import PieceLabel
from include.contract.planning import PlannedItem
from include.contract.publishing import Role
from include.contract.registry import recipe_named
from include.contract.requests import Order
from include.runtime.publisher import Piece
from include.runtime.publishing.pieces import piece_of

LABEL = PieceLabel(digital_source=DigitalSource.TRAINED.value, sentence="A machine made this.", language="en")
WORDS = {
    "title": b"Honey  and\nwax",
    "script": json.dumps({"summary": "What bees do.", "caption": "Buy honey!"}).encode(),
    "label": LABEL.model_dump_json().encode(),
}
FILES = {
    "page_linked": b"<!doctype html>",
    "markdown": b"# Honey",
    "picture_webp_480/01": b"one",
    "picture_webp_480/02": b"two",
}


def piece(outputs: dict[str, bytes], recipe: str = "publish.article", **order: Any) -> Piece:
    inputs = tuple(artifact_of(name, body, "text/plain") for name, body in outputs.items())
    bodies = {artifact.sha256: outputs[artifact.name] for artifact in inputs}

    def read(artifact: Artifact) -> bytes:
        assert artifact.name in WORDS, "only what tells the piece is read"
        return bodies[artifact.sha256]

    item = PlannedItem("honey", "honey", inputs)
    asked = Order(brief="honey", params={"language": "en"}, **order)
    return piece_of(item, asked, recipe_named(recipe), read)


def test_a_piece_is_told_by_its_words() -> None:
    found = piece(WORDS | FILES)
    assert (found.slug, found.title, found.summary) == ("honey", "Honey and wax", "What bees do.")
    assert found.language == "en"
    assert found.label == LABEL


def test_its_files_have_readable_names_and_roles_and_their_order() -> None:
    found = [(file.path, file.role) for file in piece(WORDS | FILES).files]
    assert found[:2] == [("index.html", Role.MAIN), ("article.md", Role.ALTERNATE)]
    assert [role for _, role in found[2:]] == [Role.PART, Role.PART]
    assert [path for path, _ in found[2:]] == sorted({path for path, _ in found[2:]})


def test_another_file_is_another_version() -> None:
    first = piece(WORDS | FILES).content_digest
    assert piece(WORDS | FILES).content_digest == first
    assert piece(WORDS | FILES | {"markdown": b"# Wax"}).content_digest != first


def test_a_piece_that_says_nothing_of_how_it_was_made_has_no_label() -> None:
    assert piece({name: body for name, body in (WORDS | FILES).items() if name != "label"}).label is None


def test_what_lacks_the_piece_itself_is_not_published() -> None:
    with pytest.raises(RejectedContent, match="no file that is the piece itself; found: markdown"):
        piece(WORDS | {"markdown": b"# Honey"})
    with pytest.raises(RejectedContent, match="found: none"):
        piece(WORDS)


@pytest.mark.parametrize(("name", "body"), [("title", b" "), ("title", b"\xff"), ("script", b"["), ("label", b"{}")])
def test_words_that_cannot_be_read_are_named(name: str, body: bytes) -> None:
    with pytest.raises(CorruptInput, match=f"output `{name}`"):
        piece(WORDS | FILES | {name: body})
