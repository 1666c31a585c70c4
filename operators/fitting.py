"""Whether a model of one's own fits where its stage runs: told before anything is downloaded, with both numbers."""

from __future__ import annotations

from collections.abc import Callable

from include.contract.deployments import Deployment, Profile
from include.contract.errors import BadRequest
from include.contract.model_cache import ModelCacheSettings
from include.contract.model_cards import ModelCard
from include.contract.values import quantity_bytes

_MIB = 1 << 20


def check_fits(name: str, card: ModelCard, profile: str, deployment: Deployment) -> None:
    """Refuse a model that a profile has no room for; a profile that the deployment lacks is told by its own check.

    :raises BadRequest: memory, the GPU's memory, or the folder for its files does not suffice; says by how much, and
        which profiles would do.
    """
    files_bytes = sum({file.sha256: file.bytes for file in card.files.values()}.values())

    def lacks(profile: Profile) -> str:
        return _lacks_memory(card, profile) or _lacks_disk(files_bytes, profile, deployment)

    if profile in deployment.profiles and (why := lacks(deployment.profiles[profile])):
        raise BadRequest(f"model {name} does not fit the profile `{profile}`: {why}; {_would_fit(deployment, lacks)}")


def _would_fit(deployment: Deployment, lacks: Callable[[Profile], str]) -> str:
    fitting = [name for name, each in deployment.profiles.items() if not lacks(each)]
    told = ", ".join(f"`{name}`" for name in fitting)
    return (
        f"it fits {told}" if fitting else "it fits none of this deployment; add one with more, or choose another model"
    )


def _lacks_memory(card: ModelCard, profile: Profile) -> str:
    memory = card.memory
    whole = memory.weights_bytes + memory.working_bytes
    most_mib = profile.memory_max_mib or profile.memory_mib
    field = "memory_mib" if profile.memory_max_mib is None else "memory_max_mib"
    if not profile.gpus:
        return _lack("of memory", whole, most_mib, field)
    is_offloaded = memory.offload and memory.offloaded_bytes > 0
    on_gpu = _lack(
        "of a GPU's memory", memory.offloaded_bytes if is_offloaded else whole, profile.gpu_memory_mib, "gpu_memory_mib"
    )
    return on_gpu or _lack("of memory beside the GPU", memory.weights_bytes if is_offloaded else 0, most_mib, field)


def _lack(what: str, needed_bytes: int, has_mib: int | None, field: str) -> str:
    """Why it does not suffice; empty where it does, and where nobody has said what there is."""
    if has_mib is None or needed_bytes <= has_mib * _MIB:
        return ""
    return f"it needs {_mib(needed_bytes)} MiB {what}, and `{field}` is {has_mib}"


def _lacks_disk(files_bytes: int, profile: Profile, deployment: Deployment) -> str:
    """All of its files have to be there at once."""
    settings = deployment.engine_settings
    limit = settings.model_cache_limit if isinstance(settings, ModelCacheSettings) else None
    if limit is not None and files_bytes > quantity_bytes(limit):
        return f"its files take {_mib(files_bytes)} MiB, and `model_cache_limit` is {limit}"
    if getattr(settings, "model_cache_claim", "") is None and files_bytes > quantity_bytes(profile.scratch):
        scratch = f"`scratch` is {profile.scratch}, without a `model_cache_claim`"
        return f"its files take {_mib(files_bytes)} MiB, and {scratch}"
    return ""


def _mib(count: int) -> int:
    return -(-count // _MIB)
