from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables import trigger

from include.contract.cluster import KubernetesSettings
from include.contract.deployments import Deployment, Profile, StoreSettings
from include.contract.engines import EngineName, ProcessSettings
from operators.dags.maintenance import MAINTENANCE_DAG, VERIFICATION_DAG, maintenance_dag, verification_dag
from operators.published.verification import VerifyOperator
from operators.reaper.operator import ReaperOperator
from tests import airflow_home  # noqa: F401 - Airflow's home before anything imports Airflow


@pytest.fixture
def on_kubernetes() -> Deployment:
    return Deployment(
        engine=EngineName.KUBERNETES,
        store=StoreSettings(bucket="atelier"),
        kubernetes=KubernetesSettings(namespace="stages", image="stage:1"),
        profiles={"cpu-small": Profile(cpu=1, memory_mib=512)},
    )


@pytest.fixture
def dag(on_kubernetes: Deployment) -> DAG:
    made = maintenance_dag(on_kubernetes)
    assert made is not None
    return made


def test_it_sweeps_the_namespace_of_the_stages_again_and_again_one_at_a_time(dag: DAG) -> None:
    (task,) = dag.tasks
    assert isinstance(task, ReaperOperator)
    assert task.engine.namespace == "stages"
    assert (dag.dag_id, dag.max_active_runs, dag.catchup) == (MAINTENANCE_DAG, 1, False)
    assert dag.is_paused_upon_creation is False
    assert dag.params["dry_run"] is False


def test_what_is_published_is_read_each_night_wherever_stages_run(on_kubernetes: Deployment) -> None:
    for deployment in (on_kubernetes, as_processes(on_kubernetes)):
        dag = verification_dag(deployment)
        (task,) = dag.tasks
        assert isinstance(task, VerifyOperator)
        assert task.deployment == deployment
        assert (dag.dag_id, dag.max_active_runs, dag.catchup) == (VERIFICATION_DAG, 1, False)
        assert dag.is_paused_upon_creation is False
        assert (dag.params["from"], dag.params["to"]) == (None, None)
        dag.params.validate()


def test_a_new_installation_waits_for_its_first_night(
    on_kubernetes: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    dag = DagSerialization.from_dict(DagSerialization.to_dict(verification_dag(on_kubernetes)))
    for hour in (3, 4, 12):
        now = datetime(2026, 11, 28, hour, 44, tzinfo=UTC)
        monkeypatch.setattr(trigger, "utcnow", lambda now=now: now)
        first = dag.next_dagrun_info(last_automated_run_info=None)
        assert first is not None
        assert now < first.run_after <= now + timedelta(days=1)


def test_airflow_can_keep_them_in_its_database(dag: DAG, on_kubernetes: Deployment) -> None:
    for each in (dag, verification_dag(on_kubernetes)):
        kept: Any = DagSerialization.to_dict(each)
        assert DagSerialization.from_dict(kept).dag_id == each.dag_id


def test_stages_that_are_child_processes_leave_nothing_to_sweep(on_kubernetes: Deployment) -> None:
    assert maintenance_dag(as_processes(on_kubernetes)) is None


def as_processes(deployment: Deployment) -> Deployment:
    here = ProcessSettings(python="python", scratch="scratch", cache="cache")
    return deployment.model_copy(update={"engine": EngineName.PROCESS, "process": here})
