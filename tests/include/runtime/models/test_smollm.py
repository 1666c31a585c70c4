from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.errors import UnknownModel
from include.runtime.models import smollm
from include.runtime.models.smollm import load_smollm
from tests.include.runtime.writing.parts import GGUF


def test_a_file_that_is_no_gguf_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGML" + GGUF.read_bytes()[4:1000])
    with pytest.raises(UnknownModel, match="model.gguf cannot be read as a model: GGUF magic invalid"):
        load_smollm(path)


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (
            {"config": {"model_type": "qwen2"}, "tokenizer": {}},
            "has the architecture 'qwen2'; 'llama' writes sentences",
        ),
        ({"config": {}, "tokenizer": {}}, "has the architecture None"),
    ],
)
def test_another_architecture_is_told(monkeypatch: pytest.MonkeyPatch, read: dict[str, object], message: str) -> None:
    monkeypatch.setattr(smollm, "load_gguf_checkpoint", lambda path: read)
    with pytest.raises(UnknownModel, match=message):
        load_smollm(GGUF)


def test_a_model_that_knows_no_chatml_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smollm, "END_OF_TURN", "<|eot_id|>")
    with pytest.raises(UnknownModel, match=r"has no token '<\|eot_id\|>'; sentences are asked for in ChatML"):
        load_smollm(GGUF)
