"""Whether a configuration of transformers agrees with its weights: what transformers would find when it loads them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from include.contract.errors import BadRequest
from operators.models.headers import Header

_QUANTISED = "quantization_config"
_METHOD = "quant_method"
_LAYERS, _ROWS = "num_hidden_layers", "vocab_size"
_LAYER = re.compile(r"(?P<list>(?:.*\.)?(?:layers|layer|h|blocks)\.)(?P<number>\d{1,6})\.")
_EMBEDDING = re.compile(r"(?:.*\.)?(?:embed_tokens|wte|embed_in|word_embeddings)\.weight")
_OWN_COUNTS = ("gemma4_assistant", "gemma4_unified_assistant", "longcat_flash", "mllama", "moshi")
"""Values of `model_type` whose code builds other numbers of layers or rows than the configuration names."""
_DOWNLOAD = "they are of different models or versions, so download them again"


def check_agree(file: str, kind: object, config: Mapping[str, JsonValue], headers: Sequence[Header]) -> None:
    """Refuse weights that are not those of a configuration, or are packed in a way that no stage unpacks.

    :param file: the configuration's, for messages.
    :param kind: the model's `model_type`.
    :param config: of the part that writes.
    :raises BadRequest: a line for each contradiction.
    """
    wrong = [_quantised(config)]
    if kind not in _OWN_COUNTS:
        wrong += [_without_layers(config, headers), _of_other_rows(config, headers)]
    if any(wrong):
        raise BadRequest("\n".join(f"{file}: {each}" for each in wrong if each))


def _quantised(config: Mapping[str, JsonValue]) -> str:
    told = config.get(_QUANTISED)
    if told is None:
        return ""
    if not isinstance(told, dict):
        return f"`{_QUANTISED}` is {told!r:.100}, which transformers cannot read; it was altered, so download it again"
    return (
        f"`{_QUANTISED}` says that the weights are quantised (`{_METHOD}` {told.get(_METHOD)!r:.100}), which the "
        "stages cannot load; allowed: weights in float32, bfloat16 or float16, or a GGUF file; have a server run this "
        "one, and add that (`--address`)"
    )


def _without_layers(config: Mapping[str, JsonValue], headers: Sequence[Header]) -> str:
    """Weights may have more layers than are used, as those that guess several tokens ahead, but never fewer."""
    told = config.get(_LAYERS)
    lists: dict[str, set[int]] = defaultdict(set)
    for found in (_LAYER.match(name) for header in headers for name in header.tensors):
        if found is not None:
            lists[found["list"]].add(int(found["number"]))
    most = max(map(len, lists.values()), default=0)
    if type(told) is not int or not lists or told <= most:
        return ""
    return f"`{_LAYERS}` is {told}, but the weights have {most} layers; {_DOWNLOAD}"


def _of_other_rows(config: Mapping[str, JsonValue], headers: Sequence[Header]) -> str:
    """Also a padded vocabulary is told with its padding: transformers loads no embedding of another size."""
    told = config.get(_ROWS)
    rows = {
        name: tensor.shape[0]
        for header in headers
        for name, tensor in header.tensors.items()
        if _EMBEDDING.fullmatch(name) and tensor.shape
    }
    if type(told) is not int or not rows or told in rows.values():
        return ""
    name, found = next(iter(rows.items()))
    return f"`{_ROWS}` is {told}, but the weights have {found} rows in {name!r:.200}; {_DOWNLOAD}"
