"""Fixtures for both environments, `s3` and `desk` among them: nothing here imports Airflow or torch."""

from __future__ import annotations

pytest_plugins = (
    "atelier.testing.fixtures",
    "tests.kube",
    "tests.limits",
    "tests.model_server.fixtures",
    "tests.properties",
    "tests.tiny_models",
)
