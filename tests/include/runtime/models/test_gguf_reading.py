from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from include.contract.model_cards import Precision
from include.runtime.models import gguf_reading
from include.runtime.models.gguf_reading import gguf_read_once
from include.runtime.models.loading import load_causal_lm
from include.runtime.writing.engines.transformers_engine import load_tokenizer
from tests.tiny_models import Family, Form, TinyModel


def test_whoever_asks_for_a_file_gets_what_was_read_first_and_it_is_what_the_library_reads(
    tiny_model: TinyModel, tmp_path: Path
) -> None:
    path = tiny_model(Family.LLAMA, Form.GGUF) / "model.gguf"
    (tmp_path / "link.gguf").symlink_to(path)
    plain = gguf.GGUFReader(path)
    with gguf_read_once():
        ours = gguf.GGUFReader(path)
        with gguf_read_once():
            assert gguf.GGUFReader(str(tmp_path / "link.gguf")) is ours
    assert {name: field.contents() for name, field in ours.fields.items()} == {
        name: field.contents() for name, field in plain.fields.items()
    }
    for one, other in zip(ours.tensors, plain.tensors, strict=True):
        assert (one.name, one.tensor_type) == (other.name, other.tensor_type)
        assert np.array_equal(one.data, other.data)


def test_a_model_and_its_tokenizer_take_one_reading(tiny_model: TinyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    files, read = {"model.gguf": tiny_model(Family.LLAMA, Form.GGUF) / "model.gguf"}, list[str]()

    class Counting(gguf_reading._Reader):
        def __init__(self, path: str, mode: str) -> None:
            read.append(path)
            super().__init__(path, mode)  # type: ignore[arg-type]

    monkeypatch.setattr(gguf_reading, "_Reader", Counting)
    with gguf_read_once():
        load_tokenizer(files)
        load_causal_lm(files, Precision.FLOAT32)
    assert read == [str(files["model.gguf"].resolve())]


def test_nothing_of_it_stays_behind_the_block() -> None:
    before = gguf.GGUFReader, gguf.get_tensor_name_map
    with pytest.raises(KeyError), gguf_read_once():
        raise KeyError
    assert (gguf.GGUFReader, gguf.get_tensor_name_map) == before
