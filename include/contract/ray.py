"""What a deployment says about a Ray cluster, and how the ray engine treats it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from include.contract.cluster import Seconds
from include.contract.model_cache import ModelCacheSettings
from include.contract.values import Closed, TechnicalName, TextForm

TESTED_VERSIONS = ("2.60",)
"""Minor versions of Ray that a cluster may have."""
DashboardAddress = Annotated[
    str,
    Field(max_length=300),
    TextForm(r"^https?://[^/\s?#@]+(/[^\s?#@]*)?$", "where the dashboard answers, as in `http://127.0.0.1:8265`"),
]
RayLabelKey = Annotated[
    str,
    Field(max_length=317),
    TextForm(
        r"^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$",
        "the name of a label of Ray's nodes, as in `gpu` or `ray.io/accelerator-type`",
    ),
]
RayLabel = Annotated[
    str,
    Field(max_length=63),
    TextForm(r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", "the value of a label of Ray's nodes, as in `H100`"),
]


class WorkerLimits(Closed):
    """How many workers a stage gets, and when one has to go."""

    min: Annotated[int, Field(ge=0, le=10_000)] = 0
    """So many are kept while the stage runs, even if there is nothing to do for them."""
    max: Annotated[int, Field(ge=1, le=10_000)] = 8
    idle_s: Annotated[float, Field(ge=0, le=86400)] = 300.0
    """One that has had nothing to do for so long is ended."""
    item_timeout_s: Seconds = 3600.0
    """A worker that takes longer for an item is ended; the item counts as one that crashed it."""
    max_items: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """After so many items a worker makes room for a fresh one; 0 for never."""

    @model_validator(mode="after")
    def _min_is_below_max(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"`min` ({self.min}) is above `max` ({self.max})")
        return self


class WorkerSpec(Closed):
    """What a stage's driver on the cluster is told of its workers."""

    cpu: float
    memory_mib: int
    """What one may take; it ends itself above that."""
    gpus: float = 0.0
    labels: dict[str, str] = {}
    schedule_timeout_s: float
    workers: WorkerLimits


class RaySettings(ModelCacheSettings):
    """Settings of the ray engine."""

    address: DashboardAddress
    """Of a standing cluster's dashboard."""
    connection_id: TechnicalName | None = None
    """Airflow connection of type `http` whose password is the cluster's token; none where the cluster has none."""
    python: TechnicalName = "python"
    """What starts the stage side's Python there; the project is on its path."""
    deferrable: bool = True
    """Whether a stage that takes longer than `sync_wait_s` frees its worker slot while it waits."""
    sync_wait_s: Annotated[float, Field(ge=0, le=86400)] = 15.0
    """How long a worker waits for a job before it defers."""
    hold_event_s: Annotated[float, Field(ge=0, le=3600)] = 5.0
    """A trigger reports nothing before this, so that the scheduler has seen the deferral."""
    start_timeout_s: Seconds = 600.0
    """A job that Ray has not started by then fails."""
    schedule_timeout_s: Seconds = 3600.0
    """A stage fails for which not a single worker could be had by then."""
    workers: WorkerLimits = WorkerLimits()
    log_bytes_per_s: Annotated[int, Field(ge=1024, le=10**9)] = 20_000
    """Log that is shown live for one stage; the rest is left out of the task's log, which links to it."""
