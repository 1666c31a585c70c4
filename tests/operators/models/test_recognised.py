from __future__ import annotations

import pytest

from include.contract.errors import BadRequest
from include.contract.model_cards import Backend
from include.contract.values import StageKind
from operators.models.contents import Contents
from operators.models.recognised import Recognised, recognised
from tests.operators.models.sources import Given, folder_files, openvino_files, pipeline_files
from tests.operators.models.tiny import gguf


def of(files: dict[str, bytes]) -> Recognised:
    source = Given(files)
    return recognised(Contents(source, source.sizes()))


def refusal(files: dict[str, bytes]) -> str:
    with pytest.raises(BadRequest) as raised:
        of(files)
    return str(raised.value)


def without(name: str) -> dict[str, bytes]:
    files = folder_files()
    del files[name]
    return files


def test_a_folder_of_transformers_is_known_by_its_configuration() -> None:
    model = of(folder_files())
    assert (model.kinds, model.backends, model.context_tokens) == ((StageKind.TEXT,), (Backend.TRANSFORMERS,), 2048)
    assert model.weights_bytes == 4 * (32 * 8 + 8)


def test_the_part_that_writes_says_what_it_takes() -> None:
    assert of(folder_files(text_config={"max_position_embeddings": 512})).context_tokens == 512
    assert of(folder_files(text_config={}, max_position_embeddings=0)).context_tokens is None
    with pytest.raises(BadRequest, match=r"config\.json: `max_position_embeddings` is 'many'; allowed: a whole number"):
        of(folder_files(max_position_embeddings="many"))


def test_a_gguf_is_for_either_engine_the_usual_one_first() -> None:
    model = of({"tiny.gguf": gguf()})
    assert model.backends == (Backend.TRANSFORMERS, Backend.OPENVINO)
    assert (model.kinds, model.context_tokens, model.weights_bytes) == ((StageKind.TEXT,), 8192, 4 * (32 * 8 + 8))


def test_a_converted_folder_is_for_openvino() -> None:
    model = of(openvino_files())
    assert (model.kinds, model.backends, model.weights_bytes) == ((StageKind.TEXT,), (Backend.OPENVINO,), 64)
    files = openvino_files()
    del files["openvino_tokenizer.xml"]
    assert "lacks openvino_tokenizer.xml" in refusal(files)


@pytest.mark.parametrize("more", ["model.safetensors", "model.gguf"])
def test_weights_beside_a_converted_folder_are_nobodys_guess(more: str) -> None:
    body = gguf() if more.endswith(".gguf") else folder_files()["model.safetensors"]
    form = "GGUF" if more.endswith(".gguf") else "safetensors"
    says = f"has its weights as {form} and as OpenVINO's; choose one of them with `--only` or `--without`"
    assert refusal(openvino_files() | {more: body}) == says


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "is not a model of a known kind (found no files)"),
        (
            {"vocab.json": b"{}"},
            "(found vocab.json); allowed: a GGUF file, a folder with config.json and safetensors, one that",
        ),
        (folder_files(architectures=["BertModel"]), "no model that writes (found the architectures BertModel)"),
        (folder_files(architectures=7), "found the architectures none"),
        (without("model.safetensors"), "has no weights"),
        (without("tokenizer.json"), "has no tokenizer; allowed: tokenizer.json"),
        (
            folder_files() | {"tokenizer.json": b'{"model": {"type": "Unigam"}}'},
            "tokenizer.json: `model.type` is 'Unigam', which the stages of this version cannot read; did you mean "
            "`Unigram`? allowed: Unigram, BPE, WordPiece, WordLevel; have a server run this one",
        ),
        (folder_files() | {"tokenizer.json": b"{}"}, "tokenizer.json: has no `model`; it was altered"),
        (without("tokenizer_config.json"), "has no chat template; allowed: `chat_template` in tokenizer_config.json"),
        ({"a.gguf": gguf(), "b.gguf": gguf()}, "has 2 GGUF files (a.gguf, b.gguf); choose one of them with `--only`"),
        (folder_files() | {"a.gguf": gguf()}, "as GGUF and as safetensors; choose one"),
        ({"a.gguf": gguf({"tokenizer.chat_template": ""})}, "has no chat template (`tokenizer.chat_template`)"),
        (
            {"a.gguf": gguf({"tokenizer.chat_template": "{% if %}"})},
            "a.gguf: `tokenizer.chat_template`: the chat templ",
        ),
        (
            folder_files(model_type="lama"),
            "config.json: `model_type` is 'lama', which the stages of this version cannot",
        ),
        (
            folder_files(model_type="lama"),
            "did you mean `llama`? allowed: llama, gemma3, gpt_oss, mistral, phi3, qwen2",
        ),
        (folder_files(model_type=None), "`model_type` is None"),
        (folder_files(model_type="mamba"), "have a server run this one, and add that (`--address`)"),
        (folder_files(layer_types=["full_attention", "conv"]), "the model has layers of conv, which the stages cannot"),
        (folder_files(text_config={"layer_types": ["linear_attention"]}), "has layers of linear_attention"),
        (folder_files(num_kv_shared_layers=3), "has layers that share keys"),
        (folder_files(text_config={"vocab_size": 31}), "config.json: `vocab_size` is 31, but the weights have 32 rows"),
        ({"a.gguf": gguf({"split.count": 3})}, "is one part of a GGUF that was split"),
    ],
)
def test_what_cannot_be_used_says_what_is_missing(files: dict[str, bytes], says: str) -> None:
    assert says in refusal(files)


def test_a_template_may_lie_in_a_file_of_its_own() -> None:
    assert of(without("tokenizer_config.json") | {"chat_template.jinja": b"{{ messages }}"}).kinds == (StageKind.TEXT,)


def test_a_pipeline_is_known_by_its_index_even_where_other_files_would_be_a_model() -> None:
    model = of(pipeline_files())
    assert (model.kinds[0], model.backends, model.context_tokens) == (StageKind.IMAGE, (Backend.DIFFUSERS,), None)
    assert model.weights_bytes == sum(header.bytes for header in model.headers) == 4 * (10 + 20 + 4)


def test_a_gguf_of_an_architecture_that_transformers_does_not_know_may_still_be_for_openvino() -> None:
    model = of({"a.gguf": gguf({"general.architecture": "qwen35"})})
    assert model.backends == (Backend.TRANSFORMERS, Backend.OPENVINO)
    assert model.not_for[Backend.TRANSFORMERS].startswith(
        "a.gguf: `general.architecture` is 'qwen35', which the stages of this version cannot load; did you mean "
    )
    assert set(model.not_for) == {Backend.TRANSFORMERS}
    assert not of({"a.gguf": gguf()}).not_for
