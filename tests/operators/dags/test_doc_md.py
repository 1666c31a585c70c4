from __future__ import annotations

from typing import Any

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment, Profile
from include.contract.installed import Distribution
from include.contract.registry import recipe_named
from operators.dags import doc_md
from operators.dags.doc_md import dag_doc, merge_doc, stage_doc
from tests.operators.conftest import films

PROFILE = Profile(cpu=2, memory_mib=4096, gpus=1, pool="accelerators")


def settings(**told: Any) -> StageSettings:
    return StageSettings.model_validate({"recipe": "image.scene"} | told)


def test_a_dags_page_has_a_row_for_each_stage_with_what_it_uses(deployment: Deployment) -> None:
    stages = {"text": {"recipe": "script.narrated"}, "image": {"recipe": "image.scene", "retries": 7, "timeout_s": 90}}
    lines = dag_doc(films(stages=stages), deployment).splitlines()
    assert lines[0] == "### Films"
    text, image = (line for line in lines if "cpu-small" in line)
    recipe = recipe_named("image.scene")
    assert text.startswith("| text | `script.narrated` r")
    assert image == (
        f"| image | `image.scene` r{recipe.revision} | `{recipe.model}` | cpu-small: 1 CPU, 512 MiB | 7 | 90 s |"
    )


def test_a_dags_page_says_who_decided_against_a_label(deployment: Deployment) -> None:
    decided = {"decided_by": "Ann", "reason": "a person reviews and answers for each of these films"}
    assert "No label" not in dag_doc(films(), deployment)
    page = dag_doc(films(label="none", **decided), deployment)
    assert f"No label, decided by Ann: {decided['reason']}\n" in page


def test_a_stages_page_has_its_model_resources_tries_and_params() -> None:
    page = stage_doc(settings(retries=2, params={"short_side_px": 720}), recipe_named("image.scene"), PROFILE)
    assert f"2 CPU, 4096 MiB, 1 GPU; {PROFILE.slots} slot(s) of `accelerators`" in page
    assert "**Tries** 1 + 2, " in page
    assert page.endswith("**short_side_px** `720`")
    assert "Shards" not in page


def test_what_the_content_type_says_goes_before_what_the_profile_and_the_recipe_say() -> None:
    page = stage_doc(settings(model="builtin/other", pool="own", shards=3), recipe_named("image.scene"), PROFILE)
    assert "**Model** `builtin/other`" in page
    assert "slot(s) of `own`" in page
    assert "**Shards** 3; this is one of them" in page


def test_a_recipe_from_outside_says_what_it_comes_with(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = recipe_named("image.scene")
    assert "comes with" not in stage_doc(settings(), recipe, PROFILE)
    brought = Distribution(name="haiku", version="1.2")
    monkeypatch.setattr(doc_md, "brought_by", {"image.scene": brought}.get)
    assert f"; comes with {brought}" in stage_doc(settings(), recipe, PROFILE)


def test_the_page_of_a_merge_says_how_much_may_fail() -> None:
    page = merge_doc(settings(shards=4, max_failed_share=0.25))
    assert "what 4 shards made" in page
    assert "a share of 0.25 of its items failed" in page
