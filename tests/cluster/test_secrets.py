"""What must never be seen where people and other programs read."""

from __future__ import annotations

import json

import pytest
from kubernetes.client import ApiClient

from deploy.local.credentials import credentials_of
from tests.cluster.studio import Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long]


@pytest.mark.parametrize("dag_id", ["cpu_small", "cpu_small_sync"])
def test_no_secret_is_in_pod_log_exception_trigger_request_manifest_or_rendered_field(
    clean: Studio, dag_id: str
) -> None:
    run = clean.run(
        dag_id, {"id": "secret", "script": script("[slow 4]", "[refuse]", scenes=2), "variation": len(dag_id)}
    )
    pod = run.await_pod("image")
    seen = [json.dumps(ApiClient().sanitize_for_serialization(pod)), *_triggers(clean)]
    seen.append(json.dumps(clean.api.instance(dag_id, run.run_id, "image"), default=str))
    assert run.await_end() == "failed"
    tries = [(task, n) for task in ("brief", "text", "image") for n in range(1, run.task(task).try_number + 1)]
    seen += [run.log(task, number) for task, number in tries]
    seen.append(json.dumps(run.xcom("text")))
    seen += [(clean.store.get(key) or b"").decode(errors="replace") for key in clean.keys("v1/requests/")]
    seen += [(clean.store.get(key) or b"").decode(errors="replace") for key in clean.keys(f"v1/runs/{dag_id}/")]
    credentials = credentials_of(clean.airflow.installation)
    token = json.loads(clean.airflow.services["scheduler"].env["AIRFLOW_CONN_KUBERNETES_DEFAULT"])["extra"]
    assert "kube_config_path" in token
    for secret in (credentials.store_access_key, credentials.store_secret_key, credentials.airflow_jwt_secret):
        assert not [text[:200] for text in seen if secret in text]


def _triggers(studio: Studio) -> list[str]:
    """Every trigger in Airflow's database, as it lies there."""
    return studio.airflow.database.rows('select * from "trigger"')
