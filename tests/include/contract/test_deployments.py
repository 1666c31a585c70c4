"""Deployments: what a profile means is said once, and a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.deployments import read_deployment
from include.contract.errors import BadRequest

SHIPPED = Path(__file__).resolve().parents[3] / "include" / "deployments"
LOCAL = (SHIPPED / "local.yaml").read_text()


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_deployment_is_right(path: Path) -> None:
    assert read_deployment(path.read_text(), path.name).store.domain().uri("v1/x").startswith("s3://")


def test_an_unknown_profile_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadRequest, match="`gpu-24g` is not in this deployment; it has cpu-medium, cpu-small"):
        read_deployment(LOCAL, "local.yaml").profile("gpu-24g")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("engine: process", "engine: mainframe", "line 2: `engine`: Input should be"),
        ("bucket: atelier", "bucket: A", "`store.bucket`"),
        ("process:\n", "proces:\n", "`proces` is not a field"),
        ("cpu: 1,", "cpu: 0,", "`profiles.cpu-small.cpu`: Input should be greater than 0 (found 0)"),
    ],
)
def test_a_mistake_is_told_where_it_stands(old: str, new: str, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read_deployment(LOCAL.replace(old, new), "d.yaml")
    assert says in str(caught.value)
