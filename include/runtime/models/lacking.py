"""What is missing here that the backend of a model needs, told in a line instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from include.contract.errors import UnknownModel
from include.contract.model_cards import Backend
from include.runtime.models.load_times import LoadPart
from include.runtime.stage import ModelFiles, Stage

_PACKAGES = {
    Backend.TRANSFORMERS: ("torch", "transformers", "tokenizers", "safetensors", "gguf", "llguidance"),
    Backend.OPENVINO: ("openvino", "openvino_genai", "openvino_tokenizers"),
    Backend.OPENAI: ("openai", "httpx2"),
    Backend.DIFFUSERS: ("torch", "diffusers", "transformers", "accelerate"),
}
_SETUP = "install include/runtime/requirements-models.txt (`make setup-models`), or use an image that has it"
_OWN_IMAGE = "nothing that ships runs this backend, so install it beside the recipe that does, in an image of your own"


def set_up(stage: Stage, model: ModelFiles) -> None:
    """Set up a stage with its model, and count how long that takes.

    :raises UnknownModel: this environment lacks a package that the backend of the model needs.
    """
    with model.times.during(LoadPart.MAP), lacking_told(model):
        stage.setup(model)


@contextmanager
def lacking_told(model: ModelFiles) -> Iterator[None]:
    """Within the block, an import that fails for lack of what the backend of `model` needs becomes `UnknownModel`.

    Any other one is a mistake of whoever wrote it, and stays what it is.
    """
    try:
        yield
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        if model.card is None or package not in _PACKAGES[model.card.backend]:
            raise
        named, backend = package.replace("_", "-"), model.card.backend
        raise UnknownModel(
            f"this environment lacks {named}, which model {model.name} needs (backend `{backend}`); "
            f"{_OWN_IMAGE if backend is Backend.DIFFUSERS else _SETUP}"
        ) from error
