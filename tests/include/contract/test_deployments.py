"""Deployments: what a profile means is said once, and a wrong one is refused."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given

from include.contract.deployments import Profile, read_deployment
from include.contract.errors import BadRequest
from include.contract.yaml12 import read_yaml
from tests.foreign import damaged, written

SHIPPED = Path(__file__).resolve().parents[3] / "include" / "deployments"
LOCAL = (SHIPPED / "local.yaml").read_text()


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_deployment_is_right(path: Path) -> None:
    assert read_deployment(path.read_text(), path.name).store.domain().uri("v1/x").startswith("s3://")


def test_an_unknown_profile_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadRequest, match="`gpu-24g` is not in this deployment; allowed: cpu-medium, cpu-small"):
        read_deployment(LOCAL, "local.yaml").profile("gpu-24g")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "engine: process",
            "engine: mainframe",
            "line 2: `engine`: is not known (found 'mainframe'); allowed: process, kubernetes, ray",
        ),
        ("bucket: atelier", "bucket: A", "`store.bucket`"),
        ("process:\n", "proces:\n", "`proces`: is not a field"),
        ("cpu: 1,", "cpu: 0,", "`profiles.cpu-small.cpu`: is too small (found 0); allowed: a number from 0.001"),
    ],
)
def test_a_mistake_is_told_where_it_stands(old: str, new: str, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read_deployment(LOCAL.replace(old, new), "d.yaml")
    assert says in str(caught.value)


TREE = read_yaml(LOCAL, "local.yaml").value
CLUSTER = read_yaml((SHIPPED / "kubernetes.yaml").read_text(), "kubernetes.yaml").value


def numbers_in(tree: Any) -> list[float]:
    if isinstance(tree, dict | list):
        return [number for inner in (tree.values() if isinstance(tree, dict) else tree) for number in numbers_in(inner)]
    return [tree] if isinstance(tree, int | float) else []


@given(damaged(TREE) | damaged(CLUSTER))
@example({**TREE, "files": 1 << 20_000})
@example({**TREE, "files": "a\x00b"})
@example({**TREE, "profiles": {"cpu-small": {"cpu": math.inf, "memory_mib": 1 << 20_000}}})
@example({**CLUSTER, "kubernetes": {**CLUSTER["kubernetes"], "schedule_timeout_s": 1e300}})
def test_a_deployment_that_is_accepted_has_numbers_that_one_can_count_with(tree: Any) -> None:
    try:
        found = read_deployment(written(tree), "d.yaml")
    except BadRequest:
        return
    assert all(abs(number) <= 2**31 for number in numbers_in(found.model_dump()))
    for profile in found.profiles.values():
        assert profile.more_memory_mib(profile.memory_mib) is None or profile.memory_max_mib
    assert read_deployment(found.model_dump_json(exclude_none=True), "d.yaml") == found


def test_memory_doubles_up_to_the_profiles_limit() -> None:
    profile = Profile(cpu=1, memory_mib=512, memory_max_mib=1500)
    steps = [profile.memory_mib]
    while (more := profile.more_memory_mib(steps[-1])) is not None:
        steps.append(more)
    assert steps == [512, 1024, 1500]
    assert Profile(cpu=1, memory_mib=512).more_memory_mib(512) is None


def test_a_stage_takes_as_many_slots_as_it_has_gpus_unless_its_profile_says_otherwise() -> None:
    slots = [Profile(cpu=1, memory_mib=1, gpus=gpus).slots for gpus in (0, 1, 4)]
    assert slots == [1, 1, 4]
    assert Profile(cpu=1, memory_mib=1, gpus=4, pool_slots=2).slots == 2
