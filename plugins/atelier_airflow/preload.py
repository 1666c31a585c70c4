"""Modules that every task needs, and what installed distributions bring, loaded once in the parent of who needs them.

Airflow's LocalExecutor forks a worker for each task, its DAG processor a parser for each file and its triggerer a
runner of triggers; what the parent has imported costs them nothing. The Kubernetes provider alone takes seconds. Only
the parents' environment sets `ATELIER_PRELOAD`: the API server needs none of it.
"""

from __future__ import annotations

import importlib
import os

from include.contract.installed import read_all

PRELOAD_ENV = "ATELIER_PRELOAD"
MODULES = (
    "airflow.providers.cncf.kubernetes.operators.pod",
    "airflow.providers.amazon.aws.hooks.s3",
    "operators.dags.loading",
    "operators.engines.process",
    "operators.engines.kubernetes.engine",
    "kubernetes_asyncio.client",
)
"""None of them leaves a thread behind, so forking afterwards is safe."""


def preload() -> None:
    """Import `MODULES`, and load what distributions bring, if `ATELIER_PRELOAD` is `1`."""
    if os.environ.get(PRELOAD_ENV) != "1":
        return
    for name in MODULES:
        importlib.import_module(name)
    read_all()
