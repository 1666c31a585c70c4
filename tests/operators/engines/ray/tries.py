"""Tries of one task whose stage's Python is a script for `sh`, which leaves in the store what the runtime would."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from atelier.testing.s3 import S3
from include.contract.deployments import Profile, StoreSettings
from include.contract.engines import Job
from include.contract.ray import RaySettings
from operators.engines.identity import TaskKey
from operators.engines.ray.engine import RayEngine, RayTask
from operators.engines.ray.identity import INSTANCE
from tests.operators.engines.ray.api import FakeRay

ROOT = Path(__file__).resolve().parents[4]
REQUEST = "0" * 64
KEY = TaskKey("narrated_video", "manual__1", "image", -1, try_number=1, max_tries=7)
_INSTANCES = count()


def job(s3: S3, attempt: int = 1, grace_s: float = 2.0) -> Job:
    """The request of a try."""
    secrets = {"AWS_SECRET_ACCESS_KEY": "very-secret"}
    uri = f"s3://{s3.bucket}/v1/requests/{REQUEST}.json"
    return Job(request_uri=uri, attempt=attempt, grace_s=grace_s, environment={**secrets, "ATELIER_TIMEOUT_S": "60"})


def stage(folder: Path, s3: S3, script: str) -> str:
    """A program in the place of the stage side's Python: it runs `script`, and its log and message go to the store."""
    number = next(_INSTANCES)
    body, program = folder / f"script-{number}.sh", folder / f"python-{number}"
    body.write_text(script)
    runner = Path(__file__).with_name("left_by_script.py")
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} {runner} {body} {s3.bucket} {REQUEST} {KEY.dag_id} "
        f"{KEY.run_id} {KEY.task_id}\n"
    )
    program.chmod(0o755)
    return str(program)


def engine(
    ray: FakeRay,
    s3: S3,
    python: str,
    is_made: Callable[[int], bool] = lambda attempt: False,
    key: TaskKey = KEY,
    instance: str | None = None,
    counted: list[str] | None = None,
    shown: list[str] | None = None,
    **settings: Any,
) -> RayEngine:
    """The engine for a try of `key`."""
    told: dict[str, Any] = {"address": ray.address, "connection_id": "atelier_ray", "python": python, **settings}
    seen = counted if counted is not None else []
    pages = shown if shown is not None else []
    task = RayTask(
        key=key,
        metadata={**key.annotations(), INSTANCE: instance or f"instance-{next(_INSTANCES)}"},
        profile=Profile(cpu=0.5, memory_mib=512, gpus=1, gpu_share=0.25, ray_labels={"gpu": "h100"}),
        memory_mib=1024,
        timeout_s=60,
        store=StoreSettings(bucket=s3.bucket),
        is_made=is_made,
        count=seen.append,
        show=pages.append,
    )
    return RayEngine(RaySettings.model_validate(told), task)
