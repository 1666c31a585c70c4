"""The check of engines: what keeps its promise passes, and what breaks it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from atelier.testing.engine_checks import Begin, check_engine
from include.contract.engines import Engine, Job, ProcessSettings
from include.contract.failures import Failure
from operators.engines.process import ProcessEngine


def in_a_process(folder: Path, engine_class: type[ProcessEngine] = ProcessEngine) -> Begin:
    """Engines whose interpreter is the script."""

    def begin(script: str, is_made: Callable[[int], bool]) -> Engine:
        path = folder / "stage"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return engine_class(ProcessSettings(python=str(path), scratch=str(folder / "scratch"), cache=str(folder)))

    return begin


def test_the_process_engine_keeps_what_a_task_stands_on(tmp_path: Path) -> None:
    check_engine(in_a_process(tmp_path))


class Deaf(ProcessEngine):
    """Nothing that is asked of it stops it."""

    def stop(self) -> None:
        """Do nothing."""


class Wordless(ProcessEngine):
    """It loses what a stage says of its failure."""

    def run(self, job: Job) -> Failure | None:
        """Run `job`; any failure is the same."""
        failure = super().run(job)
        return failure and failure.model_copy(update={"message": "something failed"})


class Hopeful(ProcessEngine):
    """To it everything ends well."""

    def run(self, job: Job) -> Failure | None:
        """Run `job`."""
        super().run(job)
        return None


@pytest.mark.parametrize(
    ("broken", "told"),
    [(Deaf, "ended within its grace"), (Wordless, "leaves a termination message"), (Hopeful, "failed as it says")],
)
def test_an_engine_that_does_not_is_told_what_is_wrong(tmp_path: Path, broken: type[ProcessEngine], told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        check_engine(in_a_process(tmp_path, broken))
