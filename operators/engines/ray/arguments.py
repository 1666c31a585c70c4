"""The operator's arguments for a stage on a Ray cluster. Imported wherever DAGs are parsed."""

from __future__ import annotations

from typing import Any

from include.contract.deployments import Profile
from include.contract.ray import RaySettings


def operator_arguments(
    engine: RaySettings, profile: Profile, timeout_s: float, publishes_outside: bool = False
) -> dict[str, Any]:
    """Arguments of a stage's operator. The time limit is the job's own: it starts when the job does."""
    return {"deferrable": engine.deferrable}
