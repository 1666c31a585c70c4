"""A content type with several stages of a kind, for real: two picture styles, one enlarged, two films, two places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.demo.airflow_api import ENDED
from include.contract.manifests import Manifest
from include.contract.published import Index
from operators.items import items_in
from operators.stages.reuse import read_manifest
from tests.cluster.airflow import until
from tests.e2e.newsroom import Newsroom, newsroom

pytestmark = [pytest.mark.e2e, pytest.mark.long]
GAZETTE = """
name: gazette
title: Gazette
description: Two styles of picture, one of them enlarged; a film of each, published apart.
brief: {language: en, scenes: 2, aspect: "16:9"}
stages:
  script: {recipe: script.narrated}
  photo: {recipe: image.scene, params: {short_side_px: 240}}
  large: {recipe: image.upscale, params: {factor: 2}, inputs: {image: photo}}
  drawing: {recipe: image.scene, params: {short_side_px: 360}}
  told: {recipe: speech.narration}
  clip: {recipe: clip.still, inputs: {image: large}, params: {short_side_px: 360, fps: 24}}
  drawn-clip: {recipe: clip.still, inputs: {image: drawing}, params: {short_side_px: 360, fps: 24}}
  film: {recipe: video.narrated, inputs: {clip: clip}}
  drawn-film: {recipe: video.narrated, inputs: {clip: drawn-clip}}
  publish: {recipe: publish.video, inputs: {video: film}}
  archive: {recipe: publish.video, inputs: {video: drawn-film}}
"""
SCRIPT = {
    "title": "Why honey bees matter",
    "scenes": [
        {"narration": "Bees visit many flowers.", "image_prompt": "bees at a sunflower"},
        {"narration": "Many fruits begin with a bee.", "image_prompt": "apples on a kitchen table"},
    ],
}
STAGES = (
    "script", "photo", "large", "drawing", "told", "clip", "drawn-clip", "film", "drawn-film", "publish", "archive",
)  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("gazette")) as opened:
        opened.write_type("gazette", GAZETTE)
        yield opened


def run(office: Newsroom, run_id: str, **conf: object) -> dict[str, Manifest]:
    """What each stage of a run left, when it has succeeded."""
    office.api.trigger("gazette", run_id, {"id": "honey", "script": SCRIPT, **conf})
    until(lambda: office.api.run_state("gazette", run_id) in ENDED, 900, f"{run_id} has ended")
    tasks = {name: task.state for name, task in office.api.tasks("gazette", run_id).items()}
    assert {name: tasks[name] for name in STAGES} == dict.fromkeys(STAGES, "success"), tasks
    found = {name: office.api.xcom("gazette", run_id, name)["manifest"] for name in STAGES}
    return {name: read_manifest(office.store(), key, name) for name, key in found.items()}


def made_of(office: Newsroom, manifest: Manifest, name: str) -> set[str]:
    """Digests of a stage's outputs of that name."""
    lines = items_in(office.store(), manifest.parts, "a test")
    return {output.sha256 for line in lines for output in line.outputs if output.name == name}


def test_each_stage_makes_its_own_from_what_it_was_told_to_read(office: Newsroom) -> None:
    first = run(office, "first")
    assert {name: first[name].counts.made for name in STAGES[:9]} == {
        "script": 1, "photo": 2, "large": 2, "drawing": 2, "told": 2,
        "clip": 5, "drawn-clip": 5, "film": 1, "drawn-film": 1,
    }  # fmt: skip
    pictures = [made_of(office, first[name], "image") for name in ("photo", "large", "drawing")]
    films = [made_of(office, first[name], "video") for name in ("film", "drawn-film")]
    assert [len(each) for each in (*pictures, set().union(*pictures))] == [2, 2, 2, 6]
    assert [len(each) for each in (*films, set().union(*films))] == [1, 1, 2]
    for place in ("gazette", "gazette-archive"):
        index = Index.model_validate_json(office.store().get(f"published/{place}/index.json") or b"")
        assert [piece.slug for piece in index.items] == ["honey"]


def test_another_take_of_one_style_remakes_what_reads_it_alone(office: Newsroom) -> None:
    again = run(office, "again")
    assert {name: again[name].counts.made for name in STAGES[:9]} == dict.fromkeys(STAGES[:9], 0)
    other = run(office, "other", variations={"photo/02": 1})
    assert {name: other[name].counts.made for name in STAGES[:9]} == {
        "script": 0, "photo": 1, "large": 1, "drawing": 0, "told": 0,
        "clip": 3, "drawn-clip": 0, "film": 1, "drawn-film": 0,
    }  # fmt: skip
