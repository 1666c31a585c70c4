from __future__ import annotations

import pytest

from include.contract.errors import BadRequest
from include.contract.values import StageKind
from operators.stages.kinds import OPERATORS, ImageOperator
from operators.stages.operator import StageOperator
from operators.stages.task import StageTask


def test_every_kind_of_stage_has_an_operator_of_a_look_of_its_own() -> None:
    assert OPERATORS.keys() == set(StageKind)
    assert len({operator.ui_color for operator in OPERATORS.values()}) == len(OPERATORS)


def test_each_kinds_operator_takes_recipes_of_its_kind_alone() -> None:
    for kind, operator in OPERATORS.items():
        assert operator.kinds == {kind}
        assert issubclass(operator, StageTask)
    with pytest.raises(BadRequest, match="is of the kind `text`, which another operator makes; allowed: image.card"):
        ImageOperator(task_id="text", recipe="script.narrated")
    with pytest.raises(BadRequest, match="is of the kind `publish`"):
        StageOperator(task_id="publish", recipe="publish.video")
