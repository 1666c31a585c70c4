"""A real Airflow without a triggerer, a real cluster: whose pods go, and whose stay."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.manifests import StoreAddress
from deploy.local.credentials import Credentials
from operators.dags.maintenance import MAINTENANCE_DAG
from operators.engines.identity import AIRFLOW_ANNOTATION, APP, APP_LABEL, TaskKey, installation_id
from operators.reaper.verdict import YOUNG_S
from tests.airflow_home import ROOT
from tests.cluster.embedded import API_SERVER, EmbeddedAirflow, airflow, kubernetes_connection, run_path, wait_for
from tests.deploy.kubernetes.pods import plain_pod
from tests.kube import Workplace, workplace

pytestmark = [pytest.mark.cluster, pytest.mark.long]
RETRIES = 2
STATE_LIMIT_S = 180.0
DEPLOYMENT = """\
engine: kubernetes
store: {{bucket: atelier}}
kubernetes: {{namespace: {namespace}, image: "stage:1"}}
profiles: {{}}
"""


def key(dag_id: str, run_id: str, task_id: str, map_index: int = -1) -> TaskKey:
    return TaskKey(dag_id, run_id, task_id, map_index, try_number=1, max_tries=RETRIES)


GONE = {
    "marked-failed": key("held", "marked-failed", "deferred"),
    "run-marked-failed": key("held", "run-marked-failed", "deferred"),
    "run-deleted": key("held", "run-deleted", "deferred"),
    "dag-deleted": key("short_lived", "dag-deleted", "deferred"),
    "run-timed-out": key("timed", "manual__2026-11-25T06:00:00+00:00", "deferred"),
}
CLEARED = {"cleared": key("held", "cleared", "deferred")}
WAITED_FOR = {
    "deferred": key("held", "deferred", "deferred"),
    "part-0": key("many", "many", "mapped", 0),
    "part-1": key("many", "many", "mapped", 1),
    "up-for-retry": key("many", "many", "retried"),
    "running": key("many", "many", "running"),
    "to-be-scheduled": key("many", "many", "pooled"),
}
FOREIGN = {"of-another-airflow": key("held", "never-there", "deferred")}
PODS = {**GONE, **CLEARED, **WAITED_FOR, **FOREIGN}
STAND_STILL = {
    ("mapped", 0): "deferred",
    ("mapped", 1): "deferred",
    ("retried", -1): "up_for_retry",
    ("running", -1): "running",
    ("pooled", -1): "scheduled",
}


@dataclass(frozen=True)
class Outcome:
    """What was there before and after, and what was said."""

    code: int
    lines: list[str]
    left: set[str]


@dataclass(frozen=True)
class Outcomes:
    """The same pods, swept in several ways."""

    dry_run: Outcome
    command: Outcome
    dag: Outcome
    without_airflow: Outcome
    """After the DAG, in its namespace."""


@pytest.fixture(scope="module")
def outcomes(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    dags, home = tmp_path_factory.mktemp("dags"), tmp_path_factory.mktemp("home")
    shutil.copy(Path(__file__).with_name("held.py"), dags)
    shutil.copy(ROOT / "dags" / "maintenance.py", dags)
    with two_workplaces(cluster, home) as (for_command, for_dag):
        deployment = home / "deployment.yaml"
        deployment.write_text(DEPLOYMENT.format(namespace=for_dag.namespace))
        settings = {
            "ATELIER_DEPLOYMENT": str(deployment),
            "AIRFLOW_CONN_KUBERNETES_DEFAULT": kubernetes_connection(for_dag.kubeconfig),
        }
        with airflow(home, dags, settings) as running:
            bring_to_a_standstill(running)
            make_pods(running, for_command, for_dag)
            created = time.monotonic()
            end_in_every_way(running)
            time.sleep(max(0.0, created + YOUNG_S + 3 - time.monotonic()))
            yield swept(running, for_command, for_dag)


@contextmanager
def two_workplaces(cluster: Cluster, folder: Path) -> Iterator[tuple[Workplace, Workplace]]:
    """Two namespaces, in each of which an Airflow has its usual rights and no others."""
    store = StoreAddress(cluster.host_address(), 1)
    with ExitStack() as stack:
        one, other = (stack.enter_context(workplace(cluster, store, Credentials(), folder)) for _ in range(2))
        yield one, other


def swept(running: EmbeddedAirflow, for_command: Workplace, for_dag: Workplace) -> Outcomes:
    def command(where: Workplace, *arguments: str) -> Outcome:
        code, lines = running.reaper(where.kubeconfig, "--namespace", where.namespace, *arguments)
        return Outcome(code, lines, living(where))

    dry_run, real = command(for_command, "--dry-run"), command(for_command)
    running.trigger(MAINTENANCE_DAG, "by-hand")
    state = wait_for(lambda: ended(running, MAINTENANCE_DAG, "by-hand"), STATE_LIMIT_S)
    lines = running.log_of(MAINTENANCE_DAG, "by-hand", "reaper")
    by_dag = Outcome(int(state != "success"), lines, living(for_dag))
    running.stop(API_SERVER)
    return Outcomes(dry_run, real, by_dag, command(for_dag))


def test_a_dry_run_says_what_would_go_and_deletes_nothing(outcomes: Outcomes) -> None:
    assert outcomes.dry_run.left == set(PODS)
    assert said(outcomes.dry_run, "Would remove") == set(GONE) | set(CLEARED)


def test_the_command_removes_what_nobody_waits_for(outcomes: Outcomes) -> None:
    assert outcomes.command.code == 0
    assert outcomes.command.left == set(WAITED_FOR) | set(FOREIGN)
    assert said(outcomes.command, "Removed") == set(GONE) | set(CLEARED)
    assert said(outcomes.command, "Left") == set(WAITED_FOR)


def test_the_dag_removes_the_same_and_leaves_a_cleared_pod_to_the_next_try(outcomes: Outcomes) -> None:
    assert outcomes.dag.code == 0, outcomes.dag.lines
    assert outcomes.dag.left == set(WAITED_FOR) | set(CLEARED) | set(FOREIGN)


def test_without_airflow_nothing_is_removed_and_the_message_says_so(outcomes: Outcomes) -> None:
    assert outcomes.without_airflow.code == 1
    assert outcomes.without_airflow.left == outcomes.dag.left
    assert said(outcomes.without_airflow, "Removed") == set()
    left = [line for line in outcomes.without_airflow.lines if "Left pod cleared" in line]
    assert len(left) == 1
    assert "Airflow does not answer at http" in left[0]


def bring_to_a_standstill(running: EmbeddedAirflow) -> None:
    """One run after another, each until its tasks wait."""
    running.ask("POST", "/pools", {"name": "closed", "slots": 0})
    running.trigger("many", "many")
    await_states(running, "many", "many", STAND_STILL)
    timed_out = GONE["run-timed-out"]
    for each in [*GONE.values(), *CLEARED.values(), WAITED_FOR["deferred"]]:
        if each is not timed_out:
            running.trigger(each.dag_id, each.run_id)
            await_states(running, each.dag_id, each.run_id, {("deferred", -1): "deferred"})
    running.trigger(timed_out.dag_id, timed_out.run_id)


def end_in_every_way(running: EmbeddedAirflow) -> None:
    """What people do in the UI, and what Airflow does by itself."""
    task = f"{run_path('held', 'marked-failed')}/taskInstances/deferred"
    running.ask("PATCH", task, {"new_state": "failed"})
    for run_id in ("run-marked-failed", "run-deleted"):
        running.ask("PATCH", run_path("held", run_id), {"state": "failed"})
    running.ask("DELETE", run_path("held", "run-deleted"))
    running.ask("PATCH", run_path("short_lived", "dag-deleted"), {"state": "failed"})
    running.ask("DELETE", "/dags/short_lived")
    clear = {"dry_run": False, "only_failed": False, "dag_run_id": "cleared", "task_ids": ["deferred"]}
    running.ask("POST", "/dags/held/clearTaskInstances", clear)
    raised = {("deferred", -1): ("deferred", RETRIES + 1)}
    wait_for(lambda: running.states("held", "cleared") == raised, STATE_LIMIT_S)
    await_states(running, "timed", GONE["run-timed-out"].run_id, {("deferred", -1): "skipped"})


def make_pods(running: EmbeddedAirflow, *places: Workplace) -> None:
    for name, each in PODS.items():
        installation = "another" if name in FOREIGN else id_of(running)
        annotations = each.annotations() | {AIRFLOW_ANNOTATION: installation}
        for place in places:
            pod = plain_pod("trap 'exit 143' TERM; sleep 600 & wait", {APP_LABEL: APP}, activeDeadlineSeconds=500)
            pod["metadata"] |= {"name": name, "annotations": annotations}
            pod["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "10m"
            place.admin.create_namespaced_pod(place.namespace, pod)


def id_of(running: EmbeddedAirflow) -> str:
    """What pods of this Airflow carry."""
    installation_id.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__API__BASE_URL", running.url)
        found = installation_id()
    installation_id.cache_clear()
    return found


def living(where: Workplace) -> set[str]:
    """Pods that nobody has asked to go."""
    pods = where.admin.list_namespaced_pod(where.namespace).items
    return {pod.metadata.name for pod in pods if pod.metadata.deletion_timestamp is None}


def await_states(running: EmbeddedAirflow, dag_id: str, run_id: str, wanted: dict[tuple[str, int], str]) -> None:
    wait_for(
        lambda: {each: state for each, (state, _) in running.states(dag_id, run_id).items()} == wanted, STATE_LIMIT_S
    )


def ended(running: EmbeddedAirflow, dag_id: str, run_id: str) -> str | None:
    state = running.ask("GET", run_path(dag_id, run_id))["state"]
    return state if state in ("success", "failed") else None


def said(outcome: Outcome, word: str) -> set[str]:
    """Pods of which a line says that word."""
    return {name for name in PODS if any(f"{word} pod {name} " in line for line in outcome.lines)}
