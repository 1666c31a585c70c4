from __future__ import annotations

import json

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import StoreSettings
from include.contract.errors import BadRequest
from operators.store import connected_store
from tests.operators.context import connect


def test_the_connection_leads_to_the_store_and_so_does_a_stages_environment(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(s3, monkeypatch)
    store = connected_store(StoreSettings(bucket=s3.bucket, prefix="team/"))
    store.put("k", b"1")
    assert s3.client().get_object(Bucket=s3.bucket, Key="team/k")["Body"].read() == b"1"
    assert store.connection.environment() == s3.environment()


def test_a_missing_or_empty_connection_says_what_to_do(monkeypatch: pytest.MonkeyPatch, s3: S3) -> None:
    with pytest.raises(BadRequest, match="`elsewhere`.*endpoint_url"):
        connected_store(StoreSettings(bucket=s3.bucket, connection_id="elsewhere"))
    monkeypatch.setenv("AIRFLOW_CONN_EMPTY", json.dumps({"conn_type": "aws", "extra": {"region_name": "eu-west-1"}}))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(BadRequest, match="`empty` has no credentials"):
        connected_store(StoreSettings(bucket=s3.bucket, connection_id="empty"))


def test_patience_is_the_askers(monkeypatch: pytest.MonkeyPatch, s3: S3) -> None:
    connect(s3, monkeypatch)
    store = connected_store(StoreSettings(bucket=s3.bucket), tries=2, read_timeout_s=10)
    assert (store.connection.tries, store.connection.read_timeout_s) == (2, 10)
