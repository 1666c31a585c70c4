from __future__ import annotations

from datetime import timedelta
from typing import Any

from include.contract.deployments import Deployment, Profile, StoreSettings
from include.contract.engines import EngineName, ProcessSettings, TaskTry
from operators.engines.kubernetes.engine import KubernetesEngine
from operators.engines.process import ProcessEngine
from operators.engines.selection import engine_of, operator_arguments
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.operators.context import Ti, context_of

SMALL = Profile(cpu=1, memory_mib=512)


def deployment(engine: EngineName, **settings: Any) -> Deployment:
    both = {
        "process": ProcessSettings(python="python", scratch="scratch", cache="cache"),
        "kubernetes": {"namespace": "atelier", "image": "stage:1"},
    }
    return Deployment.model_validate(
        {"engine": engine, "store": StoreSettings(bucket="atelier"), "profiles": {"small": SMALL}, **both, **settings}
    )


def one_try() -> TaskTry:
    return TaskTry(
        operator=None, context=context_of(Ti("image")), profile=SMALL, memory_mib=512, may_use_spot=True,
        is_made=lambda attempt: False, count=lambda uid: None,
    )  # fmt: skip


def test_the_engine_is_the_one_that_the_deployment_names_though_it_has_settings_of_more() -> None:
    assert isinstance(engine_of(deployment(EngineName.PROCESS), one_try()), ProcessEngine)
    assert isinstance(engine_of(deployment(EngineName.KUBERNETES), one_try()), KubernetesEngine)


def test_a_childs_time_begins_with_its_task_and_a_pods_on_its_node() -> None:
    child = operator_arguments(deployment(EngineName.PROCESS), SMALL, 60)
    pod = operator_arguments(deployment(EngineName.KUBERNETES), SMALL, 60)
    assert child["execution_timeout"] == timedelta(seconds=60)
    assert "execution_timeout" not in pod
    assert pod["active_deadline_seconds"] == 60
    assert child["container_resources"] == pod["container_resources"], "Airflow shows them beside the task"
