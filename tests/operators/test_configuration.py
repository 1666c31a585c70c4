from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.errors import BadRequest
from operators.configuration import content_type_in, deployment_in, registry, shown

TYPE = """name: {name}
title: Scripts
description: Scripts.
stages:
  text: {{recipe: script.narrated, model: {model}, profile: {profile}}}
"""


def test_all_that_does_not_fit_the_installation_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text(TYPE.format(name="other", model="builtin/nothing", profile="gpu-9000"))
    with pytest.raises(BadRequest) as refused:
        content_type_in(path, deployment_in("include/deployments/local.yaml"))
    assert [row.split(": ")[1] for row in str(refused.value).splitlines()] == [
        "`name`",
        "`stages.text.profile`",
        "`stages.text.model`",
    ]


def test_a_stage_may_name_a_registered_model_of_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text(TYPE.format(name="scripts", model="builtin/smollm2-135m", profile="cpu-small"))
    found = content_type_in(path, deployment_in("include/deployments/local.yaml"))
    assert registry().identity(str(next(iter(found.stages.values())).model)).name == "builtin/smollm2-135m"


def test_a_file_of_the_project_is_named_from_its_root(tmp_path: Path) -> None:
    assert shown(Path(__file__)) == "tests/operators/test_configuration.py"
    assert shown(tmp_path / "my.yaml") == "my.yaml"
