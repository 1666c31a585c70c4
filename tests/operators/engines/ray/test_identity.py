from __future__ import annotations

import re
from dataclasses import replace

from operators.engines.identity import AIRFLOW_ANNOTATION, TaskKey
from operators.engines.ray.identity import INSTANCE, is_of_task, metadata_of, submission_id
from operators.engines.ray.jobs import RayJob
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.operators.context import Ti, context_of
from tests.operators.engines.ray.tries import KEY


def test_a_try_has_one_id() -> None:
    uri = f"s3://atelier/team/v1/requests/{'ab' * 32}.json"
    assert re.fullmatch("atelier-[0-9a-f]{32}-3", submission_id(uri, 3))
    assert submission_id(uri, 3) == submission_id(uri, 3)


def test_the_same_request_in_two_stores_that_share_a_cluster_has_two_jobs() -> None:
    ours, theirs = (f"s3://{bucket}/v1/requests/{'ab' * 32}.json" for bucket in ("ours", "theirs"))
    assert submission_id(ours, 1) != submission_id(theirs, 1)


def test_a_job_is_a_tasks_whatever_its_try_and_no_other_airflows() -> None:
    metadata = metadata_of(KEY, context_of(Ti("image")))
    assert INSTANCE in metadata
    job = RayJob.model_validate({"status": "RUNNING", "metadata": metadata})
    assert TaskKey.read(job.metadata) == KEY
    assert is_of_task(job, replace(KEY, try_number=4, max_tries=9))
    assert not is_of_task(job, replace(KEY, map_index=1))
    foreign = {**metadata, AIRFLOW_ANNOTATION: "another"}
    assert not is_of_task(RayJob.model_validate({"status": "RUNNING", "metadata": foreign}), KEY)
    assert not is_of_task(RayJob.model_validate({"status": "RUNNING", "metadata": None}), KEY)
