from __future__ import annotations

from typing import Any

import pytest

from include.contract.errors import BadRequest
from operators.briefs.operator import BriefOperator


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            {"task_id": "briefs"},
            "`task_id`: is not where stages look for their briefs (found 'briefs'); allowed: brief",
        ),
        ({"brief": {"topics": "Bees"}}, "`brief.topics`: is not a field; did you mean `topic`? allowed: topic, id"),
        ({"brief": {"scenes": "many"}}, "`brief.scenes`: is not a whole number (found 'many')"),
        ({"defaults": {"topic": "Bees"}}, "`defaults.topic`: can only be set in each brief; remove it"),
        ({"defaults": {"langage": "de"}}, "`defaults.langage`: is not a field; did you mean `language`?"),
        ({"timezone": "Mars"}, "`timezone`: is not a time zone"),
        ({"lead_days": -1}, "`lead_days`: is too small (found -1); allowed: a whole number from 0 to 366"),
        (
            {"source": {"calender": "a.csv"}},
            "`source`: does not name a source (found 'calender'); did you mean `calendar`?",
        ),
        (
            {"source": {"catalogue": "a.csv"}, "brief": {"topic": "Bees"}},
            "`brief`: is never used, since there is a `source`; remove one of them",
        ),
    ],
)
def test_a_wrong_argument_is_told_where_it_is_written(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(BadRequest) as refused:
        BriefOperator(**arguments)
    assert f"task `brief`: {told}" in str(refused.value)


def test_what_airflow_renders_is_not_looked_into() -> None:
    brief = {"topic": "{{ ds }}", "scenes": "{{ params.scenes }}", "script": {"title": "{% if ds %}x{% endif %}"}}
    assert BriefOperator(brief=brief).brief is brief
