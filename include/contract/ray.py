"""What a deployment says about a Ray cluster, and how the ray engine treats it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from include.contract.cluster import Seconds
from include.contract.model_cache import ModelCacheSettings
from include.contract.values import TechnicalName, TextForm

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
    log_bytes_per_s: Annotated[int, Field(ge=1024, le=10**9)] = 20_000
    """Log that is shown live for one stage; the rest is left out of the task's log, which links to it."""
