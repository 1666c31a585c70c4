from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.artifacts import artifact_of
from include.contract.errors import UnknownModel
from include.contract.keys import Domain, blob_key
from include.contract.model_cards import CardFile, ModelCard, TransformersSettings, read_reference
from include.contract.values import Determinism, StageKind
from include.runtime.models.asked import OwnModel
from include.store.models import Models
from include.store.store import Store

WEIGHTS = b"weights" * 1000
WRITER = read_reference("acme/writer@1")


@pytest.fixture
def store(s3: S3) -> Store:
    return Store(Domain(s3.bucket, ""), s3.connection())


@pytest.fixture
def card(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    """Of a model that was added."""
    monkeypatch.setenv("ATELIER_CACHE", str(tmp_path / "cache"))
    file = CardFile(sha256=hashlib.sha256(WEIGHTS).hexdigest(), bytes=len(WEIGHTS))
    card = ModelCard(
        kind=StageKind.TEXT,
        settings=TransformersSettings(),
        files={"onnx/model.safetensors": file},
        licence="MIT",
        commercial=True,
    )
    store.put_blob(WEIGHTS, artifact_of("model", WEIGHTS, "application/octet-stream"))
    Models(store).keep(card)
    return card


def test_its_files_come_from_the_store_as_its_card_says(store: Store, card: ModelCard) -> None:
    asked = OwnModel(WRITER.identity(card), store)
    asked.check()
    assert asked.determinism is Determinism.SEEDED
    model = asked.located()
    assert model.card == card
    assert {path: file.read_bytes() for path, file in model.files.items()} == {"onnx/model.safetensors": WEIGHTS}
    assert model.files["onnx/model.safetensors"].parts[-2:] == ("onnx", "model.safetensors")


def test_a_card_that_is_gone_is_told_before_anything_is_read(store: Store, card: ModelCard) -> None:
    other = card.model_copy(update={"licence": "Apache-2.0"})
    with pytest.raises(UnknownModel, match="is gone, and so is the name; add model acme/writer@1 again"):
        OwnModel(WRITER.identity(other), store).check()


def test_a_name_that_was_altered_is_told_as_that(store: Store, card: ModelCard) -> None:
    other = card.model_copy(update={"licence": "Apache-2.0"})
    Models(store).name(WRITER, other)
    with pytest.raises(
        UnknownModel, match=r"was altered by hand, .*; remove the name \(`atelier models remove acme/wri"
    ):
        OwnModel(WRITER.identity(other), store).check()


def test_a_damaged_file_is_not_used(store: Store, card: ModelCard) -> None:
    key = blob_key(card.files["onnx/model.safetensors"].sha256)
    store.put(key, b"w" * len(WEIGHTS))
    with pytest.raises(UnknownModel, match="and was not used; it is now empty, so that it is made again"):
        OwnModel(WRITER.identity(card), store).located()
    assert store.size(key) == 0
