from __future__ import annotations

import sys
from importlib import import_module

import pytest

from include.contract.errors import UnknownModel
from include.contract.model_cards import (
    BackendSettings,
    CardFile,
    DiffusersSettings,
    ModelCard,
    OpenaiSettings,
    OpenvinoSettings,
    TransformersSettings,
)
from include.contract.values import StageKind
from include.runtime.models.lacking import lacking_told, set_up
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Work
from include.runtime.writing.engines import engine_of

SERVED = OpenaiSettings(address="http://127.0.0.1:1/v1", server_model="x")
ENGINES = "include.runtime.writing.engines"


def own(settings: BackendSettings) -> ModelFiles:
    files = {} if isinstance(settings, OpenaiSettings) else {"model.gguf": CardFile(sha256="ab" * 32, bytes=1)}
    card = ModelCard(kind=StageKind.TEXT, settings=settings, files=files, licence="MIT", commercial=True)
    return ModelFiles("acme/one", "", {}, card)


class Painting(ItemStage):
    """A stage from outside, which runs pipelines."""

    package = "diffusers"

    def setup(self, model: ModelFiles) -> None:
        super().setup(model)
        import_module(self.package)

    def make_item(self, work: Work) -> ItemResult:
        raise NotImplementedError


def test_a_stage_whose_model_needs_what_no_image_has_says_so_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "diffusers", None)
    with pytest.raises(UnknownModel) as told:
        set_up(Painting(), own(DiffusersSettings()))
    assert str(told.value) == (
        "this environment lacks diffusers, which model acme/one needs (backend `diffusers`); nothing that ships runs "
        "this backend, so install it beside the recipe that does, in an image of your own"
    )


@pytest.mark.parametrize(
    ("package", "settings", "modules"),
    [
        ("llguidance", TransformersSettings(), ("transformers_engine", "grammar")),
        ("openvino_genai", OpenvinoSettings(), ("openvino_engine",)),
        (
            "openai",
            OpenaiSettings(address="http://127.0.0.1:1/v1", server_model="x"),
            ("openai_engine", "openai_answers"),
        ),
    ],
)
def test_what_the_environment_of_models_brings_is_told_with_how_to_get_it(
    package: str, settings: BackendSettings, modules: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for module in modules:
        monkeypatch.delitem(sys.modules, f"{ENGINES}.{module}", raising=False)
    with pytest.raises(UnknownModel) as told:
        engine_of(own(settings))
    assert str(told.value) == (
        f"this environment lacks {package.replace('_', '-')}, which model acme/one needs (backend "
        f"`{settings.backend}`); install include/runtime/requirements-models.txt (`make setup-models`), or use an "
        "image that has it"
    )


@pytest.mark.parametrize("package", ["include.runtime.gone", "a_package_of_the_recipes_own"])
def test_another_import_that_fails_is_a_mistake_of_ones_own(package: str) -> None:
    stage = Painting()
    stage.package = package
    with pytest.raises(ImportError):
        set_up(stage, own(DiffusersSettings()))


def test_a_model_of_the_registry_needs_no_backend() -> None:
    with pytest.raises(ImportError), lacking_told(ModelFiles("builtin/one", "", {})):
        raise ImportError("no openai", name="openai")
