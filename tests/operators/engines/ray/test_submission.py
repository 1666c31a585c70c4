from __future__ import annotations

import shlex
from typing import Any

import pytest

from include.contract.deployments import Profile
from include.contract.engines import Job
from include.contract.ray import RaySettings, WorkerLimits, WorkerSpec
from operators.engines.ray.submission import DRIVER_MIB, submission_of

URI = f"s3://atelier/v1/requests/{'0' * 64}.json"


def asked(python: str = "python", grace_s: float = 25.0, profile: dict[str, Any] | None = None) -> dict[str, Any]:
    job = Job(URI, 2, grace_s, {"AWS_SECRET_ACCESS_KEY": "very-secret"})
    settings = RaySettings.model_validate({"address": "http://ray:8265", "python": python, "verify_models": True})
    meant = Profile.model_validate({"cpu": 1, "memory_mib": 512, **(profile or {})})
    return submission_of(job, "atelier-x-2", {"a": "b"}, settings, meant, 2048)


def test_the_python_is_one_word_whatever_it_is_called() -> None:
    assert shlex.split(asked("/opt/my python; rm")["entrypoint"]) == [
        "exec", "/opt/my python; rm", "-m", "include.runtime", "run", URI,
    ]  # fmt: skip


def test_ray_kills_it_after_its_grace_and_a_little() -> None:
    assert asked(grace_s=2.5)["runtime_env"]["env_vars"]["RAY_JOB_STOP_WAIT_TIME_S"] == "8"


def test_a_limit_that_nobody_set_is_none_and_models_are_treated_as_the_settings_say() -> None:
    variables = asked()["runtime_env"]["env_vars"]
    assert "ATELIER_DEADLINE_S" not in variables
    assert variables["ATELIER_MODEL_CACHE"] == "verify"
    assert "very-secret" not in variables.values()


@pytest.mark.parametrize(
    ("profile", "workers"),
    [
        ({}, {"cpu": 1.0}),
        ({"cpu": 0.25}, {"cpu": 0.25}),
        ({"cpu": 2.5}, {"cpu": 3.0}),
        ({"gpus": 2}, {"cpu": 1.0, "gpus": 2.0}),
        ({"gpus": 1, "gpu_share": 0.25}, {"cpu": 1.0, "gpus": 0.25}),
        ({"ray_labels": {"gpu": "h100"}}, {"cpu": 1.0, "labels": {"gpu": "h100"}}),
    ],
)
def test_workers_get_what_the_profile_says_and_the_memory_of_the_try_and_the_driver_its_own(
    profile: dict[str, Any], workers: dict[str, Any]
) -> None:
    found = asked(profile=profile)
    spec = WorkerSpec.model_validate_json(found["runtime_env"]["env_vars"]["ATELIER_WORKER"])
    limits = WorkerLimits()
    assert spec == WorkerSpec(memory_mib=2048, schedule_timeout_s=3600, workers=limits, **workers)
    reserved = {name: value for name, value in found.items() if name.startswith("entrypoint_")}
    assert reserved == {"entrypoint_memory": DRIVER_MIB << 20}
