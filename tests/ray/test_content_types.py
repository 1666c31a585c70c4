"""What a cluster makes of each content type that ships is what a child process makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment, Profile
from include.contract.engines import EngineName, ProcessSettings
from include.contract.manifests import Manifest, unpack_lines
from operators.configuration import CONTENT_TYPES, document_in
from operators.dags.assembly import dag_of
from operators.stages.operator import StageOperator
from operators.store import connected_store
from tests.operators.context import StateStore, Ti, context_of
from tests.ray.head import STAGE_BIN
from tests.ray.runs import with_settings

pytestmark = [pytest.mark.ray, pytest.mark.long]
PLACES = (("A bee visits a flower.", "a bee on a flower"), ("Then it flies home.", "a beehive in a meadow"))
BRIEFS: dict[str, dict[str, Any]] = {
    "narrated_video": {
        "script": {"title": "Bees", "scenes": [{"narration": said, "image_prompt": seen} for said, seen in PLACES]},
    },
    "illustrated_article": {
        "article": {
            "title": "Bees",
            "summary": "Two things that bees do.",
            "sections": [
                {"heading": seen, "text": said, "image_prompt": seen, "image_alt": seen} for said, seen in PLACES
            ],
        },
    },
    "podcast": {
        "dialogue": {
            "title": "Bees",
            "description": "Two things that bees do.",
            "speakers": ["Nora", "Tom"],
            "image_prompt": "a bee on a flower",
            "lines": [{"speaker": 1, "text": "What does a bee do?"}, {"speaker": 2, "text": "It visits a flower."}],
        },
    },
    "product_cards": {"product": {"name": "Ceramic Mug", "category": "Kitchen", "price": 24.5, "currency": "EUR"}},
}  # fmt: skip
SMALL: dict[str, Any] = {"short_side_px": 240, "fps": 10}


@pytest.mark.parametrize("name", sorted(BRIEFS))
def test_it_is_what_a_child_process_makes(deployment: Deployment, tmp_path: Path, name: str) -> None:
    python = str(STAGE_BIN / "python")
    profiles = {profile: Profile(cpu=1, memory_mib=3000) for profile in ("cpu-small", "cpu-medium")}
    on_ray = with_settings(deployment, python=python).model_copy(update={"profiles": profiles})
    process = ProcessSettings(python=python, scratch=str(tmp_path / "scratch"), cache=str(tmp_path / "cache"))
    elsewhere = deployment.store.model_copy(update={"prefix": "other/"})
    beside = on_ray.model_copy(update={"engine": EngineName.PROCESS, "process": process, "store": elsewhere})
    content_type = small(document_in(CONTENT_TYPES / f"{name}.yaml").value)
    by_process, by_ray = (made(each, content_type, BRIEFS[name]) for each in (beside, on_ray))
    assert list(by_ray) == [*content_type.stages]
    for stage, found in by_process.items():
        assert by_ray[stage] == found, stage


def small(told: dict[str, Any]) -> ContentType:
    """A content type with pictures and films that take little time."""
    for stage in told["stages"].values():
        stage["params"] = {key: SMALL.get(key, value) for key, value in stage.get("params", {}).items()}
    return ContentType.model_validate(told)


def made(deployment: Deployment, content_type: ContentType, brief: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each stage's manifest says, but for times."""
    dag = dag_of(content_type, deployment)
    store = connected_store(deployment.store)
    xcoms: dict[str, Any] = {}

    def context(task_id: str) -> Any:
        return context_of(Ti(task_id, xcoms, dag_id=content_type.name), {"id": "bees", **brief}, StateStore())

    dag.get_task("brief").execute(context("brief"))
    found: dict[str, dict[str, Any]] = {}
    for stage in content_type.stages:
        task = dag.get_task(stage)
        assert isinstance(task, StageOperator)
        task.execute(context(stage))
        body = store.get(xcoms[stage]["manifest"])
        assert body is not None
        manifest = Manifest.model_validate_json(body)
        lines = [line for part in manifest.parts for line in unpack_lines(store.blob(part.sha256))]
        told = manifest.model_dump(mode="json", exclude={"wall_s", "spent_s", "saved_s", "parts"})
        found[stage] = told | {"lines": [line.model_dump(mode="json", exclude={"device_s"}) for line in lines]}
    return found
