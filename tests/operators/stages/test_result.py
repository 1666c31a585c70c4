from __future__ import annotations

from types import SimpleNamespace

import pytest

from include.contract.deployments import Deployment
from include.contract.manifests import Manifest
from include.store.store import Store
from operators.stages.result import reference, result_of
from tests.operators.conftest import Run


@pytest.fixture
def run(deployment: Deployment) -> Run:
    run = Run(deployment)
    run.brief({"topic": "Bees"})
    run.text()
    return run


def test_content_never_travels(run: Run, store: Store) -> None:
    manifest = Manifest.model_validate_json(store.get(run.xcoms["text"]["manifest"]) or b"")
    told = reference(manifest.model_copy(update={"producer": "text_shards"}))
    assert (told["kind"], told["producer"]) == ("text", "text_shards")
    assert (told["content_digest"], told["counts"]["made"]) == (manifest.content_digest, 1)
    assert not {"parts", "failures"} & told.keys()


@pytest.mark.parametrize(("downstream", "told"), [({"image"}, "1 made"), (set(), "1 made, 1 refused: row 7: no topic")])
def test_the_last_stage_tells_of_the_whole_run(run: Run, store: Store, downstream: set[str], told: str) -> None:
    manifest = Manifest.model_validate_json(store.get(run.xcoms["text"]["manifest"]) or b"")
    entries = run.entries(store).model_copy(update={"mistakes": ("row 7: no topic",)})
    said: list[str] = []
    task = SimpleNamespace(downstream_task_ids=downstream, log=SimpleNamespace(info=lambda _, text: said.append(text)))
    assert result_of(task, store, entries, manifest)["told"] == told  # type: ignore[arg-type]
    assert said == [told]
