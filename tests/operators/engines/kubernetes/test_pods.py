from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

from include.contract.cluster import KubernetesSettings, SpotNodes, Toleration, TolerationOperator
from include.contract.deployments import Profile
from include.contract.engines import TaskTry
from include.contract.requests import Execution
from operators.engines.identity import TaskKey
from operators.engines.kubernetes.pods import PodShape, pod_arguments, pod_of_try
from tests.operators.engines.kubernetes.pods import KEY, plain

pytestmark = pytest.mark.usefixtures("connection")
ENGINE = KubernetesSettings(namespace="atelier", image="stage@sha256:ab")
REQUEST = "s3://atelier/v1/requests/ab.json"
GPU = Profile(
    cpu=4, memory_mib=16384, gpus=2, gpu_products=("NVIDIA-L4", "NVIDIA-A10"), runtime_class="nvidia",
    priority_class="atelier-batch", image="stage:cuda", queue="video-team",
    tolerations=(Toleration(key="nvidia.com/gpu", operator=TolerationOperator.EXISTS),),
    spot=SpotNodes(node_selector={"kind": "spot"}, tolerations=(Toleration(key="kind", value="spot"),)),
)  # fmt: skip
CPU = Profile(cpu=0.5, memory_mib=1024)


def made(profile: Profile, engine: KubernetesSettings = ENGINE, key: TaskKey = KEY, **shape: Any) -> dict[str, Any]:
    """The pod of a try, as JSON."""
    operator = KubernetesPodOperator(
        task_id="image", name="image", cmds=["python"], arguments=["-m", "include.runtime", "run"],
        do_xcom_push=False, **pod_arguments(engine, profile, timeout_s=90.5),
    )  # fmt: skip
    wanted = PodShape(**{"memory_mib": profile.memory_mib, **shape})
    found: dict[str, Any] = plain(pod_of_try(operator.build_pod_request_obj(), key, profile, wanted, REQUEST))
    return found


def resources(pod: dict[str, Any]) -> Any:
    return pod["spec"]["containers"][0]["resources"]


def test_gpu_work_gets_exactly_what_it_asks_for() -> None:
    wanted = {"cpu": "4", "memory": "16384Mi", "nvidia.com/gpu": "2"}
    assert resources(made(GPU)) == {"requests": wanted, "limits": wanted}


def test_work_without_a_gpu_may_use_idle_processors_and_no_more_memory() -> None:
    assert resources(made(CPU)) == {
        "requests": {"cpu": "0.5", "memory": "1024Mi"},
        "limits": {"memory": "1024Mi"},
    }


def test_a_part_of_a_gpu_is_just_another_resource() -> None:
    part = GPU.model_copy(update={"gpu_resource": "nvidia.com/mig-1g.10gb", "gpus": 1})
    assert resources(made(part))["limits"]["nvidia.com/mig-1g.10gb"] == "1"


def test_a_profile_says_where_its_pods_go() -> None:
    spec = made(GPU)["spec"]
    assert (spec["runtimeClassName"], spec["priorityClassName"]) == ("nvidia", "atelier-batch")
    assert spec["containers"][0]["image"] == "stage:cuda"
    required = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    (term,) = required["nodeSelectorTerms"][0]["matchExpressions"]
    assert term == {"key": "nvidia.com/gpu.product", "operator": "In", "values": ["NVIDIA-L4", "NVIDIA-A10"]}
    assert made(GPU)["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "video-team"
    assert "kueue.x-k8s.io/queue-name" not in made(CPU)["metadata"]["labels"]


def test_the_last_try_leaves_spot_nodes() -> None:
    spot, safe = made(GPU)["spec"], made(GPU, may_use_spot=False)["spec"]
    assert spot["nodeSelector"] == {"kind": "spot"}
    assert [t["key"] for t in spot["tolerations"]] == ["nvidia.com/gpu", "kind"]
    assert not safe.get("nodeSelector")
    assert [t["key"] for t in safe["tolerations"]] == ["nvidia.com/gpu"]


def test_what_was_learnt_of_memory_is_asked_for() -> None:
    assert resources(made(CPU, memory_mib=4096))["limits"]["memory"] == "4096Mi"


def test_a_pod_is_named_and_found_by_its_task() -> None:
    pod = made(CPU)
    assert pod["metadata"]["name"] == KEY.pod_name()
    assert pod["metadata"]["labels"]["atelier.dev/task"] == KEY.task_digest()
    assert TaskKey.read(pod["metadata"]["annotations"]) == KEY
    assert pod["metadata"]["annotations"]["atelier.dev/request"] == REQUEST
    later = made(CPU, key=replace(KEY, try_number=2))
    assert later["metadata"]["labels"]["atelier.dev/task"] == pod["metadata"]["labels"]["atelier.dev/task"]
    assert later["metadata"]["name"] != pod["metadata"]["name"]


def test_a_pod_runs_the_request_and_knows_its_try() -> None:
    container = made(CPU, key=replace(KEY, try_number=3))["spec"]["containers"][0]
    assert [*container["command"], *container["args"]] == ["python", "-m", "include.runtime", "run", REQUEST]
    variables = {each["name"]: each.get("value") for each in container["env"]}
    assert variables["ATELIER_ATTEMPT"] == "3"
    assert variables["ATELIER_IMAGE_DIGEST"] == "sha256:ab"
    assert variables["ATELIER_SCRATCH"] == "/scratch"


def test_credentials_come_from_a_secret_or_the_service_account_and_no_sidecar_is_there() -> None:
    spec = made(CPU)["spec"]
    assert [c["name"] for c in spec["containers"]] == ["base"]
    assert spec["containers"][0]["envFrom"] == [{"secretRef": {"name": "atelier-store"}}]
    assert not made(CPU, ENGINE.model_copy(update={"store_secret": None}))["spec"]["containers"][0].get("envFrom")
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == ("atelier-stage", False)


def test_a_pod_that_asks_a_models_server_has_the_key_from_its_secret_and_no_other_has() -> None:
    assert "ATELIER_MODEL" not in str(
        [each for each in made(CPU)["spec"]["containers"][0]["env"] if "valueFrom" in each]
    )
    variables = {each["name"]: each for each in made(CPU, model_secret="llm")["spec"]["containers"][0]["env"]}
    for name, is_optional in (("KEY", False), ("ADDRESS", True), ("CA", True)):
        found = variables[f"ATELIER_MODEL_{name}"]["valueFrom"]["secretKeyRef"]
        assert found == {"name": "llm", "key": f"ATELIER_MODEL_{name}", "optional": is_optional}
    assert variables["ATELIER_MODEL_KEY_HOLDER"]["value"] == "the Secret `llm`"


def test_a_try_that_asks_no_server_gets_no_key() -> None:
    engine = ENGINE.model_copy(update={"model_secret": "llm"})
    task = TaskTry(None, None, CPU, 2048, False, is_made=lambda attempt: False, count=lambda uid: None)
    assert PodShape.of(task, engine) == PodShape(2048, may_use_spot=False)
    assert PodShape.of(replace(task, asks_server=True), engine).model_secret == "llm"
    assert PodShape.of(replace(task, asks_server=True), ENGINE).model_secret is None


def test_a_stage_knows_how_much_time_it_has() -> None:
    variables = {each["name"]: each.get("value") for each in made(CPU)["spec"]["containers"][0]["env"]}
    assert variables["ATELIER_TIMEOUT_S"] == "90.5"


def test_a_stage_knows_how_many_devices_it_has_if_several() -> None:
    variables = {each["name"]: each.get("value") for each in made(GPU)["spec"]["containers"][0]["env"]}
    assert variables["ATELIER_DEVICES"] == "2"
    assert "ATELIER_DEVICES" not in [each["name"] for each in made(CPU)["spec"]["containers"][0]["env"]]


def test_a_pod_keeps_the_restricted_standard_and_its_time() -> None:
    spec = made(CPU)["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["activeDeadlineSeconds"] == 91
    assert spec["restartPolicy"] == "Never"
    assert spec["terminationGracePeriodSeconds"] == Execution().grace_s + 5


@pytest.mark.parametrize("claim", [None, "models"])
def test_scratch_is_the_pods_own_and_the_cache_may_be_shared(claim: str | None) -> None:
    engine = ENGINE.model_copy(update={"model_cache_claim": claim})
    volumes = {each["name"]: each for each in made(CPU, engine)["spec"]["volumes"]}
    assert volumes["scratch"]["emptyDir"]["sizeLimit"] == CPU.scratch
    assert ("emptyDir" in volumes["cache"]) is (claim is None)
    if claim:
        assert volumes["cache"]["persistentVolumeClaim"]["claimName"] == claim


def test_what_looks_unchanged_in_a_cache_is_not_made_to_look_changed_by_a_start() -> None:
    assert made(CPU)["spec"]["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"


def test_how_much_models_may_take_and_how_they_are_checked_is_told() -> None:
    engine = ENGINE.model_copy(update={"model_cache_limit": "2Gi", "verify_models": True})
    variables = {each["name"]: each.get("value") for each in made(CPU, engine)["spec"]["containers"][0]["env"]}
    assert variables["ATELIER_MODEL_CACHE_BYTES"] == str(2 * 2**30)
    assert variables["ATELIER_MODEL_CACHE"] == "verify"


def test_a_failed_pods_spec_is_never_logged() -> None:
    arguments = pod_arguments(ENGINE, CPU, 60)
    assert arguments["log_pod_spec_on_failure"] is False
    assert isinstance(arguments["container_resources"], k8s.V1ResourceRequirements)


def test_a_claim_for_pieces_is_mounted_in_pods_that_publish_outside_of_the_store_alone() -> None:
    engine = ENGINE.model_copy(update={"publish_claim": "site"})
    for publishes in (True, False):
        arguments = pod_arguments(engine, CPU, 60, publishes_outside=publishes)
        volumes = {volume.name: volume for volume in arguments["volumes"]}
        mounts = {mount.name: mount.mount_path for mount in arguments["volume_mounts"]}
        variables = {variable.name: variable.value for variable in arguments["env_vars"]}
        assert volumes.keys() == mounts.keys()
        assert variables.get("ATELIER_PUBLISH_FOLDER") == mounts.get("published")
        assert ("published" in volumes) is publishes
        if publishes:
            assert volumes["published"].persistent_volume_claim.claim_name == "site"
