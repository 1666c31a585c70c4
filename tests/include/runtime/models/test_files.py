"""Registered files are found where their package put them, and checked before use (I6)."""

from __future__ import annotations

import hashlib
from importlib.metadata import distribution
from pathlib import Path

import pytest

from include.contract.errors import UnknownModel
from include.contract.models import ModelRegistry
from include.runtime.models.files import digest_at, located


def registry(**file: str) -> ModelRegistry:
    entry = {"kind": "text", "revision": "1", "licence": "MIT", "files": {"weights": file}}
    return ModelRegistry.model_validate({"test/model": entry})


def sha_of(package: str, path: str) -> str:
    return hashlib.sha256(Path(str(distribution(package).locate_file(path))).read_bytes()).hexdigest()


def test_a_file_of_a_package_is_found_and_checked() -> None:
    sha256 = sha_of("pydantic", "pydantic/main.py")
    models = registry(package="pydantic", path="pydantic/main.py", sha256=sha256)
    assert located(models.identity("test/model"), models).files["weights"].name == "main.py"


def test_a_file_of_a_folder_is_found_and_checked(tmp_path: Path) -> None:
    (tmp_path / "style.bin").write_bytes(b"style")
    models = registry(folder=str(tmp_path), path="style.bin", sha256=hashlib.sha256(b"style").hexdigest())
    assert located(models.identity("test/model"), models).files["weights"] == tmp_path / "style.bin"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ({"package": "pydantic", "path": "pydantic/main.py", "sha256": "ab" * 32}, "but abab"),
        ({"package": "no-such-wheel", "path": "x", "sha256": "ab" * 32}, "no-such-wheel is not installed"),
        ({"debian": "no-such-deb", "path": "/no/such", "sha256": "ab" * 32}, "install the Debian package no-such-deb"),
        ({"folder": "/no", "path": "such", "sha256": "ab" * 32}, "/no/such is not there; mount it, or put the file"),
    ],
)
def test_a_file_that_is_not_the_registered_one_is_refused(file: dict[str, str], says: str) -> None:
    models = registry(**file)
    with pytest.raises(UnknownModel, match=says):
        located(models.identity("test/model"), models)


def test_a_folder_is_checked_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "en").write_text("one")
    before = digest_at(tmp_path)
    (tmp_path / "voices" / "de").write_text("two")
    assert digest_at(tmp_path) != before
    (tmp_path / "voices" / "de").unlink()
    assert digest_at(tmp_path) == before
