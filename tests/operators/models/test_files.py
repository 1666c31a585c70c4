from __future__ import annotations

import io
import pickle
import zipfile

import pytest

from operators.models.files import chosen, is_openvino_weights, refused_by_content, refused_by_name

MODEL = {"config.json": 2, "model.safetensors": 8, "model.Q4_K_M.gguf": 9}


def test_files_for_people_are_left_out() -> None:
    found = chosen(MODEL | {"README.md": 1, "LICENSE": 1, "figures/plot.PNG": 1, "NOTICE.txt": 1, "vocab.txt": 1})
    assert found.sizes == MODEL | {"vocab.txt": 1}
    assert found.left_out == ("README.md", "LICENSE", "figures/plot.PNG", "NOTICE.txt")


def test_patterns_choose_among_the_others() -> None:
    assert list(chosen(MODEL, only=["*.gguf"]).sizes) == ["model.Q4_K_M.gguf"]
    assert chosen(MODEL, only=["*.json", "*.safetensors"], without=["config*"]).sizes == {"model.safetensors": 8}
    assert chosen(MODEL | {"onnx/model.json": 1}, without=["onnx/*"]).sizes == MODEL


@pytest.mark.parametrize("path", ["pytorch_model.bin", "a/x.PT", "x.pth", "sd.ckpt", "x.pkl", "x.npy"])
def test_what_is_called_as_pickles_are_is_refused(path: str) -> None:
    assert "is a pickle, or may be one" in refused_by_name(path, [path])
    assert f"--without '{path}'" in refused_by_name(path, [path])


@pytest.mark.parametrize("path", ["modeling.py", "lib/kernel.so", "setup.SH"])
def test_code_is_refused(path: str) -> None:
    assert "is code" in refused_by_name(path, [path])


@pytest.mark.parametrize("path", ["model.onnx", "tf_model.h5", "weights", "flax_model.msgpack", "model.GGUF"])
def test_what_nothing_loads_is_refused(path: str) -> None:
    assert "is not a file that models are loaded from; allowed: .safetensors" in refused_by_name(path, [path])


@pytest.mark.parametrize("path", ["model.safetensors", "m.gguf", "config.json", "merges.txt", "tokenizer.model"])
def test_what_models_are_loaded_from_is_taken(path: str) -> None:
    assert refused_by_name(path, [path]) == ""


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("path", ["model.safetensors", "config.json", "tokenizer.model", "openvino_model.bin"])
def test_a_pickle_is_known_whatever_it_is_called(path: str, protocol: int) -> None:
    body = pickle.dumps({"weights": [1.0] * 100}, protocol)
    assert "is a pickle" in refused_by_content(path, body, [path, "openvino_model.xml"])


def test_an_archive_with_a_pickle_is_told_as_one() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps([1]))
    assert "a zip with a pickle (data.pkl)" in refused_by_content("tokenizer.model", packed.getvalue(), [])
    assert "is a zip; give the files themselves" in refused_by_content("a.json", b"PK\x03\x04rest", [])


def test_lengths_and_bare_numbers_may_begin_as_a_pickle_does() -> None:
    assert refused_by_content("model.safetensors", b"\x80\x02\0\0\0\0\0\0{}", []) == ""
    assert refused_by_content("a/b.bin", b"\x80\x7f\x01", ["a/b.xml", "a/b.bin"]) == ""
    assert refused_by_content("config.json", b"{}", []) == ""


def test_numbers_without_a_header_are_taken_beside_their_network_alone() -> None:
    assert is_openvino_weights("a/b.bin", {"a/b.xml"})
    assert refused_by_name("openvino_model.bin", ["openvino_model.xml"]) == ""
    assert "is a pickle" in refused_by_name("a/openvino_model.bin", ["openvino_model.xml"])
