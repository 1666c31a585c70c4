"""What a stage's pod looks like: the operator's arguments from profile and deployment, and the pod of one try."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from kubernetes.client import Configuration
from kubernetes.client import models as k8s

from include.contract import environment
from include.contract.cluster import KubernetesSettings, Toleration
from include.contract.deployments import Profile
from include.contract.engines import TaskTry, devices_variable
from include.contract.requests import Execution
from operators.engines.identity import (
    APP,
    APP_LABEL,
    MANAGED_BY,
    MANAGED_BY_LABEL,
    QUEUE_LABEL,
    REQUEST_ANNOTATION,
    TASK_LABEL,
    TaskKey,
)

SCRATCH = "/scratch"
CACHE = "/cache"
PUBLISH_FOLDER = "/published"
GRACE_S = math.ceil(Execution().grace_s) + 5
"""Grace period of a pod that is asked to stop: the stage's own, and a little for the process to end."""
_GPU_PRODUCT_LABEL = "nvidia.com/gpu.product"
_USER = 10001


@dataclass(frozen=True)
class PodShape:
    """What may differ between the pods of two tries."""

    memory_mib: int
    may_use_spot: bool = True
    model_secret: str | None = None
    """Secret with the key to the server that has the model, where it is on one."""

    @classmethod
    def of(cls, task: TaskTry, engine: KubernetesSettings) -> Self:
        """What the pod of `task` gets."""
        return cls(task.memory_mib, task.may_use_spot, engine.model_secret if task.asks_server else None)


def pod_arguments(
    engine: KubernetesSettings, profile: Profile, timeout_s: float, publishes_outside: bool = False
) -> dict[str, Any]:
    """Arguments of a KubernetesPodOperator for a stage with `profile`.

    :param publishes_outside: whether it puts pieces in a place outside the store.
    """
    claims = {"cache": engine.model_cache_claim, "published": engine.publish_claim if publishes_outside else None}
    mounts = {"scratch": SCRATCH, "cache": CACHE, **({"published": PUBLISH_FOLDER} if claims["published"] else {})}
    return {
        "kubernetes_conn_id": engine.connection_id,
        "namespace": engine.namespace,
        "random_name_suffix": False,
        "image": profile.image or engine.image,
        "image_pull_policy": engine.image_pull_policy.value,
        "image_pull_secrets": [k8s.V1LocalObjectReference(name) for name in engine.image_pull_secrets],
        "service_account_name": engine.service_account,
        "automount_service_account_token": False,
        "labels": _labels(profile),
        "container_resources": resources(profile, profile.memory_mib),
        "node_selector": dict(profile.node_selector),
        "affinity": _affinity(profile.gpu_products),
        "tolerations": tolerations(profile.tolerations),
        "priority_class_name": profile.priority_class,
        "runtime_class_name": profile.runtime_class,
        "env_vars": _variables(engine, profile, timeout_s, publishes="published" in mounts),
        "env_from": _store_access(engine),
        "volumes": [_volume(name, claims.get(name), profile) for name in mounts],
        "volume_mounts": [k8s.V1VolumeMount(name=name, mount_path=path) for name, path in mounts.items()],
        "security_context": _pod_security(),
        "container_security_context": _container_security(),
        "termination_grace_period": GRACE_S,
        "active_deadline_seconds": math.ceil(timeout_s),
        "deferrable": engine.deferrable,
        "log_pod_spec_on_failure": False,
    }


def pod_of_try(built: k8s.V1Pod, key: TaskKey, profile: Profile, shape: PodShape, request_uri: str) -> k8s.V1Pod:
    """The operator's pod `built` as the pod of one try."""
    metadata, spec = built.metadata, built.spec
    metadata.name = key.pod_name()
    metadata.labels |= {TASK_LABEL: key.task_digest()}
    metadata.annotations = {**(metadata.annotations or {}), **key.annotations(), REQUEST_ANNOTATION: request_uri}
    container = spec.containers[0]
    container.args = [*container.args, request_uri]
    container.env = [*(container.env or ()), k8s.V1EnvVar(environment.ATTEMPT, str(key.try_number))]
    if shape.model_secret is not None:
        container.env += _model_access(shape.model_secret)
    container.resources = resources(profile, shape.memory_mib)
    if profile.spot is not None and shape.may_use_spot:
        spec.node_selector = {**(spec.node_selector or {}), **profile.spot.node_selector}
        spec.tolerations = [*(spec.tolerations or ()), *tolerations(profile.spot.tolerations)]
    return built


def resources(profile: Profile, memory_mib: int) -> k8s.V1ResourceRequirements:
    """Memory is limited to the request, and so are processors beside a GPU; otherwise idle ones may be used."""
    requests = {"cpu": f"{profile.cpu:g}", "memory": f"{memory_mib}Mi"}
    limits = {"memory": f"{memory_mib}Mi"}
    if profile.gpus:
        requests[profile.gpu_resource] = str(profile.gpus)
        limits = dict(requests)
    return k8s.V1ResourceRequirements(requests=requests, limits=limits, local_vars_configuration=_checks())


@cache
def _checks() -> Configuration:
    """What the client's models are checked by; to make one for each costs a stage more than all else of its parse."""
    return Configuration()


def tolerations(given: Iterable[Toleration]) -> list[k8s.V1Toleration]:
    """Tolerations as the cluster's API takes them."""
    return [
        k8s.V1Toleration(
            key=each.key,
            operator=each.operator.value,
            value=each.value,
            effect=each.effect.value if each.effect else None,
        )
        for each in given
    ]


def _labels(profile: Profile) -> dict[str, str]:
    labels = {APP_LABEL: APP, MANAGED_BY_LABEL: MANAGED_BY}
    return {**labels, QUEUE_LABEL: profile.queue} if profile.queue else labels


def _variables(engine: KubernetesSettings, profile: Profile, timeout_s: float, publishes: bool) -> list[k8s.V1EnvVar]:
    """What a stage sees beside its credentials; the same names as the process engine's."""
    _, _, digest = (profile.image or engine.image).partition("@")
    variables = {
        "HOME": SCRATCH,
        "TMPDIR": SCRATCH,
        "PYTHONUNBUFFERED": "1",
        environment.SCRATCH: SCRATCH,
        environment.CACHE: CACHE,
        environment.IMAGE_DIGEST: digest,
        environment.TIMEOUT: f"{timeout_s:g}",
        **devices_variable(profile.gpus),
        **engine.model_variables(),
        **({environment.PUBLISH_FOLDER: PUBLISH_FOLDER} if publishes else {}),
    }
    return [k8s.V1EnvVar(name, value) for name, value in variables.items()]


def _store_access(engine: KubernetesSettings) -> list[k8s.V1EnvFromSource]:
    if engine.store_secret is None:
        return []
    return [k8s.V1EnvFromSource(secret_ref=k8s.V1SecretEnvSource(name=engine.store_secret))]


def _model_access(secret: str) -> list[k8s.V1EnvVar]:
    """The key to a model's server, and beside it for which one it is and whom to trust there."""
    variables = [k8s.V1EnvVar(environment.MODEL_KEY_HOLDER, f"the Secret `{secret}`")]
    for name in (environment.MODEL_KEY, environment.MODEL_ADDRESS, environment.MODEL_CA):
        selector = k8s.V1SecretKeySelector(name=secret, key=name, optional=name != environment.MODEL_KEY)
        variables.append(k8s.V1EnvVar(name, value_from=k8s.V1EnvVarSource(secret_key_ref=selector)))
    return variables


def _volume(name: str, claim: str | None, profile: Profile) -> k8s.V1Volume:
    """What a claim has, or a folder that goes with the pod."""
    if claim is None:
        return k8s.V1Volume(name=name, empty_dir=k8s.V1EmptyDirVolumeSource(size_limit=profile.scratch))
    return k8s.V1Volume(name=name, persistent_volume_claim=k8s.V1PersistentVolumeClaimVolumeSource(claim_name=claim))


def _affinity(products: tuple[str, ...]) -> k8s.V1Affinity | None:
    if not products:
        return None
    wanted = k8s.V1NodeSelectorRequirement(key=_GPU_PRODUCT_LABEL, operator="In", values=list(products))
    terms = k8s.V1NodeSelector(node_selector_terms=[k8s.V1NodeSelectorTerm(match_expressions=[wanted])])
    node = k8s.V1NodeAffinity(required_during_scheduling_ignored_during_execution=terms)
    return k8s.V1Affinity(node_affinity=node)


def _pod_security() -> k8s.V1PodSecurityContext:
    return k8s.V1PodSecurityContext(
        run_as_non_root=True,
        run_as_user=_USER,
        run_as_group=_USER,
        fs_group=_USER,
        fs_group_change_policy="OnRootMismatch",  # else every start gives each file of a claim another time of change
        seccomp_profile=k8s.V1SeccompProfile(type="RuntimeDefault"),
    )


def _container_security() -> k8s.V1SecurityContext:
    return k8s.V1SecurityContext(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=k8s.V1Capabilities(drop=["ALL"]),
    )
