"""A stage that has several devices makes its items on all of them at once, by a Ray that comes and goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment, Profile, StoreSettings
from include.contract.engines import EngineName, ProcessSettings
from include.contract.errors import Cause
from operators.retry import StageFailed
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.operators.conftest import Run
from tests.operators.context import connect
from tests.ray.head import STAGE_BIN
from tests.ray.meetings import devices_met
from tests.ray.runs import brief, image_operator, made, pictures, when

pytestmark = pytest.mark.ray
DEVICES = 2
GONE_S = 30.0


@pytest.fixture
def deployment(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """One whose stages are child processes, each with two devices."""
    connect(s3, monkeypatch)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    (tmp_path / "files").mkdir()
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nshift 2\nexec {STAGE_BIN / "python"} -m tests.ray.stages "$@"\n')
    python.chmod(0o755)
    return Deployment(
        engine=EngineName.PROCESS,
        store=StoreSettings(bucket=s3.bucket),
        process=ProcessSettings(python=str(python), scratch=str(tmp_path / "scratch"), cache=str(tmp_path / "cache")),
        files=str(tmp_path / "files"),
        profiles={"cpu-small": Profile(cpu=1, memory_mib=512, gpus=DEVICES)},
    )


@contextmanager
def descendants() -> Iterator[set[psutil.Process]]:
    """All processes that this one, or one that it has started, starts in the block, if they live for a moment."""
    seen: set[psutil.Process] = set()
    over = Event()
    before = set(psutil.Process().children(recursive=True))

    def look() -> None:
        while not over.wait(0.2):
            seen.update(set(psutil.Process().children(recursive=True)) - before)

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def begun(deployment: Deployment, name: str, scenes: int) -> Run:
    run = Run(deployment)
    run.brief(brief(name, scenes))
    run.text()
    return run


def left(seen: set[psutil.Process], folder: Path) -> list[object]:
    """What is left after a while: of the processes, and of the stage's files."""
    _, alive = psutil.wait_procs(seen, timeout=GONE_S)
    return [*alive, *folder.glob("scratch/*")]


@pytest.mark.long
def test_each_device_has_a_worker_and_nothing_is_left(deployment: Deployment, tmp_path: Path) -> None:
    run = begun(deployment, "meet-2", 4)
    with descendants() as seen:
        result = pictures(run, batch_size=1)
    assert (result["counts"]["made"], result["counts"]["failed"]) == (4, 0)
    assert devices_met(tmp_path / "cache", "meet-2") == ["0", "1"]
    assert len(seen) > DEVICES
    assert left(seen, tmp_path) == []


@pytest.mark.long
def test_a_stage_that_is_stopped_keeps_what_is_made_and_nothing_is_left(deployment: Deployment, tmp_path: Path) -> None:
    run = begun(deployment, "slow", 40)
    task = image_operator(run, batch_size=1)
    with (
        descendants() as seen,
        when(made(deployment, 1), task.on_kill),
        pytest.raises(StageFailed) as caught,
    ):
        run.run_stage(task)
    failure = caught.value.failure
    assert failure.cause is Cause.PREEMPTED
    assert failure.message.startswith("asked to stop with")
    assert failure.progress.made >= 1
    assert left(seen, tmp_path) == []


@pytest.mark.long
def test_nothing_is_left_of_a_stage_that_is_killed(deployment: Deployment, tmp_path: Path) -> None:
    run = begun(deployment, "slow", 40)

    def kill() -> None:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # some end meanwhile
                if "tests.ray.stages" in " ".join(process.cmdline()):
                    process.kill()

    with descendants() as seen, when(made(deployment, 1), kill), pytest.raises(StageFailed):
        pictures(run, batch_size=1)
    assert left(seen, tmp_path) == []


@pytest.mark.long
def test_fewer_devices_than_the_profile_says_are_told(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    run = begun(deployment, "few", 4)
    with pytest.raises(StageFailed) as caught:
        pictures(run, batch_size=1)
    failure = caught.value.failure
    assert failure.cause is Cause.BAD_REQUEST
    assert failure.message.startswith(
        "no Ray with 2 devices can be started here: Attempting to start raylet with 2 GPU"
    )
    assert failure.message.endswith("give the stage a profile with as many `gpus` as there are")
