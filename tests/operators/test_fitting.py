"""A model that has no room where its stage would run is refused before anything is downloaded."""

from __future__ import annotations

from typing import Any

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.model_cards import CardFile, ModelCard, ModelMemory, TransformersSettings, read_reference
from include.contract.registry import recipe_named
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from operators.chosen_models import ChosenModel
from operators.fitting import check_fits

MIB = 1 << 20
NAME = "acme/writer@1"
PROFILES: dict[str, dict[str, Any]] = {
    "cpu-small": {"cpu": 1, "memory_mib": 1000, "memory_max_mib": 4000},
    "cpu-large": {"cpu": 1, "memory_mib": 64000},
    "gpu-24g": {"cpu": 1, "memory_mib": 8000, "gpus": 1, "gpu_memory_mib": 24000},
    "gpu-80g": {"cpu": 1, "memory_mib": 90000, "gpus": 2, "gpu_memory_mib": 80000, "scratch": "200Gi"},
    "gpu": {"cpu": 1, "memory_mib": 8000, "gpus": 1},
}
KUBERNETES = {"namespace": "atelier", "image": "stage:1"}


def deployed(**kubernetes: str) -> Deployment:
    settings = KUBERNETES | {"model_cache_claim": "cache"} | kubernetes
    tree = {"engine": "kubernetes", "store": {"bucket": "atelier"}, "kubernetes": settings, "profiles": PROFILES}
    return Deployment.model_validate(tree)


def card(weights_mib: int = 0, working_mib: int = 0, files_mib: int = 1, **offload: Any) -> ModelCard:
    return ModelCard(
        kind=StageKind.TEXT,
        settings=TransformersSettings(),
        files={"model.safetensors": CardFile(sha256="a" * 64, bytes=files_mib * MIB)},
        licence="MIT",
        commercial=True,
        memory=ModelMemory(weights_bytes=weights_mib * MIB, working_bytes=working_mib * MIB, **offload),
    )


def refusal(card: ModelCard, profile: str, deployment: Deployment) -> str:
    """Why the model does not fit; empty where it does."""
    try:
        check_fits(NAME, card, profile, deployment)
    except BadRequest as error:
        return str(error)
    return ""


def test_both_numbers_and_the_profiles_that_would_do_are_told() -> None:
    assert refusal(card(3000, 1001), "cpu-small", deployed()) == (
        f"model {NAME} does not fit the profile `cpu-small`: it needs 4001 MiB of memory, and `memory_max_mib` is "
        "4000; it fits `cpu-large`, `gpu-24g`, `gpu-80g`, `gpu`"
    )


@pytest.mark.parametrize(
    ("model", "profile", "says"),
    [
        (card(3000, 1000), "cpu-small", ""),
        (card(), "cpu-small", ""),
        (card(64000, 1), "cpu-large", "it needs 64001 MiB of memory, and `memory_mib` is 64000"),
        (card(24000), "gpu-24g", ""),
        (card(23000, 1001), "gpu-24g", "it needs 24001 MiB of a GPU's memory, and `gpu_memory_mib` is 24000"),
        (card(80000, 1), "gpu-80g", "it needs 80001 MiB of a GPU's memory"),
        (card(500000), "gpu", ""),
    ],
)
def test_weights_and_work_have_to_fit_into_the_memory_where_they_go(model: ModelCard, profile: str, says: str) -> None:
    found = refusal(model, profile, deployed())
    assert says in found
    assert bool(says) is bool(found)


@pytest.mark.parametrize(
    ("offload", "profile", "says"),
    [
        ({"offload": True, "offloaded_bytes": 10000 * MIB}, "gpu-80g", ""),
        ({"offload": True, "offloaded_bytes": 80001 * MIB}, "gpu-80g", "it needs 80001 MiB of a GPU's memory"),
        ({"offload": True, "offloaded_bytes": 10000 * MIB}, "gpu-24g", "it needs 90000 MiB of memory beside the GPU"),
        ({"offload": True}, "gpu-80g", "it needs 90001 MiB of a GPU's memory"),
        ({"offload": False, "offloaded_bytes": 10000 * MIB}, "gpu-80g", "it needs 90001 MiB of a GPU's memory"),
    ],
)
def test_what_is_offloaded_counts_by_what_has_to_be_on_the_gpu(
    offload: dict[str, Any], profile: str, says: str
) -> None:
    found = refusal(card(90000, 1, **offload), profile, deployed())
    assert says in found
    assert bool(says) is bool(found)


def test_where_it_fits_nowhere_that_is_said() -> None:
    assert refusal(card(10**6), "cpu-large", deployed(image="stage:2")).endswith("it fits `gpu`")
    profiles = {"cpu-small": deployed().profile("cpu-small")}
    alone = deployed().model_copy(update={"profiles": profiles})
    assert "it fits none of this deployment; add one with more, or choose another model" in refusal(
        card(10**6), "cpu-small", alone
    )


def test_its_files_have_to_fit_into_the_folder_that_they_come_to() -> None:
    large = card(files_mib=11 << 10)
    assert refusal(large, "cpu-small", deployed()) == ""
    limited = refusal(large, "cpu-small", deployed(model_cache_limit="10Gi"))
    assert "its files take 11264 MiB, and `model_cache_limit` is 10Gi; it fits none" in limited
    own = Deployment.model_validate(deployed().model_dump() | {"kubernetes": KUBERNETES})
    assert "`scratch` is 10Gi, without a `model_cache_claim`; it fits `gpu-80g`" in refusal(large, "cpu-small", own)


def test_it_is_told_wherever_a_model_is_chosen(store: Store) -> None:
    models = Models(store)
    models.keep(card(5000))
    models.name(read_reference(NAME), card(5000))
    script = recipe_named("script.narrated")
    settings = StageSettings(recipe=script.name, model=NAME, profile="cpu-small")
    with pytest.raises(BadRequest, match="it needs 5000 MiB of memory"):
        ChosenModel.of(settings, script, deployed(), store)
    assert ChosenModel.of(settings.model_copy(update={"profile": "cpu-large"}), script, deployed(), store).card


def test_the_memory_of_gpus_is_said_of_profiles_that_have_some() -> None:
    with pytest.raises(ValueError, match="`gpu_memory_mib` needs `gpus`"):
        Deployment.model_validate(
            deployed().model_dump() | {"profiles": {"cpu": PROFILES["cpu-small"] | {"gpu_memory_mib": 24000}}}
        )
