from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.contract.errors import BadRequest
from include.contract.values import StageKind
from operators.configuration import deployment_here, deployment_in
from operators.retry import StageRetryPolicy
from operators.stages.arguments import of_engine, settings_of, tries

EVERY = frozenset(StageKind)


def told(**given: Any) -> list[str]:
    with pytest.raises(BadRequest) as refused:
        settings_of("scenes", deployment_here(), EVERY, {"recipe": "image.scene", **given})
    return str(refused.value).splitlines()


def test_what_is_left_out_means_what_it_means_in_a_content_type() -> None:
    settings = settings_of("scenes", deployment_here(), EVERY, {"recipe": "image.scene", "retries": None})
    assert settings.model_fields_set == {"recipe"}
    assert (settings.retries, settings.profile, settings.shards) == (2, "cpu-small", 1)


def test_all_that_is_wrong_is_told_at_once_by_the_arguments_names_with_what_is_allowed() -> None:
    lines = told(
        recipe_params={"short_side": 3, "aspect": "1:1"},
        profile="cpu-smal",
        retry_delay=-1.0,
        inputs={"prompt": "text"},
        pool=7,
    )
    assert lines == [
        "task `scenes`: `pool`: is not text (found 7); allowed: text of 1 to 256 characters",
        "task `scenes`: `retry_delay`: is too small (found -1.0); allowed: at least 0.0",
        "task `scenes`: `recipe_params.aspect`: is set by each brief; put it under `brief`",
        "task `scenes`: `recipe_params.short_side`: is not a field; did you mean `short_side_px`? "
        "allowed: short_side_px, prompt_language",
        "task `scenes`: `profile`: is not in the deployment (found 'cpu-smal'); did you mean `cpu-small`? "
        "allowed: cpu-small, cpu-medium",
        "task `scenes`: `inputs.prompt`: `image.scene` has no such port; did you mean `image_prompt`? "
        "allowed: image_prompt, shot, look, image_setting",
    ]


def test_a_recipe_of_another_kind_or_of_none_is_told_with_those_that_there_are() -> None:
    with pytest.raises(BadRequest, match="is of the kind `image`, which another operator makes; allowed: article"):
        settings_of("text", deployment_here(), frozenset({StageKind.TEXT}), {"recipe": "image.scene"})
    assert "(found 'image.scenes'); did you mean `image.scene`? allowed: image.scene" in told(recipe="image.scenes")[0]


def test_parameters_where_airflow_looks_for_its_own_are_told() -> None:
    assert told(params={"short_side_px": 360}) == [
        "task `scenes`: `recipe_params.short_side_px`: `params` are Airflow's, for the DAG's form; write "
        "`recipe_params`"
    ]


def test_a_stage_may_carry_no_label() -> None:
    given = {"recipe": "video.narrated", "recipe_params": {"label": "none"}}
    assert settings_of("film", deployment_here(), EVERY, given).params == {"label": "none"}


def test_both_budgets_of_tries_are_airflows_and_are_told_apart_again() -> None:
    deployment = deployment_here()
    given = {"recipe": "image.scene", "retries": 3, "retry_delay": timedelta(seconds=4)}
    once = tries(settings_of("scenes", deployment, EVERY, given), deployment)
    assert once == {
        "retries": 3 + 5,
        "retry_delay": timedelta(seconds=4),
        "retry_policy": StageRetryPolicy(3, 4.0, 5),
    }
    again = settings_of("scenes", deployment, EVERY, {"recipe": "image.scene", **once})
    assert (again.retries, again.retry_delay_s) == (3, 4.0)


def test_a_pods_time_begins_on_its_node_and_a_childs_with_its_task() -> None:
    here, cluster = deployment_here(), deployment_in("include/deployments/kubernetes.yaml")
    settings = settings_of("scenes", here, EVERY, {"recipe": "image.scene", "timeout_s": 90})
    assert of_engine(settings, here)["execution_timeout"] == timedelta(seconds=90)
    assert of_engine(settings, cluster)["active_deadline_seconds"] == 90
    assert "execution_timeout" not in of_engine(settings, cluster)
