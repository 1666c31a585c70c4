from __future__ import annotations

from tests import airflow_home  # noqa: F401 - before anything imports Airflow
