"""A stage's process that hangs holds up no test."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from atelier.testing import S3, Sample, processes
from atelier.testing.orders import ask_for, store_of
from atelier.testing.processes import StageProcess
from include.contract.registry import recipe_named
from include.contract.requests import Execution


def test_a_process_that_says_nothing_in_time_is_killed(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ANSWER_S", 0.0)
    samples = [Sample(params={"topic": topic}) for topic in ("Bees", "Tea")]
    request = ask_for(recipe_named("script.narrated"), samples, store_of(s3), Execution(batch_size=1))
    assert StageProcess(s3, tmp_path).stop_at_second_batch(request).code == -signal.SIGKILL
