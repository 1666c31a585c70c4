from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.engines import EngineType, Job, ProcessSettings, stage_variables
from include.contract.errors import BadRequest


@pytest.mark.parametrize("wrong", [{"begin": "my_engines"}, {"begin": "a:b", "arguments": "a b:c"}])
def test_what_does_not_lead_anywhere_is_refused_where_it_is_written(wrong: dict[str, str]) -> None:
    with pytest.raises(BadRequest, match=r"leads nowhere \(found '(my_engines|a b:c)'\); allowed: `package.module:"):
        EngineType(ProcessSettings, **wrong)


def test_a_stage_sees_its_try_its_folders_and_the_stores_credentials() -> None:
    job = Job("s3://atelier/r.json", attempt=3, grace_s=1, environment={"AWS_ACCESS_KEY_ID": "key"})
    seen = stage_variables(job, Path("/work"), Path("/cache"), Path("/said"))
    assert seen["ATELIER_ATTEMPT"] == "3"
    assert (seen["HOME"], seen["TMPDIR"], seen["ATELIER_SCRATCH"]) == ("/work", "/work", "/work")
    assert (seen["ATELIER_CACHE"], seen["ATELIER_TERMINATION_LOG"]) == ("/cache", "/said")
    assert seen["AWS_ACCESS_KEY_ID"] == "key"
    assert "ATELIER_DEVICES" not in seen
    assert stage_variables(job, Path("/work"), Path("/cache"), Path("/said"), 4)["ATELIER_DEVICES"] == "4"
