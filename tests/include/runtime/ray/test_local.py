"""How a stage comes to have a Ray of its own, and that one with a single device does not know of Ray."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract import environment
from include.contract.errors import BadRequest, NodeLost, Preempted
from include.contract.keys import request_key
from include.contract.ray import WorkerLimits, WorkerSpec
from include.runtime.ray import local
from include.runtime.ray.local import _folder
from tests.include.runtime.desk import HONEY, Desk, script_and_images
from tests.include.runtime.pod import ROOT, Pod

IMPORTS = """
import sys
from include.runtime import __main__ as entry, session
from include.runtime.models import asked
from tests.include.runtime.desk import REGISTRY, WordsStage
asked.registry = lambda: REGISTRY
session.stage_of = lambda recipe: WordsStage()
code = entry.main(sys.argv[1:])
print("ray is imported" if "ray" in sys.modules else "no ray", code)
"""


def said_by(s3: S3, desk: Desk, folder: Path, **variables: str) -> str:
    """What a fresh interpreter says that makes three pictures, in two batches."""
    _, images = script_and_images(desk)
    key = request_key(images.sha256())
    desk.store.put_if_absent(key, images.body())
    command = [sys.executable, "-c", IMPORTS, "run", desk.store.domain.uri(key)]
    known = Pod(s3, folder).environment | variables
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


@pytest.mark.parametrize("variables", [{}, {environment.DEVICES: "1"}])
def test_a_stage_with_one_device_imports_no_ray(s3: S3, desk: Desk, tmp_path: Path, variables: dict[str, str]) -> None:
    assert said_by(s3, desk, tmp_path, **variables).splitlines()[-1] == "no ray 0"


def test_a_stage_without_ray_uses_one_device_and_says_what_to_install(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(environment.DEVICES, "4")
    monkeypatch.setattr(local, "is_ray_here", lambda: False)
    _, images = script_and_images(desk)
    assert desk.run(images).counts.made == 3
    (said,) = [each.message for each in caplog.records if "devices" in each.message]
    assert said.startswith("this stage has 4 devices (`gpus` of its profile) and uses one, since Ray is not installed")
    assert "include/runtime/requirements-ray.txt" in said


def test_what_is_one_batch_needs_one_device(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.DEVICES, "4")
    monkeypatch.setattr(local, "making", None)
    text, _ = script_and_images(desk)
    images = desk.request("image.scene", HONEY, upstreams=[text], batch_size=3)
    assert desk.run(images).counts.made == 3


def test_its_folder_has_a_short_path_wherever_it_is_and_goes(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    with _folder(deep) as folder:
        assert len(str(folder)) <= 40
        assert folder.resolve().is_relative_to(deep)
    assert not folder.exists()
    assert not folder.parent.exists()
    assert not list(deep.iterdir())


def test_devices_that_nobody_told_of_are_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.DEVICES, "")
    _, images = script_and_images(desk)
    assert desk.run(images).counts.made == 3


def instead_of_ray(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> Path:
    """Have `script`, for `sh`, run in the place of what starts Ray; a file with a line for each time it ran."""
    tries, program = folder / "tries", folder / "program"
    program.write_text(f"#!/bin/sh\necho once >> {tries}\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(local.sys, "executable", str(program))
    return tries


def wanted(folder: Path, check: Callable[[], None] = lambda: None) -> local._Wanted:
    spec = WorkerSpec(cpu=1, memory_mib=512, gpus=1, schedule_timeout_s=60, workers=WorkerLimits(max=2))
    return local._Wanted(spec, 2, folder, check)


def start(wanted: local._Wanted) -> None:
    with local._started(wanted, lambda: None):
        raise AssertionError("it did not start")


def test_one_that_does_not_start_is_tried_three_times_and_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = instead_of_ray(monkeypatch, tmp_path, "echo Traceback >&2; echo the agent was late >&2; exit 1")
    with pytest.raises(NodeLost, match="Ray, for 2 devices, did not start in 3 tries: the agent was late"):
        start(wanted(tmp_path))
    assert len(tries.read_text().splitlines()) == 3
    assert not list(tmp_path.glob("ray-*"))


def test_one_that_makes_no_sense_here_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = instead_of_ray(monkeypatch, tmp_path, """echo '{"refused": "there is 1 GPU"}'""")
    with pytest.raises(BadRequest, match="no Ray with 2 devices can be started here: there is 1 GPU; give the stage"):
        start(wanted(tmp_path))
    assert len(tries.read_text().splitlines()) == 1


def test_one_that_nobody_waits_for_any_more_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead_of_ray(monkeypatch, tmp_path, "read end; echo over >> $0")

    def stopped() -> None:
        raise Preempted("asked to stop")

    with pytest.raises(Preempted, match="asked to stop"):
        start(wanted(tmp_path, stopped))
    assert (tmp_path / "program").read_text().endswith("over\n")
