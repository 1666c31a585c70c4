"""What a deployment may say of a cluster."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from include.contract.cluster import (
    KubernetesName,
    KubernetesSettings,
    Placement,
    ResourceName,
    Toleration,
    TolerationOperator,
)
from include.contract.values import Quantity, quantity_bytes


@pytest.mark.parametrize(
    ("form", "good", "wrong"),
    [
        (KubernetesName, ("a", "atelier-stages", "node.example.org"), ("", "Atelier", "-a", "a-", "a_b", "a" * 254)),
        (ResourceName, ("nvidia.com/gpu", "amd.com/gpu_1"), ("gpu", "nvidia.com/", "NVIDIA.com/gpu", "a/b/c")),
        (Quantity, ("20Gi", "512Mi"), ("20", "20G", "1.5Gi", "-1Gi")),
    ],
)
def test_names_and_amounts_have_the_forms_that_kubernetes_takes(
    form: Any, good: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    reader = TypeAdapter(form)
    assert [reader.validate_python(one) for one in good] == list(good)
    for one in wrong:
        with pytest.raises(ValidationError):
            reader.validate_python(one)


def test_a_cluster_needs_a_namespace_and_an_image_and_nothing_more() -> None:
    settings = KubernetesSettings(namespace="stages", image="atelier:1")
    assert settings.store_secret == "atelier-store"
    with pytest.raises(ValidationError):
        KubernetesSettings.model_validate({"namespace": "stages"})


def test_rights_may_stand_in_for_the_secret() -> None:
    assert KubernetesSettings(namespace="stages", image="atelier:1", store_secret=None).store_secret is None


@pytest.mark.parametrize(
    "wrong",
    [{"sync_wait_s": -1}, {"schedule_timeout_s": 0}, {"log_bytes_per_s": 0}, {"image_pull_policy": "Sometimes"}],
)
def test_times_and_policies_are_those_that_can_be_kept(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KubernetesSettings.model_validate({"namespace": "stages", "image": "atelier:1", **wrong})


def test_a_toleration_compares_its_value_and_holds_for_every_effect_unless_it_says_otherwise() -> None:
    (one,) = Placement.model_validate({"tolerations": [{"key": "gpu"}]}).tolerations
    assert one == Toleration(key="gpu", operator=TolerationOperator.EQUAL, value=None, effect=None)
    with pytest.raises(ValidationError):
        Toleration.model_validate({"key": "gpu", "effect": "NoStart"})


def test_an_amount_is_so_many_bytes() -> None:
    assert [quantity_bytes(each) for each in ("512Mi", "20Gi", "1Ti")] == [2**29, 20 * 2**30, 2**40]
