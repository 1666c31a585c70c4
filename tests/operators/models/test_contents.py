from __future__ import annotations

import json

import pytest

from include.contract.errors import BadRequest
from operators.models import contents as module
from operators.models.contents import Contents
from tests.operators.models.sources import Given, folder_files, openvino_files
from tests.operators.models.tiny import gguf


def read(files: dict[str, bytes]) -> Contents:
    source = Given(files)
    return Contents(source, source.sizes())


def refusal(files: dict[str, bytes]) -> str:
    with pytest.raises(BadRequest) as raised:
        read(files)
    return str(raised.value)


def test_every_file_is_read_by_what_it_is() -> None:
    found = read(folder_files() | {"tiny.gguf": gguf()} | openvino_files())
    assert found.mapping("config.json")["model_type"] == "llama"
    assert list(found.safetensors) == ["model.safetensors"]
    assert list(found.ggufs) == ["tiny.gguf"]
    assert "tokenizer.json" in found
    assert "none" not in found


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_told_for_what_it_is(codec: str) -> None:
    assert refusal({"config.json": "{}".encode(codec)}) == (
        "config.json: begins with a byte order mark; save it as UTF-8 without one"
    )


def test_all_that_is_wrong_is_told_at_once() -> None:
    files = folder_files() | {"config.json": b'{"a": ', "model.safetensors": b"\x80\x04pickled", "tiny.gguf": b"GGUF"}
    lines = refusal(files).splitlines()
    assert lines[0].startswith("config.json: is not JSON: ")
    assert lines[1].startswith("model.safetensors: is a pickle")
    assert lines[2].startswith("tiny.gguf: its GGUF header is wrong: ")


@pytest.mark.parametrize("path", ["config.json", "tokenizer.json", "model.safetensors.index.json"])
def test_json_that_says_something_twice_is_refused(path: str) -> None:
    body = b'{"a": {"vocab_size": 32, "vocab_size": 64}}'
    assert f"{path}: is not JSON: the key 'vocab_size' appears twice in a mapping" in refusal({path: body})


@pytest.mark.parametrize("path", ["config.json", "tokenizer_config.json", "preprocessor_config.json"])
def test_a_configuration_that_loads_code_is_refused(path: str) -> None:
    files = folder_files()
    told = json.loads(files.get(path, b"{}")) | {"auto_map": {"AutoModel": "modeling.Model"}}
    assert f"{path}: has `auto_map`, which loads Python" in refusal(files | {path: json.dumps(told).encode()})


def test_so_is_a_part_of_one() -> None:
    told = {"text_config": {"inner": {"auto_map": {"AutoConfig": "x.Y"}}}}
    assert "config.json: text_config: inner: has `auto_map`" in refusal({"config.json": json.dumps(told).encode()})


def test_a_vocabulary_may_have_any_word() -> None:
    assert "vocab.json" in read({"vocab.json": b'{"auto_map": 7, "model": {"auto_map": 1}}'})


def test_json_that_is_too_large_or_too_deep_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not JSON: is nested more than" in refusal({"config.json": b"[" * 5000})
    monkeypatch.setattr(module, "_MOST_JSON_BYTES", 4)
    assert "config.json: has 9 bytes; allowed: at most 4" in refusal({"config.json": b'{"a": 12}'})


def test_a_network_of_openvino_fits_its_weights() -> None:
    assert "openvino_model.xml" in read(openvino_files())
    said = refusal(openvino_files(weights=bytes(63)))
    assert "openvino_model.xml: says that openvino_model.bin has 64 bytes (found 63)" in said
    cut = openvino_files() | {"openvino_model.xml": b"<net><data"}
    assert "openvino_model.xml: is not XML: unclosed token" in refusal(cut)
    files = openvino_files()
    del files["openvino_model.bin"]
    said = refusal(files)
    assert said == ("openvino_model.xml: has its weights in openvino_model.bin, which is not beside it; add both files")


def test_what_is_no_mapping_is_told() -> None:
    with pytest.raises(BadRequest, match=r"config\.json: is not a JSON object"):
        read({"config.json": b"[1]"}).mapping("config.json")
