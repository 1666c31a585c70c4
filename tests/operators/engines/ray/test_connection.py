from __future__ import annotations

import json

import pytest

from include.contract.errors import BadRequest
from include.contract.ray import RaySettings
from operators.engines.ray.connection import access_of
from operators.engines.ray.jobs import Access
from tests import airflow_home  # noqa: F401 - before anything imports Airflow

ADDRESS = "http://ray:8265"


def test_a_cluster_without_a_token_needs_no_connection() -> None:
    assert access_of(RaySettings(address=ADDRESS)).headers == {}


def test_the_token_is_the_connections_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_OUR_RAY", json.dumps({"conn_type": "http", "password": "abc"}))
    assert access_of(RaySettings(address=ADDRESS, connection_id="our_ray")) == Access(ADDRESS, "abc")


def test_a_connection_that_is_missing_or_has_no_token_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadRequest, match="`no_ray` does not exist; add one of type `http` whose password"):
        access_of(RaySettings(address=ADDRESS, connection_id="no_ray"))
    monkeypatch.setenv("AIRFLOW_CONN_OUR_RAY", json.dumps({"conn_type": "http"}))
    with pytest.raises(BadRequest, match="`our_ray` has no password; set it to the Ray cluster's token"):
        access_of(RaySettings(address=ADDRESS, connection_id="our_ray"))
