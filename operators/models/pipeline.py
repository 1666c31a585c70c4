"""A pipeline of diffusers: an index of parts, each in a folder of its own and of a class that a known library has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import JsonValue

from include.contract.errors import BadRequest
from include.contract.values import StageKind
from operators.models.contents import Contents
from operators.models.headers import Header
from operators.models.weights import weights_of

PIPELINE = "model_index.json"
_STEMS = {"transformers": "model", "diffusers": "diffusion_pytorch_model"}
"""How the files with a part's weights are called, by the library that it is from."""
_MAKES = (
    (StageKind.CLIP, re.compile(r"Video|LTX|Wan(?![a-z])|Mochi|Allegro|Latte|Animat|SkyReels|ConsisID|ToWorld|[TI]2V")),
    (StageKind.AUDIO, re.compile(r"Audio|Music|DanceDiffusion")),
    (StageKind.IMAGE, re.compile("")),
)
_MOST_TOLD = 10


@dataclass(frozen=True)
class Pipeline:
    """What a pipeline is by its files."""

    kinds: tuple[StageKind, ...]
    """What it may make, the likeliest first: only its name hints at it."""
    headers: tuple[Header, ...]
    """Of the weights of all parts."""


def pipeline_in(contents: Contents) -> Pipeline:
    """The pipeline that the files are.

    :raises BadRequest: a part brings code of its own, or is not there.
    """
    index = contents.mapping(PIPELINE)
    name = index.get("_class_name")
    if not isinstance(name, str):
        raise BadRequest(
            f"{PIPELINE}: the pipeline is code of its own (found {name!r:.200}); allowed: one of diffusers"
        )
    parts = {part: said for part, said in index.items() if isinstance(said, list) and not part.startswith("_")}
    foreign = [f"{PIPELINE}: {wrong}" for part, said in parts.items() if (wrong := _wrong_part(part, said, contents))]
    if foreign:
        raise BadRequest("\n".join(foreign[:_MOST_TOLD]))
    libraries = {part: said[0] for part, said in parts.items() if isinstance(said[0], str)}
    return Pipeline(_kinds(name), tuple(_weights(contents, libraries)))


def _wrong_part(part: str, said: list[JsonValue], contents: Contents) -> str:
    """Why a part is none that can be loaded; empty where it can, or where the pipeline does without it."""
    if said in ([None], [None, None]):
        return ""
    library, name = said if len(said) == 2 else (None, None)
    if library not in list(_STEMS) or not isinstance(name, str):
        return f"`{part:.200}` is from outside (found {said!r:.200}); allowed: a part of {' or '.join(_STEMS)}"
    if not any(path.startswith(f"{part}/") for path in contents.sizes):
        return f"names the part {part!r:.200}, of which there is no file; put its folder there, or download it again"
    return ""


def _weights(contents: Contents, libraries: Mapping[str, str]) -> Iterator[Header]:
    has_weights = {part for part in libraries if f"{part}/config.json" in contents}
    if not has_weights:
        raise BadRequest(f"has no weights: no part of {PIPELINE} has a config.json in its folder")
    strays = [path for path in contents.safetensors if PurePosixPath(path).parts[0] not in has_weights]
    if strays:
        raise BadRequest(
            f"has weights that belong to no part of {PIPELINE} with a config.json, so that nothing would load them: "
            f"{', '.join(strays[:_MOST_TOLD])}; leave them out with `--without`"
        )
    for part in sorted(has_weights):
        yield from weights_of(contents, f"{part}/", _STEMS[libraries[part]])


def _kinds(name: str) -> tuple[StageKind, ...]:
    likeliest = next(kind for kind, hint in _MAKES if hint.search(name))
    return (likeliest, *(kind for kind in (StageKind.IMAGE, StageKind.CLIP, StageKind.AUDIO) if kind is not likeliest))
