"""Whose job it is: the id under which a try submits it, and the exact ids in its metadata."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from operators.engines.identity import TaskKey, is_own
from operators.engines.ray.jobs import RayJob

if TYPE_CHECKING:
    from airflow.sdk import Context

INSTANCE = "atelier.dev/instance"
"""Airflow's own id of the try: a DAG run that is deleted and made again has others."""
_DIGEST_CHARACTERS = 32


def submission_id(request_uri: str, try_number: int) -> str:
    """The only id that the job of a try may have, so that it cannot be started twice.

    It is made of the request's whole address: two stores may hold the same request, and share a cluster.
    """
    return f"atelier-{hashlib.sha256(request_uri.encode()).hexdigest()[:_DIGEST_CHARACTERS]}-{try_number}"


def metadata_of(key: TaskKey, context: Context) -> dict[str, str]:
    """What a job's metadata says about its task. Anyone who sees the cluster's dashboard can read it."""
    return {**key.annotations(), INSTANCE: str(getattr(context["ti"], "id", ""))}


def is_of_task(job: RayJob, key: TaskKey) -> bool:
    """Whether a try of this task, in this Airflow, has submitted `job`."""
    return is_own(job.metadata) and key.same_task(TaskKey.read(job.metadata))
