from __future__ import annotations

import json
from typing import Any

import pytest

from include.contract.errors import BadRequest
from include.contract.values import StageKind
from operators.models.contents import Contents
from operators.models.pipeline import Pipeline, pipeline_in
from tests.operators.models.sources import Given, pipeline_files
from tests.operators.models.tiny import safetensors

UNET = "transformer/diffusion_pytorch_model.safetensors"


def of(files: dict[str, bytes]) -> Pipeline:
    source = Given(files)
    return pipeline_in(Contents(source, source.sizes()))


def refusal(files: dict[str, bytes]) -> str:
    with pytest.raises(BadRequest) as raised:
        of(files)
    return str(raised.value)


def without(*paths: str, **index: Any) -> dict[str, bytes]:
    return {path: body for path, body in pipeline_files(**index).items() if not path.startswith(paths)}


def test_its_weights_are_those_of_all_its_parts() -> None:
    assert sorted(header.bytes for header in of(pipeline_files()).headers) == [16, 40, 80]


def test_a_part_may_have_its_weights_in_shards() -> None:
    index = {"weight_map": {"x": "one.safetensors", "y": "two.safetensors"}}
    shards = {
        "transformer/one.safetensors": safetensors({"x": [1]}),
        "transformer/two.safetensors": safetensors({"y": [2]}),
        f"{UNET}.index.json": json.dumps(index).encode(),
    }
    assert sorted(header.bytes for header in of(without(UNET) | shards).headers) == [4, 8, 16, 40]
    del shards["transformer/two.safetensors"]
    assert f"{UNET}.index.json: names 'transformer/two.safetensors', which does not exist" in refusal(
        without(UNET) | shards
    )


@pytest.mark.parametrize(
    ("name", "makes"),
    [
        ("FluxPipeline", StageKind.IMAGE),
        ("StableDiffusionXLPipeline", StageKind.IMAGE),
        ("QwenImagePipeline", StageKind.IMAGE),
        ("SwanPipeline", StageKind.IMAGE),
        ("CogVideoXPipeline", StageKind.CLIP),
        ("WanImageToVideoPipeline", StageKind.CLIP),
        ("WanPipeline", StageKind.CLIP),
        ("LTXPipeline", StageKind.CLIP),
        ("AnimateDiffSDXLPipeline", StageKind.CLIP),
        ("Kandinsky5T2VPipeline", StageKind.CLIP),
        ("StableAudioPipeline", StageKind.AUDIO),
        ("MusicLDMPipeline", StageKind.AUDIO),
    ],
)
def test_its_name_hints_at_what_it_makes(name: str, makes: StageKind) -> None:
    kinds = of(pipeline_files(_class_name=name)).kinds
    assert kinds[0] is makes
    assert set(kinds) == {StageKind.IMAGE, StageKind.CLIP, StageKind.AUDIO}


@pytest.mark.parametrize(
    ("index", "says"),
    [
        ({"safety": ["stable_diffusion", "Checker"]}, "`safety` is from outside (found ['stable_diffusion',"),
        ({"vae": ["my_code", "VAE"], "tokenizer": ["os", "x"]}, "`tokenizer` is from outside"),
        ({"vae": [{}, "VAE"]}, "`vae` is from outside"),
        ({"vae": []}, "`vae` is from outside"),
        ({"vae": ["diffusers"]}, "`vae` is from outside"),
        ({"vae": ["diffusers", ["os", "system"]]}, "`vae` is from outside"),
        ({"vae": ["diffusers.utils", "VAE"]}, "allowed: a part of transformers or diffusers"),
        ({"_class_name": ["my_pipeline", "Mine"]}, "the pipeline is code of its own (found ['my_pipeline', 'Mine'])"),
        ({"_class_name": None}, "the pipeline is code of its own"),
        ({"unet": ["diffusers", "UNet2DModel"]}, "names the part 'unet', of which there is no file"),
        ({"../vae": ["diffusers", "UNet2DModel"]}, "names the part '../vae', of which there is no file"),
    ],
)
def test_what_would_bring_code_or_is_not_there_is_refused_by_name(index: dict[str, Any], says: str) -> None:
    assert says in refusal(pipeline_files(**index))


def test_all_foreign_parts_are_told_at_once() -> None:
    foreign = {name: ["outside", "Part"] for name in ("vae", "transformer")}
    assert len(refusal(pipeline_files(**foreign)).splitlines()) == 2


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (without(UNET), f"has no weights; allowed: {UNET}, or {UNET}.index.json"),
        (without("transformer/config.json"), f"belong to no part of model_index.json with a config.json, .*: {UNET}"),
        (
            pipeline_files() | {"flux1-dev.safetensors": safetensors()},
            "nothing would load them: flux1-dev.safetensors; leave them out with `--without`",
        ),
        (
            pipeline_files() | {UNET.replace("model.", "model.fp16."): safetensors()},
            f"has weights besides {UNET}, which nothing would load",
        ),
        (
            without("text_encoder/c", "text_encoder/m", "transformer/", "vae/"),
            "names the part 'text_encoder', of which",
        ),
        (pipeline_files() | {"model_index.json": b"[]"}, "is not a JSON object"),
        ({"model_index.json": b'{"_class_name": "FluxPipeline"}'}, "has no weights: no part of model_index.json has a"),
    ],
)
def test_what_is_missing_or_too_much_is_told(files: dict[str, bytes], says: str) -> None:
    told = refusal(files)
    assert all(words in told for words in says.split(".*"))
