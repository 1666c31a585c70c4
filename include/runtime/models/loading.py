"""A causal language model from its files into torch: its weights are mapped, or else read one at a time.

The model is built without memory of its own; then its weights take the places of the empty ones. What has the precision
that is asked for stays where it is, in the file's pages, which all processes of a machine share; the rest is
converted tensor by tensor. So loading never needs much more than the weights themselves.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TQDM_DISABLE", "1")

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError, safe_open
from transformers import CONFIG_MAPPING, MODEL_FOR_CAUSAL_LM_MAPPING, PretrainedConfig, PreTrainedModel
from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from include.contract.errors import CorruptInput, UnknownModel
from include.contract.model_cards import Precision
from include.contract.names import allowed_names
from include.contract.parsing import json_in
from include.runtime.models.gguf_reading import gguf_read_once
from include.runtime.models.load_times import LoadPart, LoadTimes

CONFIG = "config.json"
INDEX = "model.safetensors.index.json"
AS_PUBLISHED = "add the model as its publisher gives it"
_DTYPES = {Precision.FLOAT32: "F32", Precision.BFLOAT16: "BF16", Precision.FLOAT16: "F16"}
"""Data types by their names in safetensors."""
_TOLD = 5
_OF_ODD_VALUES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError)
"""What comes of values in a configuration that transformers does not check."""


def load_causal_lm(files: Mapping[str, Path], precision: Precision, times: LoadTimes | None = None) -> PreTrainedModel:
    """The model in `files`, ready for use, on the accelerator if there is one.

    :param files: paths by their name in the card: `config.json` with safetensors, in one file or in shards that an
        index names, or one GGUF file.
    :param times: notes how long each part takes.
    :raises UnknownModel: its architecture is not known here, or its weights do not match its config.
    """
    weights = [name for name in files if name.endswith(".gguf")]
    has_tensors = any(name.endswith(".safetensors") for name in files)
    with (times or LoadTimes()).during(LoadPart.MAP if _device().type == "cpu" else LoadPart.DEVICE):
        if weights and not has_tensors:
            return _from_gguf(_only(weights, files), precision)
        return _from_safetensors(files, precision)


def _only(names: list[str], files: Mapping[str, Path]) -> Path:
    if len(names) > 1:
        raise UnknownModel(f"the model has {len(names)} files of weights ({_told(names)}); allowed: one, or an index")
    return files[names[0]]


def _from_gguf(path: Path, precision: Precision) -> PreTrainedModel:
    dtype = _dtype(precision)
    try:
        with gguf_read_once():
            described = load_gguf_checkpoint(str(path))["config"]  # type: ignore[no-untyped-call]
            config = _config(described, path.name)
            with torch.device("meta"):
                empty = _class_of(config)(config)
            loaded = load_gguf_checkpoint(  # type: ignore[no-untyped-call]
                str(path), return_tensors=True, model_to_load=empty, torch_dtype=dtype
            )
    except (ValueError, KeyError, IndexError, NotImplementedError) as error:
        raise UnknownModel(
            f"{path.name} is not a GGUF that can be read here: {error}; convert the model anew"
        ) from error
    return _filled(config, loaded["tensors"], dtype)


def _from_safetensors(files: Mapping[str, Path], precision: Precision) -> PreTrainedModel:
    if CONFIG not in files:
        raise UnknownModel(f"the model has no `{CONFIG}`; add it with the whole folder that its publisher gives")
    described = _json(files[CONFIG], CONFIG)
    config = _config(described, CONFIG)
    tensors: dict[str, Any] = {}
    for name in shards(files):
        tensors |= _tensors(files[name], name, precision)
    return _filled(config, tensors, _dtype(precision))


def shards(files: Mapping[str, Path]) -> list[str]:
    """Names of the files that hold the weights: those of the index, else the only one.

    :raises UnknownModel: there is none, one is missing, or there are several without an index.
    """
    if INDEX in files:
        told = _json(files[INDEX], INDEX).get("weight_map")
        if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
            raise UnknownModel(f"`{INDEX}` maps no weights to files; add the model again as its publisher gives it")
        named = sorted(set(told.values()))
        if missing := [name for name in named if name not in files]:
            raise UnknownModel(f"`{INDEX}` names {_told(missing)}, which the model lacks; add it again, complete")
        return named
    found = [name for name in files if name.endswith(".safetensors")]
    if "model.safetensors" in found:
        return ["model.safetensors"]
    if not found:
        raise UnknownModel("the model has no weights; allowed: safetensors, or one GGUF file")
    _only(found, files)
    return found


def _tensors(path: Path, name: str, precision: Precision) -> dict[str, Any]:
    """The file's tensors, each read when it is asked for."""
    try:
        mapped: Any = safe_open(path, "pt", backend="mmap")
        read: Any = safe_open(path, "pt", backend="pread")
        slices = {key: mapped.get_slice(key) for key in mapped.keys()}  # noqa: SIM118 - it is no mapping
    except (SafetensorError, OSError) as error:
        raise UnknownModel(f"{name} cannot be read as safetensors: {error}; add the model again") from error
    stays = _DTYPES[precision] if _device().type == "cpu" else None
    return {key: each if each.get_dtype() == stays else read.get_slice(key) for key, each in slices.items()}


def _filled(config: PretrainedConfig, tensors: dict[str, Any], dtype: torch.dtype) -> PreTrainedModel:
    """The model that `config` describes, with `tensors` for its weights."""
    place = None if _device().type == "cpu" else {"": _device()}
    kind: Any = _class_of(config)
    try:
        model, found = kind.from_pretrained(
            None,
            config=config,
            state_dict=tensors,
            dtype=dtype,
            device_map=place,
            ignore_mismatched_sizes=True,  # else transformers says only that there are some
            output_loading_info=True,
        )
    except (SafetensorError, ValueError, RuntimeError, ImportError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        raise UnknownModel(f"the model cannot be loaded: {error}; compare its config with its weights") from error
    except _OF_ODD_VALUES as error:
        raise _odd("the model's config", error) from error
    if mismatched := sorted(found["mismatched_keys"]):
        name, there, needed = mismatched[0]
        raise UnknownModel(
            f"the model's weights have other sizes than its config asks for: `{name}` has {list(there)}, needed: "
            f"{list(needed)}; {AS_PUBLISHED}"
        )
    if missing := sorted(found["missing_keys"]):
        raise UnknownModel(f"the model's files lack weights that its config asks for: {_told(missing)}; add it whole")
    ready: PreTrainedModel = model.eval()
    return ready


def _config(described: dict[str, Any], name: str) -> PretrainedConfig:
    kind = str(described.get("model_type", ""))
    known = sorted(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)  # the mapping itself would import the code of each
    if kind not in known or kind not in CONFIG_MAPPING:
        allowed = allowed_names(kind, known)
        raise UnknownModel(f"{name}: the architecture `{kind}` is not known to this image's transformers; {allowed}")
    try:
        config: PretrainedConfig = CONFIG_MAPPING[kind].from_dict(described)
    except (StrictDataclassError, ValueError) as error:
        raise UnknownModel(f"{name}: {' '.join(str(error).split())}; {AS_PUBLISHED}") from error
    except _OF_ODD_VALUES as error:
        raise _odd(name, error) from error
    return config


def _odd(config: str, error: Exception) -> UnknownModel:
    words = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return UnknownModel(f"{config} has a value that transformers cannot use ({words}); {AS_PUBLISHED}")


def _class_of(config: PretrainedConfig) -> type[PreTrainedModel]:
    known: Mapping[type[PretrainedConfig], Any] = MODEL_FOR_CAUSAL_LM_MAPPING
    found: type[PreTrainedModel] = known[type(config)]
    return found


def _json(path: Path, name: str) -> dict[str, Any]:
    try:
        found = json_in(path.read_bytes())
    except (CorruptInput, ValueError) as error:
        raise UnknownModel(f"{name} is not JSON: {error}; add the model again") from error
    if not isinstance(found, dict):
        raise UnknownModel(f"{name} is not a JSON object; add the model again")
    return found


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _dtype(precision: Precision) -> torch.dtype:
    found: torch.dtype = getattr(torch, precision.value)
    return found


def _told(names: list[str]) -> str:
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return ", ".join(f"`{name}`" for name in names[:_TOLD]) + more
