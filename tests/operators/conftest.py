from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from atelier.testing.s3 import S3
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment, Profile, StoreSettings
from include.contract.engines import EngineName, ProcessSettings
from include.contract.entries import Entries
from include.store.store import Store
from operators.briefs.operator import read_entries
from operators.dags.assembly import dag_of
from operators.stages.kinds import ImageOperator, TextOperator
from operators.stages.operator import StageOperator
from operators.store import connected_store
from tests import airflow_home  # noqa: F401 - Airflow's home before anything imports Airflow
from tests.operators.context import StateStore, Ti, connect, context_of
from tests.wiring import FILM_STAGES, reading


@pytest.fixture
def deployment(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment on a bucket of its own whose stage side is `stand_in.py`."""
    connect(s3, monkeypatch)
    stage = tmp_path / "python"
    stage.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("stand_in.py")} "$@"\n')
    stage.chmod(0o755)
    (tmp_path / "files").mkdir()
    return Deployment(
        engine=EngineName.PROCESS,
        store=StoreSettings(bucket=s3.bucket, prefix="team/"),
        process=ProcessSettings(python=str(stage), scratch=str(tmp_path / "scratch"), cache=str(tmp_path)),
        files=str(tmp_path / "files"),
        profiles={"cpu-small": Profile(cpu=1, memory_mib=512)},
    )


@pytest.fixture
def store(deployment: Deployment) -> Store:
    return connected_store(deployment.store)


def films(**settings: Any) -> ContentType:
    """A content type of films."""
    told = {"name": "films", "title": "Films", "description": "Films.", "brief": {"scenes": 2}, "stages": FILM_STAGES}
    return ContentType.model_validate(told | settings)


@dataclass
class Run:
    """One run of brief, text and image, task by task."""

    deployment: Deployment
    run_id: str = "manual__1"
    try_number: int = 1
    batch_size: int | None = None
    """Of the pictures."""
    xcoms: dict[str, Any] = field(default_factory=dict)
    states: dict[str, StateStore] = field(default_factory=dict)
    """What each task keeps between its tries."""

    def brief(self, conf: dict[str, Any], at: datetime | None = None, **content_type: Any) -> None:
        """Find the briefs of a run for the time `at`, of a content type with these settings."""
        task = dag_of(films(**content_type), self.deployment).get_task("brief")
        task.execute(context_of(self._ti("brief"), conf, at=at))

    def entries(self, store: Store) -> Entries:
        """What the first task has found."""
        return read_entries(self.xcoms["brief"], store)

    def text(self) -> dict[str, Any]:
        return self.run_stage(TextOperator(task_id="text", recipe="script.narrated", deployment=self.deployment))

    def image(self) -> dict[str, Any]:
        task = ImageOperator(
            task_id="image",
            recipe="image.scene",
            deployment=self.deployment,
            inputs=reading("image.scene"),
            batch_size=self.batch_size,
        )
        return self.run_stage(task)

    def run_stage(self, task: StageOperator) -> dict[str, Any]:
        state = self.states.setdefault(task.task_id, StateStore())
        task.execute(context_of(self._ti(task.task_id), state=state))
        return self.xcoms[task.task_id]

    def go_on(self, task: StageOperator, event: dict[str, Any]) -> dict[str, Any]:
        """A stage that was deferred, after its trigger has fired."""
        state = self.states.setdefault(task.task_id, StateStore())
        task.resume(context_of(self._ti(task.task_id), state=state), event)
        return self.xcoms[task.task_id]

    def _ti(self, task_id: str) -> Ti:
        return Ti(task_id, self.xcoms, run_id=self.run_id, try_number=self.try_number)
