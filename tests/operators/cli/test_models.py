from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.contract.keys import blob_key
from include.contract.model_cards import Backend, Writes, read_reference
from include.contract.prompts import prompts_digest
from include.store.models import Models
from include.store.store import Store
from operators.cli.command import OK, REFUSED
from tests.operators.cli.conftest import Atelier
from tests.operators.models.tiny import tiny_folder, tiny_gguf

ALLOWED = ("--licence", "Apache-2.0", "--commercial", "yes")


def test_a_gguf_file_is_added_listed_and_shown(atelier: Atelier, store: Store, tmp_path: Path) -> None:
    code, told, _ = atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1+q4", *ALLOWED)
    assert code == OK, told
    card = Models(store).named(read_reference("acme/tiny@1+q4"))
    assert card is not None
    assert card.backend is Backend.TRANSFORMERS
    assert card.settings.writes is Writes.WHOLE
    assert card.settings.prompts == prompts_digest()
    for file in card.files.values():
        assert store.size(blob_key(file.sha256)) == file.bytes
    assert f"digest             {card.digest}" in told
    assert (
        f"acme/tiny@1+q4  text  transformers  Apache-2.0  yes         {card.digest[:12]}"
        in atelier("models", "list")[1]
    )
    shown = json.loads(atelier("models", "show", "acme/tiny@1+q4", "--json")[1])
    assert shown["digest"] == card.digest
    assert atelier("models", "show", "acme/tiny@1+q4")[1] == told


def test_a_folder_is_added_with_every_file_but_those_for_people(atelier: Atelier, store: Store, tmp_path: Path) -> None:
    folder = tiny_folder(tmp_path)
    (folder / "README.md").write_text("Read me.")
    (folder / ".gitattributes").write_text("")
    code, _, said = atelier("models", "add", folder, "--name", "acme/tiny@1", *ALLOWED)
    assert code == OK, said
    card = Models(store).named(read_reference("acme/tiny@1"))
    assert card is not None
    assert set(card.files) == {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert "left out: README.md" in said


@pytest.mark.parametrize("left_out", ["--licence", "--commercial"])
def test_without_a_licence_nothing_is_added(atelier: Atelier, store: Store, tmp_path: Path, left_out: str) -> None:
    words = [*ALLOWED]
    del words[words.index(left_out) : words.index(left_out) + 2]
    code, _, said = atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", *words)
    assert code == REFUSED
    assert "no licence is given" in said
    assert store.listed("v1/") == []


def test_a_name_that_is_not_there_is_told_with_those_that_are(atelier: Atelier, tmp_path: Path) -> None:
    atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", *ALLOWED)
    code, _, said = atelier("models", "show", "acme/tony@1")
    assert code == REFUSED
    assert "did you mean `acme/tiny@1`?" in said
