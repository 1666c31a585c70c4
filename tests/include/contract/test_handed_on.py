"""What a task hands on beside its stage."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.contract.artifacts import artifact_of
from include.contract.handed_on import HandedOn
from include.contract.manifests import RunRef
from include.contract.values import FORMAT

RUN = RunRef(dag_id="bees", run_id="r", task_id="briefs")


def test_what_was_handed_on_is_read_again_with_its_format() -> None:
    handed = HandedOn(run=RUN, blobs=(artifact_of("briefs", b"[]", "application/json"),))
    assert handed.format == FORMAT
    assert HandedOn.model_validate_json(handed.model_dump_json()) == handed


def test_it_says_which_run_it_is_of() -> None:
    with pytest.raises(ValidationError, match="run"):
        HandedOn.model_validate({"blobs": []})
