"""A deployment: which engine runs stages, where the store is, and what each profile means here."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import Field, create_model, field_validator, model_validator

from include.contract.artifacts import ModelName
from include.contract.cluster import KubernetesSettings, Placement, ResourceName
from include.contract.content_types import ProfileName
from include.contract.engines import BUILT_IN, EngineName, EngineType, ProcessSettings
from include.contract.errors import BadRequest
from include.contract.installed import Group
from include.contract.keys import Domain
from include.contract.media_limits import MediaLimits
from include.contract.messages import quoted
from include.contract.names import allowed_names
from include.contract.prices import Currency
from include.contract.published import PublicUrl
from include.contract.ray import RayLabel, RayLabelKey, RaySettings
from include.contract.tokens import ModelPrice
from include.contract.values import PRINTABLE, AtMost, Bucket, Closed, Quantity, TechnicalName, TextForm
from include.contract.yaml12 import read_model, read_yaml

_ENGINE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
Host = Annotated[
    str,
    Field(max_length=253),
    TextForm(r"^(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$", "a host, as in `images.example.com` or `*.example.com`"),
]
MemoryMib = Annotated[int, Field(gt=0, le=2**30)]


class StoreSettings(Closed):
    """Where results are stored."""

    bucket: Bucket
    prefix: Annotated[
        str,
        TextForm(
            r"^$|^[A-Za-z0-9][A-Za-z0-9._/-]*/$", "letters, digits and `._/-`, with `/` at the end, as in `atelier/`"
        ),
    ] = ""
    """Empty, or ends with a slash."""
    connection_id: TechnicalName = "atelier_store"
    """Airflow connection of type `aws`, with the endpoint in its extra field."""

    def domain(self) -> Domain:
        """The domain of trust that the store is."""
        return Domain(self.bucket, self.prefix)


class Profile(Placement):
    """A named set of resources. Where a pod goes matters to the kubernetes engine only."""

    cpu: Annotated[float, Field(ge=0.001, le=100_000)]
    memory_mib: MemoryMib
    memory_max_mib: MemoryMib | None = None
    """How much memory a stage that ran out of it may get; default: `memory_mib`."""
    gpus: Annotated[int, Field(ge=0, le=1024)] = 0
    gpu_resource: ResourceName = "nvidia.com/gpu"
    """The resource name of a GPU; a MIG slice or a shared GPU has another one, such as `nvidia.com/mig-1g.10gb`."""
    gpu_memory_mib: MemoryMib | None = None
    """Memory of one GPU, so that a model that does not fit is refused before anything runs; not checked if left out."""
    gpu_share: Annotated[float, Field(gt=0, le=1)] | None = None
    """With `engine: ray` and one GPU: how much of it the stage gets. Those that share one do so by trust."""
    ray_labels: Annotated[dict[RayLabelKey, RayLabel], AtMost(100)] = {}
    """With `engine: ray`: labels that a node has to have."""
    scratch: Quantity = "10Gi"
    """Size of the work folder."""
    pool: Annotated[str, Field(min_length=1, max_length=256), PRINTABLE] = "default_pool"
    """Airflow pool. Make it with deferred tasks included: a stage that waits for its pod still holds its GPU."""
    pool_slots: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    price_per_hour: Annotated[float, Field(ge=0, le=1e9)] | None = None
    """Price of an hour, in the deployment's `currency`; for estimates, never hashed."""

    @model_validator(mode="after")
    def _ladder_goes_up(self) -> Self:
        if self.memory_max_mib is not None and self.memory_max_mib < self.memory_mib:
            raise ValueError(f"`memory_max_mib` ({self.memory_max_mib}) is below `memory_mib` ({self.memory_mib})")
        return self

    @model_validator(mode="after")
    def _gpu_memory_is_a_gpus(self) -> Self:
        if self.gpu_memory_mib is not None and not self.gpus:
            raise ValueError("`gpu_memory_mib` needs `gpus`: how many there are")
        return self

    @model_validator(mode="after")
    def _share_is_of_one_gpu(self) -> Self:
        if self.gpu_share is not None and self.gpus != 1:
            raise ValueError(f"`gpu_share` needs `gpus: 1` (found {self.gpus})")
        return self

    @property
    def slots(self) -> int:
        """Slots of the pool that a stage takes: as many as it has GPUs, unless the profile says otherwise."""
        return self.pool_slots or max(1, self.gpus)

    def price_of(self, device_s: float) -> float | None:
        """Price of `device_s` seconds; None if no price is known."""
        return None if self.price_per_hour is None else self.price_per_hour * device_s / 3600

    def more_memory_mib(self, than_mib: int) -> int | None:
        """The next step up the memory ladder: twice as much, up to the limit; None at the limit."""
        more = min(than_mib * 2, self.memory_max_mib or self.memory_mib)
        return more if more > than_mib else None


class Deployment(Closed):
    """One deployment file."""

    engine: str
    """Its settings are under its own name."""
    store: StoreSettings
    process: ProcessSettings | None = None
    kubernetes: KubernetesSettings | None = None
    ray: RaySettings | None = None
    infrastructure_retries: Annotated[int, Field(ge=0, le=100)] = 5
    """Tries that a task gets on top of its own `retries` if not its work failed, but the infrastructure."""
    models: Annotated[tuple[TechnicalName, ...], AtMost(100)] = ()
    """Files of models besides include/models.yaml and those of distributions; a relative path starts at the project's
    root. Stages need not have them: each request says where its model's files are."""
    commercial: bool = False
    """Whether the results are used commercially: a model whose card does not allow that is refused."""
    files: TechnicalName | None = None
    """Folder in which briefs may name files, such as music; a relative path starts at the project's root."""
    own_media: MediaLimits | None = None
    """Limits of the pictures, clips and recordings that briefs bring, where they are not the usual ones."""
    picture_hosts: Annotated[tuple[Host, ...], AtMost(100)] = ()
    """Hosts that photos of products may be at, by `https://`; `*.example.com` is every name below that one."""
    allow_private_addresses: bool = False
    """Whether feeds and webhooks may be at private addresses, inside this network."""
    public_url: PublicUrl | None = None
    """Address at which readers reach the store's `published/` folder. If left out, no feeds are written."""
    currency: Currency | None = None
    """Of all prices: a code of ISO 4217, such as `EUR`."""
    model_prices: Annotated[dict[ModelName, ModelPrice], AtMost(1000)] = {}
    """Of models on servers, by name, whatever their revision."""
    profiles: Annotated[dict[ProfileName, Profile], AtMost(1000)]

    @model_validator(mode="after")
    def _prices_have_a_currency(self) -> Self:
        by_hour = [name for name, profile in self.profiles.items() if profile.price_per_hour is not None]
        priced = [f"profiles.{name}.price_per_hour" for name in by_hour]
        priced += [f"model_prices.{name}" for name in self.model_prices]
        if priced and self.currency is None:
            raise ValueError(f"`{priced[0]}` needs a `currency`, such as `currency: EUR`")
        return self

    @field_validator("engine")
    @classmethod
    def _engine_is_known(cls, name: str) -> str:
        if name not in ENGINES.all():
            refused = f"; {ENGINES.refused[name]}" if name in ENGINES.refused else ""
            allowed = allowed_names(name, list(ENGINES.all()))
            raise ValueError(f"is not known (found {quoted(name)}{refused}); {allowed}")
        return name

    @model_validator(mode="after")
    def _engine_has_settings(self) -> Self:
        if getattr(self, self.engine, None) is None:
            raise ValueError(f"`engine: {self.engine}` needs its settings under `{self.engine}`")
        return self

    @model_validator(mode="after")
    def _shares_are_rays(self) -> Self:
        if self.engine == EngineName.RAY:
            return self
        for name, profile in self.profiles.items():
            if profile.gpu_share is not None:
                raise ValueError(
                    f"`profiles.{name}.gpu_share` is for `engine: ray`; in a pod, name a slice of a GPU or a shared "
                    "one as `gpu_resource`, such as `nvidia.com/mig-1g.10gb`"
                )
            if profile.ray_labels:
                raise ValueError(
                    f"`profiles.{name}.ray_labels` is for `engine: ray`; where pods go, `node_selector` says"
                )
        return self

    @property
    def names_publish_folder(self) -> bool:
        """Whether it names a folder for `publish.folder`."""
        found = self.engine_settings
        return any(getattr(found, name, None) is not None for name in ("publish_folder", "publish_claim"))

    @property
    def engine_settings(self) -> Closed:
        """The settings of the engine that it names."""
        found: Closed = getattr(self, self.engine)
        return found

    def profile(self, name: str) -> Profile:
        """What `name` means here.

        :raises BadRequest: nothing.
        """
        if name not in self.profiles:
            raise BadRequest(
                f"profile `{name}` is not in this deployment; {allowed_names(name, sorted(self.profiles))}"
            )
        return self.profiles[name]


def _engine_type(name: str, found: object) -> EngineType:
    if not isinstance(found, EngineType):
        raise BadRequest(f"is not an engine (found {type(found).__name__}); allowed: an `EngineType`")
    is_taken = name in Deployment.model_fields or hasattr(Deployment, name)
    if name not in BUILT_IN and (is_taken or not _ENGINE_NAME.fullmatch(name)):
        raise BadRequest(
            f"cannot be an engine's name (found {quoted(name)}); allowed: up to 40 of the letters a to z, "
            "digits and `_`, and not the name of another field of a deployment"
        )
    return found


ENGINES: Group[EngineType] = Group("atelier.engines", "engine", _engine_type, BUILT_IN)


def deployment_model() -> type[Deployment]:
    """The model of a deployment file here, with the settings of each installed engine under its name."""
    fields: dict[str, Any] = {
        name: (each.settings | None, None) for name, each in ENGINES.all().items() if name not in BUILT_IN
    }
    return create_model(Deployment.__name__, __base__=Deployment, **fields) if fields else Deployment


def read_deployment(text: str, name: str) -> Deployment:
    """The deployment in `text`; `name` is for messages."""
    return read_model(deployment_model(), read_yaml(text, name))
