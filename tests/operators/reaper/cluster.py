"""A cluster's API that knows pods only: lists them in pages, deletes them one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from operators.engines.identity import AIRFLOW_ANNOTATION, APP, APP_LABEL, TaskKey
from tests.operators.reaper.server import Request

NAMESPACE = "stages"


def pod(name: str, key: TaskKey | None, age_s: float = 600, is_going: bool = False) -> dict[str, Any]:
    """A stage's pod as the API describes it."""
    return {
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            "uid": f"uid-{name}",
            "labels": {APP_LABEL: APP},
            "annotations": key.annotations() if key else {},
            "creationTimestamp": _stamp(age_s),
            "deletionTimestamp": _stamp(1) if is_going else None,
        },
        "spec": {"containers": [{"name": "base"}]},
        "status": {"phase": "Running"},
    }


def of_another_airflow(name: str, key: TaskKey) -> dict[str, Any]:
    """The same from an installation beside this one."""
    found = pod(name, key)
    found["metadata"]["annotations"][AIRFLOW_ANNOTATION] = "another"
    return found


class Cluster:
    """Answers what the real one would.

    :param refuses: pods that nobody may delete.
    :param replaced: pods that were replaced by others of the same name since they were listed.
    """

    def __init__(self, *pods: dict[str, Any], refuses: tuple[str, ...] = (), replaced: tuple[str, ...] = ()) -> None:
        self.pods = {each["metadata"]["name"]: each for each in pods}
        self._refuses, self._replaced = refuses, replaced

    def __call__(self, request: Request) -> tuple[int, Any]:
        if request.method == "GET":
            return self._list(request)
        name = request.path.rpartition("/")[2]
        if name in self._refuses:
            return 403, {"kind": "Status", "reason": "Forbidden"}
        if name not in self.pods:
            return 404, {"kind": "Status", "reason": "NotFound"}
        uid = request.body["preconditions"]["uid"]
        if name in self._replaced or uid != self.pods[name]["metadata"]["uid"]:
            return 409, {"kind": "Status", "reason": "Conflict"}
        return 200, self.pods.pop(name)

    def _list(self, request: Request) -> tuple[int, Any]:
        assert request.path == f"/api/v1/namespaces/{NAMESPACE}/pods"
        assert request.query["labelSelector"] == f"{APP_LABEL}={APP}"
        start, limit = int(request.query.get("continue", 0)), int(request.query["limit"])
        names = sorted(self.pods)
        page = [self.pods[name] for name in names[start : start + limit]]
        after = str(start + limit) if start + limit < len(names) else ""
        return 200, {"kind": "PodList", "items": page, "metadata": {"continue": after}}


def _stamp(age_s: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=age_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
