from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from include.contract.errors import BadRequest
from operators.models.contents import Contents
from operators.models.weights import weights_of
from tests.operators.models.sources import Given
from tests.operators.models.tiny import safetensors

INDEX = "model.safetensors.index.json"
SHARDS: Mapping[str, Mapping[str, Sequence[int]]] = {"a.safetensors": {"x": [4]}, "b.safetensors": {"y": [2], "z": [1]}}


def sharded(index: object = None) -> dict[str, bytes]:
    told = {"weight_map": {tensor: name for name, tensors in SHARDS.items() for tensor in tensors}}
    files = {name: safetensors(tensors) for name, tensors in SHARDS.items()}
    return files | {INDEX: json.dumps(told if index is None else index).encode()}


def read(files: dict[str, bytes]) -> Contents:
    source = Given(files)
    return Contents(source, source.sizes())


def test_weights_are_one_file_or_all_shards_of_an_index() -> None:
    assert [header.bytes for header in weights_of(read({"model.safetensors": safetensors({"x": [4]})}))] == [16]
    assert [header.bytes for header in weights_of(read(sharded()))] == [16, 12]


def test_weights_of_a_part_lie_in_its_folder_under_the_name_that_its_library_gives_them() -> None:
    files = {f"vae/{path}".replace("/model", "/diffusion"): body for path, body in sharded().items()}
    more = {"unet/diffusion.safetensors": safetensors({"x": [3]}), "model.safetensors": safetensors({"x": [9]})}
    contents = read(files | more)
    assert [header.bytes for header in weights_of(contents, "vae/", "diffusion")] == [16, 12]
    assert [header.bytes for header in weights_of(contents, "unet/", "diffusion")] == [12]
    with pytest.raises(BadRequest, match=r"has no weights; allowed: unet/model\.safetensors, or unet/model\.safet"):
        weights_of(contents, "unet/")
    with pytest.raises(BadRequest, match=r"besides unet/diffusion\.safetensors, .*: unet/other\.safetensors"):
        weights_of(read(files | more | {"unet/other.safetensors": safetensors()}), "unet/", "diffusion")
    del files["vae/b.safetensors"]
    with pytest.raises(
        BadRequest, match=r"^vae/diffusion\.safetensors\.index\.json: names 'vae/b\.safetensors', which"
    ):
        weights_of(read(files), "vae/", "diffusion")


def test_a_shard_that_is_missing_is_named() -> None:
    files = sharded()
    del files["b.safetensors"]
    with pytest.raises(BadRequest, match=r"index\.json: names 'b.safetensors', which does not exist"):
        weights_of(read(files))


def test_a_shard_of_another_model_is_known_by_its_tensors() -> None:
    files = sharded() | {"b.safetensors": safetensors({"y": [2]}), "a.safetensors": safetensors({"other": [1]})}
    with pytest.raises(BadRequest) as raised:
        weights_of(read(files))
    assert "a.safetensors: lacks 1 of the tensors that model.safetensors.index.json says it has, such as 'x'" in str(
        raised.value
    )
    assert "b.safetensors: lacks 1 of the tensors" in str(raised.value)


def test_a_shard_that_has_other_files_tensors_too_is_another_models() -> None:
    whole = sharded() | {"b.safetensors": safetensors({"x": [4], "y": [2], "z": [1]})}
    with pytest.raises(BadRequest, match=r"^b\.safetensors: has 1 tensors that .* does not say it has, such as 'x'"):
        weights_of(read(whole))


@pytest.mark.parametrize("index", [[], {}, {"weight_map": {}}, {"weight_map": {"x": 1}}, {"weight_map": ["x"]}])
def test_an_index_that_is_none_is_refused(index: object) -> None:
    with pytest.raises(BadRequest, match="is not a JSON object|has no `weight_map`"):
        weights_of(read(sharded(index)))


def test_an_index_may_not_lead_out_of_the_folder() -> None:
    with pytest.raises(BadRequest, match="which does not exist"):
        weights_of(read(sharded({"weight_map": {"x": "../../etc/passwd"}})))


def test_weights_that_nothing_would_load_are_refused() -> None:
    more = {"consolidated.safetensors": safetensors()}
    with pytest.raises(BadRequest, match=r"that model.safetensors.index.json does not name, .*: consolidated\.safet"):
        weights_of(read(sharded() | more))
    with pytest.raises(BadRequest, match=r"besides model\.safetensors"):
        weights_of(read({"model.safetensors": safetensors()} | more))


def test_a_folder_without_weights_says_what_is_missing() -> None:
    with pytest.raises(BadRequest, match=r"has no weights; allowed: model\.safetensors, or"):
        weights_of(read({"a.safetensors": safetensors()}))
