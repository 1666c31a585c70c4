"""Runs of the golden content type, task by task as Airflow would start them, on the real runtime and a real store."""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import DownstreamTasksSkipped

import operators.configuration
from atelier.testing.s3 import S3
from include.contract.content_types import ContentType
from include.contract.decisions import Decision, Verdict, piece_digest
from include.contract.deployments import Deployment, Profile, StoreSettings
from include.contract.engines import EngineName, ProcessSettings
from include.contract.manifests import RunRef
from include.contract.planning import PlannedItem
from include.contract.review import Moment
from include.store.store import Store
from operators.dags.assembly import dag_of
from operators.decisions import keep_decision
from operators.review.looked_at import looked_at
from operators.review.points import ReviewPoint
from operators.store import connected_store
from operators.task_ids import ASK, COLLECT, LIST
from tests.airflow_home import ROOT
from tests.golden.recipes import MODELS, register
from tests.operators.context import StateStore, Ti, connect, context_of

CALENDAR = """\
date,id,topic,scenes,language,aspect,music
2026-11-25,honey,Why bees dance,2,en,16:9,chime.wav
2026-11-25,tea,The\u0301,2,fr,1:1,
2026-11-25,wax,Wax,2,en,16:9,
2026-11-25,moss,"Moss, stones",2,en,9:16,
2026-11-25,nothing,,0,en,16:9,
"""
"""Of one row the accent stands apart, one is refused."""
PARAMS: dict[str, Any] = {
    "mood": "bright",
    "pace": 1,
    "tilt": -0.0,
    "tags": ['say "hi" \\ there/here', "line\nbreak\ttab \x01 \x7f \u2028 end", "cafe\u0301", "🍯"],
    "places": {"z": 1, "ä": 2, "\uff5e": 3, "\U0001f600": 4, "Z": 5},
}
"""Of the scripts: a float written as an integer, a negative zero, all that text and keys may hold."""
FIRST_DAY, SECOND_DAY = datetime(2026, 11, 25, 6, tzinfo=UTC), datetime(2026, 11, 26, 6, tzinfo=UTC)
FIRST_RUN = "scheduled__2026-11-25T06:00:00+00:00"
REMADE_RUN = "manual__2026-11-26T07:00:00+00:00"
AGAIN_RUN = "manual__2026-11-26T08:00:00+00:00"
ANOTHER_TAKE: dict[str, Any] = {
    "id": "honey", "topic": "Why bees dance", "scenes": 2, "music": "chime.wav", "variations": {"image/02": 1},
}  # fmt: skip
PUBLIC_URL = "https://media.example.org/published/"


GOLDEN_TYPE: dict[str, Any] = {
    "name": "golden",
    "title": "Gold & honey",
    "description": "What is kept.",
    "schedule": "0 6 * * *",
    "start_date": "2026-11-01",
    "source": {"calendar": "calendar.csv"},
    "review": {},
    "stages": {
        "script": {"recipe": "golden.script", "params": PARAMS},
        "image": {"recipe": "golden.picture", "params": {"scale": 0.1}, "shards": 2},
        "card": {"recipe": "golden.card", "max_failed_share": 0.5},
        "publish": {"recipe": "golden.publish"},
    },
}
"""The content type; one only while the golden recipes are registered."""


def golden_deployment(bucket: str, folder: Path) -> Deployment:
    """A deployment on `bucket` whose stage side knows the golden recipes; it is `deployment.yaml` in `folder`."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec {ROOT}/.venv/stage/bin/python -m tests.golden.runtime "$@"\n')
    python.chmod(0o755)
    files = folder / "files"
    files.mkdir()
    (files / "calendar.csv").write_text(CALENDAR, "utf-8")
    with wave.open(str(files / "chime.wav"), "wb") as chime:
        chime.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        chime.writeframes(bytes(1600))
    deployment = Deployment(
        engine=EngineName.PROCESS,
        store=StoreSettings(bucket=bucket),
        process=ProcessSettings(python=str(python), scratch=str(folder / "scratch"), cache=str(folder)),
        files=str(files),
        public_url=PUBLIC_URL,
        profiles={"cpu-small": Profile(cpu=1, memory_mib=512)},
    )
    told = deployment.model_dump(mode="json", exclude_none=True)
    (folder / "deployment.yaml").write_text(json.dumps(told))
    return deployment


_CONNECTING = [
    module
    for name, module in sorted(sys.modules.items())
    if name.startswith("operators.") and name != "operators.store" and hasattr(module, "connected_store")
]
"""Modules whose tasks reach the store."""


@contextmanager
def golden_world(s3: S3, folder: Path) -> Iterator[Deployment]:
    """The deployment, with the golden recipes and models registered and the store connected."""
    with pytest.MonkeyPatch.context() as patch:
        register(patch)
        patch.setattr(operators.configuration, "MODELS", MODELS)
        connect(s3, patch)
        deployment = golden_deployment(s3.bucket, folder)
        # Connecting takes longer than most of what a task does here.
        store = connected_store(deployment.store)
        for module in _CONNECTING:
            patch.setattr(module, "connected_store", lambda _: store)
        yield deployment


def make_all(deployment: Deployment, atelier: Callable[..., object]) -> None:
    """All that the golden bucket tells of; `atelier` runs a subcommand of the command line."""
    first = Run(deployment, FIRST_RUN, FIRST_DAY)
    first.make_pieces()
    first.decide({"honey": Verdict.APPROVED, "tea": Verdict.APPROVED, "moss": Verdict.REJECTED}, hour=9)
    first.publish()
    atelier("withdraw", "golden", "tea", "--by", "ada", "--why", "the price is wrong")
    remade = Run(deployment, REMADE_RUN, SECOND_DAY, ANOTHER_TAKE)
    remade.make_pieces()
    remade.decide({"honey": Verdict.APPROVED}, hour=10)
    remade.publish()
    again = Run(deployment, AGAIN_RUN, SECOND_DAY, ANOTHER_TAKE)
    again.make_pieces()
    again.publish()
    atelier("withdraw", "golden", "honey", "--day", "2026-11-25", "--by", "ada", "--why", "too loud")
    atelier("restore", "golden", "honey", "--day", "2026-11-25", "--by", "bob")


@dataclass
class Run:
    """One run."""

    deployment: Deployment
    run_id: str
    at: datetime
    conf: dict[str, Any] | None = None
    content_type: ContentType = field(default_factory=lambda: ContentType.model_validate(GOLDEN_TYPE))
    xcoms: dict[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The deployment's."""
        return connected_store(self.deployment.store)

    def begin(self) -> None:
        """Find the briefs."""
        self._execute("brief")

    def make_pieces(self) -> None:
        """All tasks before the review."""
        self.begin()
        self.stage("script")
        self.pictures()
        self.stage("card")

    def stage(self, name: str) -> None:
        """The task of a stage that is not shared out."""
        self._execute(name)

    def pictures(self) -> None:
        """The stage that is shared out, and its merge."""
        shards = self._dag.get_task("image_shards")
        for index in range(self.content_type.stages["image"].shards):
            shards.unmap({"shard": index}).execute(self._context("image_shards", index))
        self._execute("image")

    def shown(self) -> list[PlannedItem]:
        """What people look at."""
        return looked_at(self._context("review"), self.store, self.content_type, POINT)

    def decide(self, verdicts: dict[str, Verdict], hour: int) -> None:
        """Keep what ada says of each brief at that hour of the day."""
        for index, item in enumerate(item for item in self.shown() if not item.missing):
            decision = Decision(
                content_type=self.content_type.name,
                brief=item.brief,
                content_digest=piece_digest(item),
                verdict=verdicts[item.brief],
                by="ada",
                at=self.at.replace(hour=hour, minute=index, microsecond=5),
                why="" if verdicts[item.brief] is Verdict.APPROVED else "dull",
                run=RunRef(dag_id="golden", run_id=self.run_id, task_id=POINT.task(ASK), map_index=index),
            )
            keep_decision(self.store, decision)

    def publish(self) -> None:
        """Collect what was decided, and publish what was approved."""
        self.xcoms[POINT.task(LIST)] = []
        try:
            self._execute(POINT.task(COLLECT))
        except DownstreamTasksSkipped:
            return
        self._execute("publish")

    def left(self, task_id: str) -> list[dict[str, Any]]:
        """What the task left in XCom; of a mapped one, each of its instances."""
        found = self.xcoms[task_id]
        return [found] if "manifest" in found else list(found.values())

    @cached_property
    def _dag(self) -> DAG:
        return dag_of(self.content_type, self.deployment)

    def _execute(self, task_id: str) -> None:
        self._dag.get_task(task_id).execute(self._context(task_id))

    def _context(self, task_id: str, map_index: int = -1) -> Any:
        ti = Ti(task_id, self.xcoms, self.run_id, self.content_type.name, map_index)
        return context_of(ti, self.conf, StateStore(), self.at)


POINT = ReviewPoint(Moment.BEFORE_PUBLISHING, "publish", "review")
