"""What `docs/operators.md` has its readers write is a DAG."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from airflow.sdk import BaseOperator

from operators import BriefOperator, MergeOperator, PublishOperator
from operators.stages.task import StageTask
from tests.airflow_home import ROOT

GUIDE = (ROOT / "docs" / "operators.md").read_text()


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", GUIDE, flags=re.S)


def test_its_dag_is_one_and_so_is_what_is_added_to_it() -> None:
    first, shards, sizes = blocks()
    names: dict[str, Any] = {"MergeOperator": MergeOperator}
    exec(first, names)
    dag = names["brief"].dag
    dag.resolve_template_files()
    assert (names["clip"].read["image"], names["film"].read["clip"]) == ("photo", "clip")
    with dag:
        exec(shards, names)
        exec(sizes, names)
    dag.resolve_template_files()
    assert dag.get_task("sizes").upstream_task_ids == {"photo"}
    assert names["scenes"].read == names["photo"].read


@pytest.mark.parametrize("operator", [StageTask, PublishOperator, BriefOperator])
def test_it_tells_each_argument(operator: type[BaseOperator]) -> None:
    rows = "\n".join(line for line in GUIDE.splitlines() if line.startswith("|"))
    told = set(re.findall(r"`(\w+)`", rows)) | {"task_id"}
    assert inspect.signature(operator.__init__).parameters.keys() - told == {"self", "kwargs"}
