"""The safetensors of a model, or of a part of one: one file, or shards and the index that says what lies in which."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from include.contract.errors import BadRequest
from operators.models.contents import Contents
from operators.models.headers import Header


def weights_of(contents: Contents, folder: str = "", stem: str = "model") -> tuple[Header, ...]:
    """The headers of all weights that transformers, or diffusers, would load.

    :param folder: of a part of the model, with a slash at its end.
    :param stem: how the names of the file and of the index begin.
    :raises BadRequest: some are missing, superfluous, or not those that the index lists.
    """
    weights = f"{folder}{stem}.safetensors"
    index = f"{weights}.index.json"
    if index not in contents:
        if weights not in contents:
            raise BadRequest(f"has no weights; allowed: {weights}, or {index} with all files that it names")
        _check_all_named(contents, folder, {weights}, f"besides {weights}")
        return (contents.safetensors[weights],)
    shards = {tensor: f"{folder}{name}" for tensor, name in _weight_map(contents, index).items()}
    names = list(dict.fromkeys(shards.values()))
    mistakes = [wrong for name in names if (wrong := _wrong_shard(contents, index, name, shards))]
    if mistakes:
        raise BadRequest("\n".join(mistakes))
    _check_all_named(contents, folder, set(names), f"that {index} does not name")
    return tuple(contents.safetensors[name] for name in names)


def _weight_map(contents: Contents, index: str) -> Mapping[str, str]:
    found: JsonValue = contents.mapping(index).get("weight_map")
    shards = {name: shard for name, shard in found.items() if isinstance(shard, str)} if isinstance(found, dict) else {}
    if not isinstance(found, dict) or not shards or len(shards) < len(found):
        raise BadRequest(f"{index}: has no `weight_map` from tensors to files")
    return shards


def _wrong_shard(contents: Contents, index: str, shard: str, shards: Mapping[str, str]) -> str:
    """Why a file is not the one that the index lists; empty if it is."""
    if shard not in contents.safetensors:
        return f"{index}: names {shard!r:.200}, which does not exist; put it there, or download the model again"
    there = contents.safetensors[shard].tensors
    lacking = [tensor for tensor, name in shards.items() if name == shard and tensor not in there]
    foreign = [tensor for tensor in there if shards.get(tensor) != shard]
    if lacking:
        what = f"lacks {len(lacking)} of the tensors that {index} says it has, such as {lacking[0]!r:.200}"
    elif foreign:
        what = f"has {len(foreign)} tensors that {index} does not say it has, such as {foreign[0]!r:.200}"
    else:
        return ""
    return f"{shard}: {what}; they are of different models or versions, so download them again"


def _check_all_named(contents: Contents, folder: str, names: set[str], what: str) -> None:
    more = [path for path in contents.safetensors if path.startswith(folder) and path not in names]
    if more:
        raise BadRequest(
            f"has weights {what}, which nothing would load: {', '.join(more[:5])}; leave them out with `--without`"
        )
