"""What a deployment says about a Kubernetes cluster: where pods go, and how the kubernetes engine treats them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from include.contract.model_cache import ModelCacheSettings
from include.contract.values import AtMost, Closed, TechnicalName, TextForm

KubernetesName = Annotated[
    str,
    Field(max_length=253),
    TextForm(
        r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", "the letters a to z, digits, dots and hyphens, as in `atelier-stages`"
    ),
]
ResourceName = Annotated[
    str,
    Field(max_length=317),
    TextForm(r"^[a-z0-9.-]+/[A-Za-z0-9._-]+$", "a resource that Kubernetes extends by, as in `nvidia.com/gpu`"),
]
Seconds = Annotated[float, Field(gt=0, le=30 * 86400)]


class TolerationOperator(StrEnum):
    """How a toleration's value is compared with a taint's."""

    EQUAL = "Equal"
    EXISTS = "Exists"


class TaintEffect(StrEnum):
    """What a taint does to pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    NO_EXECUTE = "NoExecute"


class PullPolicy(StrEnum):
    """When a node asks the registry for an image."""

    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class Toleration(Closed):
    """A taint that pods of a profile may run beside."""

    key: str
    operator: TolerationOperator = TolerationOperator.EQUAL
    value: str | None = None
    effect: TaintEffect | None = None
    """If left out, every effect."""


class SpotNodes(Closed):
    """Cheaper nodes that may be taken away at any time; the last try runs without these."""

    node_selector: Annotated[dict[str, str], AtMost(100)] = {}
    tolerations: Annotated[tuple[Toleration, ...], AtMost(100)] = ()


class Placement(Closed):
    """Where pods of a profile go."""

    gpu_products: Annotated[tuple[str, ...], AtMost(100)] = ()
    """Suitable GPU models, as the label `nvidia.com/gpu.product` names them; any if left out."""
    node_selector: Annotated[dict[str, str], AtMost(100)] = {}
    tolerations: Annotated[tuple[Toleration, ...], AtMost(100)] = ()
    spot: SpotNodes | None = None
    priority_class: KubernetesName | None = None
    runtime_class: KubernetesName | None = None
    image: TechnicalName | None = None
    """A stage image other than the engine's, such as one for CUDA."""
    queue: KubernetesName | None = None
    """Kueue's LocalQueue that admits the pods."""


class KubernetesSettings(ModelCacheSettings):
    """Settings of the kubernetes engine."""

    namespace: KubernetesName
    image: TechnicalName
    """Stage image, with a tag or digest."""
    image_pull_policy: PullPolicy = PullPolicy.IF_NOT_PRESENT
    image_pull_secrets: Annotated[tuple[KubernetesName, ...], AtMost(100)] = ()
    connection_id: TechnicalName = "kubernetes_default"
    """Airflow connection of type `kubernetes` that leads to the API server."""
    service_account: KubernetesName = "atelier-stage"
    """Service account of the stage pods. Its token is never mounted; a cloud may give it permissions on the store."""
    store_secret: KubernetesName | None = "atelier-store"
    """Secret with the store's `AWS_*` variables; null if the service account has the permissions."""
    model_secret: KubernetesName | None = None
    """Secret for models on servers: `ATELIER_MODEL_KEY`, with `ATELIER_MODEL_ADDRESS` that it is for, and
    `ATELIER_MODEL_CA` where needed. Only pods that ask such a model get it."""
    model_cache_claim: KubernetesName | None = None
    """PersistentVolumeClaim for what models keep between pods; a folder of the pod's own if left out."""
    publish_claim: KubernetesName | None = None
    """PersistentVolumeClaim that `publish.folder` writes to; several nodes have to be able to write it at once."""
    deferrable: bool = True
    """Whether a stage that takes longer than `sync_wait_s` frees its worker slot while it waits."""
    sync_wait_s: Annotated[float, Field(ge=0, le=86400)] = 15.0
    """How long a worker waits for a running container before it defers."""
    hold_event_s: Annotated[float, Field(ge=0, le=3600)] = 5.0
    """A trigger reports nothing before this, so that the scheduler has seen the deferral."""
    schedule_timeout_s: Seconds = 3600.0
    """A pod that no node has taken by then fails; waiting for Kueue's admission does not count."""
    startup_timeout_s: Seconds = 600.0
    """A pod that a node has taken but that is not running by then fails."""
    log_bytes_per_s: Annotated[int, Field(ge=1024, le=10**9)] = 20_000
    """Log that is shown live for one stage; the rest is left out of the task's log, which links to it."""
