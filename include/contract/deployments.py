"""A deployment: which engine runs stages, where the store is, and what each profile means here."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from include.contract.content_types import ProfileName
from include.contract.errors import BadRequest
from include.contract.keys import Domain
from include.contract.values import Closed
from include.contract.yaml12 import read_model, read_yaml


class EngineName(StrEnum):
    """Where a stage's process runs."""

    PROCESS = "process"
    """On this machine, as a child of the task."""


class StoreSettings(Closed):
    """Where results lie."""

    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    prefix: Annotated[str, Field(pattern=r"^$|^[A-Za-z0-9][A-Za-z0-9._/-]*/$")] = ""
    """Empty, or ends with a slash."""
    connection_id: str = "atelier_store"
    """Airflow connection of type `aws`, with the endpoint in its extra."""

    def domain(self) -> Domain:
        """The domain of trust that the store is."""
        return Domain(self.bucket, self.prefix)


class Profile(Closed):
    """A named set of resources."""

    cpu: Annotated[float, Field(gt=0)]
    memory_mib: Annotated[int, Field(gt=0)]
    gpus: Annotated[int, Field(ge=0)] = 0
    pool: str = "default_pool"
    pool_slots: Annotated[int, Field(ge=1)] = 1


class ProcessEngine(Closed):
    """Settings of the process engine."""

    python: str
    """Interpreter of the stage side; a relative path starts at the project's root."""
    scratch: str
    """Folder for work files; a relative path starts at the project's root."""
    cache: str
    """Folder for what stages keep between runs; a relative path starts at the project's root."""


class Deployment(Closed):
    """One deployment file."""

    engine: EngineName
    store: StoreSettings
    process: ProcessEngine | None = None
    files: str | None = None
    """Folder in which briefs may name files, such as music; a relative path starts at the project's root."""
    profiles: dict[ProfileName, Profile]

    @model_validator(mode="after")
    def _engine_has_settings(self) -> Self:
        if self.engine is EngineName.PROCESS and self.process is None:
            raise ValueError("`engine: process` needs its settings under `process`")
        return self

    def profile(self, name: str) -> Profile:
        """What `name` means here.

        :raises BadRequest: nothing.
        """
        if name not in self.profiles:
            raise BadRequest(f"profile `{name}` is not in this deployment; it has {', '.join(sorted(self.profiles))}")
        return self.profiles[name]


def read_deployment(text: str, name: str) -> Deployment:
    """The deployment in `text`; `name` is for messages."""
    return read_model(Deployment, read_yaml(text, name))
