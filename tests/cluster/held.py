"""DAGs whose tasks come to a standstill, each in another state. A test copies this file into its DAG folder."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import DAG, BaseOperator


class Defer(BaseOperator):
    """Waits for a trigger that nobody runs."""

    def __init__(self, *, part: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.part = part

    def execute(self, context: Any) -> None:
        self.defer(trigger=TimeDeltaTrigger(timedelta(days=1)), method_name="resume")

    def resume(self, context: Any, event: Any) -> None:
        """Never called."""


class Fail(BaseOperator):
    """Fails, to be tried again in an hour."""

    def execute(self, context: Any) -> None:
        raise ValueError("again in an hour")


class Run(BaseOperator):
    """Runs for as long as a test may take."""

    def execute(self, context: Any) -> None:
        time.sleep(600)


with DAG("held") as held:
    Defer(task_id="deferred", retries=2)

with DAG("short_lived") as short_lived:
    Defer(task_id="deferred", retries=2)

with DAG("many") as many:
    Defer.partial(task_id="mapped", retries=2).expand(part=[0, 1])
    Fail(task_id="retried", retries=2, retry_delay=timedelta(hours=1))
    Run(task_id="running", retries=2)
    Run(task_id="pooled", retries=2, pool="closed")

with DAG("timed", dagrun_timeout=timedelta(seconds=15)) as timed:
    Defer(task_id="deferred", retries=2)
