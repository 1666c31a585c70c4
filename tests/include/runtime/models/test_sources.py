"""Where files of models come from: what is told when they are not there, or are others."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract import environment
from include.contract.errors import UnknownModel
from include.contract.models import ModelRegistry
from include.runtime.models.files import located
from include.store.store import Store
from tests.include.runtime.desk import Desk

STYLE = b"all that the model has learnt"
SHA256 = hashlib.sha256(STYLE).hexdigest()


@pytest.fixture
def models(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelRegistry:
    """A registry with a model in another bucket than the store's."""
    monkeypatch.setenv(environment.CACHE, str(tmp_path / "cache"))
    client, bucket = s3.client(), f"{s3.bucket}-models"
    client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key="a/style.bin", Body=STYLE)
    file = {"s3": bucket, "path": "a/style.bin", "sha256": SHA256}
    entry = {"kind": "image", "revision": "1", "licence": "MIT", "files": {"style": file}}
    return ModelRegistry.model_validate({"test/style": entry})


def where(models: ModelRegistry, store: Store) -> Path:
    return located(models.identity("test/style"), models, store).files["style"]


def changed(models: ModelRegistry, **file: str) -> ModelRegistry:
    tree = models.model_dump(mode="json", exclude_none=True)
    tree["test/style"]["files"]["style"] |= file
    return ModelRegistry.model_validate(tree)


def test_a_file_in_s3_is_fetched_once_and_keeps_the_end_of_its_name(
    models: ModelRegistry, desk: Desk, s3: S3, tmp_path: Path
) -> None:
    path = where(models, desk.store)
    assert path.name == "style.bin"
    assert path.resolve() == tmp_path / "cache" / "models" / SHA256 / "file"
    assert path.read_bytes() == STYLE
    s3.client().delete_object(Bucket=f"{s3.bucket}-models", Key="a/style.bin")
    assert where(models, desk.store).read_bytes() == STYLE


def test_what_was_kept_and_is_not_the_registered_file_any_more_is_fetched_again(
    models: ModelRegistry, desk: Desk
) -> None:
    path = where(models, desk.store)
    path.write_bytes(b"half of it")
    assert where(models, desk.store).read_bytes() == STYLE


def test_a_file_that_is_not_there_is_told_with_its_address(models: ModelRegistry, desk: Desk) -> None:
    with pytest.raises(UnknownModel, match=r"model test/style@1: s3://test-\w+-models/b.bin does not exist; put"):
        where(changed(models, path="b.bin"), desk.store)


def test_other_bytes_are_refused_and_not_kept(models: ModelRegistry, desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=f"has the digest {SHA256}, but abab"):
        where(changed(models, sha256="ab" * 32), desk.store)
    assert {path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()} == {"lock", "note"}


def test_without_a_store_it_is_told(models: ModelRegistry) -> None:
    with pytest.raises(UnknownModel, match="its files are in S3, but there is no store here"):
        located(models.identity("test/style"), models)
