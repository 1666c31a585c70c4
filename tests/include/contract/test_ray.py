"""What a deployment may say about a Ray cluster."""

from __future__ import annotations

from typing import Any

import pytest

from include.contract.deployments import read_deployment
from include.contract.errors import BadRequest
from tests.foreign import written

RAY: dict[str, Any] = {
    "engine": "ray",
    "store": {"bucket": "atelier"},
    "ray": {"address": "http://127.0.0.1:8265"},
    "profiles": {
        "gpu-quarter": {"cpu": 1, "memory_mib": 8192, "gpus": 1, "gpu_share": 0.25, "ray_labels": {"gpu": "h100"}}
    },
}


def with_profile(**told: Any) -> dict[str, Any]:
    return {**RAY, "profiles": {"gpu-quarter": {"cpu": 1, "memory_mib": 8192, **told}}}


def test_a_cluster_needs_no_more_than_its_address() -> None:
    found = read_deployment(written(RAY), "d.yaml")
    assert found.ray is not None
    assert (found.ray.python, found.ray.connection_id, found.ray.deferrable) == ("python", None, True)
    assert found.engine_settings is found.ray


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        ({**RAY, "ray": {}}, "`ray.address`"),
        ({**RAY, "ray": {"address": "127.0.0.1:8265"}}, "as in `http://127.0.0.1:8265`"),
        ({**RAY, "ray": {"address": "http://user:secret@ray:8265"}}, "as in `http://127.0.0.1:8265`"),
        ({**RAY, "ray": {"address": "http://ray", "grace": 3}}, "`ray.grace`: is not a field"),
        ({**RAY, "ray": {"address": "http://ray", "workers": {"min": 9, "max": 3}}}, "`min` (9) is above `max` (3)"),
        ({**RAY, "ray": {"address": "http://ray", "workers": {"max": 0}}}, "`ray.workers.max`"),
        (with_profile(gpu_share=0.5), "`gpu_share` needs `gpus: 1` (found 0)"),
        (with_profile(gpus=2, gpu_share=0.5), "`gpu_share` needs `gpus: 1` (found 2)"),
        (with_profile(gpus=1, gpu_share=1.5), "`profiles.gpu-quarter.gpu_share`"),
        (with_profile(ray_labels={"gpu": "!h100"}), "the value of a label of Ray's nodes"),
        (with_profile(ray_labels={"": "h100"}), "the name of a label of Ray's nodes"),
    ],
)
def test_a_mistake_is_told_with_what_is_allowed(tree: dict[str, Any], says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read_deployment(written(tree), "d.yaml")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [(3, "ray: {address: http://ray, wrkers: {}}"), (4, "profiles: {big: {cpu: 1, memory_mib: 9, gpu_share: 0}}")],
)
def test_a_mistake_is_told_with_file_and_line(line: int, wrong: str) -> None:
    lines = ["engine: ray", "store: {bucket: atelier}", "ray: {address: http://ray}", "profiles: {}"]
    lines[line - 1] = wrong
    with pytest.raises(BadRequest) as caught:
        read_deployment("\n".join(lines), "d.yaml")
    assert str(caught.value).startswith(f"d.yaml, line {line}: ")


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ({"gpus": 1, "gpu_share": 0.5}, "`profiles.gpu-quarter.gpu_share` is for `engine: ray`"),
        ({"ray_labels": {"gpu": "h100"}}, "`profiles.gpu-quarter.ray_labels` is for `engine: ray`"),
    ],
)
def test_another_engine_refuses_what_is_rays_alone_and_says_what_there_is(profile: dict[str, Any], says: str) -> None:
    tree = with_profile(**profile) | {
        "engine": "kubernetes",
        "kubernetes": {"namespace": "atelier", "image": "atelier-stage:1"},
    }
    with pytest.raises(BadRequest) as caught:
        read_deployment(written(tree), "d.yaml")
    assert says in str(caught.value)
    assert "`gpu_resource`" in str(caught.value) or "`node_selector`" in str(caught.value)
