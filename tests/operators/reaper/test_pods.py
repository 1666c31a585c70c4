from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from airflow.sdk import TaskInstanceState
from kubernetes.client import ApiClient, Configuration, CoreV1Api

from include.contract.errors import BadRequest, ClusterAway
from operators.engines.identity import TaskKey, installation_id
from operators.reaper import pods as module
from operators.reaper import sweep
from operators.reaper.answers import Answer, InstanceFound, InstanceKey, NoInstance, Silence
from operators.reaper.pods import sweep_pods
from operators.reaper.sweep import Report
from tests.operators.reaper.cluster import NAMESPACE, Cluster, of_another_airflow, pod
from tests.operators.reaper.server import Answers, serving

pytestmark = pytest.mark.usefixtures("base_url")


def key(task_id: str, try_number: int = 1) -> TaskKey:
    return TaskKey("film", "manual__1", task_id, -1, try_number, max_tries=7)


class Told:
    """An Airflow that says of each task what the test says."""

    def __init__(self, **answers: Answer) -> None:
        self._answers = answers
        self.asked: list[Collection[InstanceKey]] = []

    def ask(self, instances: Collection[InstanceKey]) -> Mapping[InstanceKey, Answer]:
        self.asked.append(instances)
        return {each: self._answers[each.task_id] for each in instances}


FAILED, RUNNING = InstanceFound(TaskInstanceState.FAILED, 7), InstanceFound(TaskInstanceState.RUNNING, 7)


@contextmanager
def client_of(answers: Answers) -> Iterator[CoreV1Api]:
    with serving(answers) as server, ApiClient(Configuration(host=server.url)) as connection:
        yield CoreV1Api(connection)


Swept = Callable[..., Report]


@pytest.fixture
def swept(caplog: pytest.LogCaptureFixture) -> Swept:
    caplog.set_level(logging.INFO, logger=sweep.__name__)

    def run(cluster: Answers, airflow: Told, is_dry_run: bool = False) -> Report:
        with client_of(cluster) as client:
            return sweep_pods(client, NAMESPACE, airflow, is_dry_run=is_dry_run)

    return run


def test_pods_whose_tasks_are_gone_go_and_all_others_stay(swept: Swept, caplog: pytest.LogCaptureFixture) -> None:
    cluster = Cluster(
        pod("failed", key("failed")),
        pod("deleted", key("deleted")),
        pod("running", key("running")),
        pod("unknown", key("unknown")),
        pod("young", key("failed"), age_s=5),
        pod("going", key("failed"), is_going=True),
        of_another_airflow("another", key("failed")),
    )
    airflow = Told(failed=FAILED, deleted=NoInstance(), running=RUNNING, unknown=Silence("Airflow is away"))
    report = swept(cluster, airflow)
    assert sorted(cluster.pods) == ["another", "going", "running", "unknown", "young"]
    assert report == Report(removed=2, left=3, unknown=1)
    assert not report.is_complete
    lines = [record.getMessage() for record in caplog.records]
    assert "Removed pod failed of film/manual__1/failed, try 1: its task is failed" in lines
    assert "Left pod running of film/manual__1/running, try 1: its task is running" in lines
    assert "Left pod unknown of film/manual__1/unknown, try 1: Airflow is away" in lines
    assert not any("another" in line for line in lines)
    assert len(lines) == 7


def test_a_pod_that_does_not_say_whose_it_is_is_left_to_people(swept: Swept, caplog: pytest.LogCaptureFixture) -> None:
    nobodys = pod("nobodys", key("failed"))
    del nobodys["metadata"]["annotations"]["atelier.dev/dag-id"]
    airflow = Told()
    assert swept(Cluster(nobodys), airflow) == Report(left=1)
    assert airflow.asked == []
    assert caplog.messages[0] == "Left pod nobodys: it does not say whose it is; look at it, and end it by hand"


def test_a_dry_run_says_the_same_and_deletes_nothing(swept: Swept, caplog: pytest.LogCaptureFixture) -> None:
    cluster = Cluster(pod("failed", key("failed")), pod("running", key("running")))
    report = swept(cluster, Told(failed=FAILED, running=RUNNING), is_dry_run=True)
    assert sorted(cluster.pods) == ["failed", "running"]
    assert report == Report(removed=1, left=1)
    assert caplog.messages[0].startswith("Would remove pod failed")
    assert caplog.messages[-1].startswith("Dry run, nothing was removed: ")


def test_many_pods_are_listed_in_pages_and_their_tasks_asked_for_at_once(
    swept: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE_PODS", 3)
    cluster = Cluster(*(pod(f"pod-{number}", key("failed", number)) for number in range(7)))
    airflow = Told(failed=FAILED)
    assert swept(cluster, airflow).removed == 7
    assert cluster.pods == {}
    assert airflow.asked == [{InstanceKey("film", "manual__1", "failed", -1)}]


def test_no_pods_no_questions(swept: Swept) -> None:
    airflow = Told()
    assert swept(Cluster(pod("young", key("x"), age_s=1)), airflow) == Report(left=1)
    assert airflow.asked == []


def test_a_pod_that_went_meanwhile_or_was_replaced_is_fine(swept: Swept) -> None:
    cluster = Cluster(pod("replaced", key("failed")), replaced=("replaced",))
    assert swept(cluster, Told(failed=FAILED)).is_complete
    assert "replaced" in cluster.pods


def test_a_pod_that_may_not_be_deleted_keeps_no_other_alive(swept: Swept, caplog: pytest.LogCaptureFixture) -> None:
    cluster = Cluster(pod("a", key("failed")), pod("b", key("failed", 2)), refuses=("a",))
    assert swept(cluster, Told(failed=FAILED)) == Report(removed=1, undeletable=1)
    assert sorted(cluster.pods) == ["a"]
    assert "Could not remove pod a of film/manual__1/failed, try 1, though its task is failed: Forbidden" in caplog.text


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (HTTPStatus.FORBIDDEN, BadRequest),
        (HTTPStatus.UNAUTHORIZED, BadRequest),
        (HTTPStatus.INTERNAL_SERVER_ERROR, ClusterAway),
    ],
)
def test_a_cluster_that_lists_nothing_is_told(swept: Swept, status: HTTPStatus, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=f"pods in `{NAMESPACE}` cannot be listed: the Kubernetes API answers {status}"):
        swept(lambda _: (status, {}), Told())


def test_an_airflow_without_an_address_of_its_own_removes_nothing(
    swept: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW__API__BASE_URL")
    installation_id.cache_clear()
    cluster = Cluster(pod("failed", key("failed")))
    with pytest.raises(BadRequest, match="AIRFLOW__API__BASE_URL"):
        swept(cluster, Told(failed=FAILED))
    assert "failed" in cluster.pods
