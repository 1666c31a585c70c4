from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import StoreSettings
from include.contract.errors import BadRequest, StoreAway
from operators.cli.command import Surroundings
from operators.cli.connecting import connect
from tests.operators.context import connect as airflow_connection

VARIABLES = ("AIRFLOW_CONN_ATELIER_STORE", "AIRFLOW_HOME", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


def test_airflows_connection_comes_before_awss_variables(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of somebody else")
    airflow_connection(s3, monkeypatch)
    connect(StoreSettings(bucket=s3.bucket), Surroundings()).put("there", b"{}")
    assert s3.client().get_object(Bucket=s3.bucket, Key="there")["Body"].read() == b"{}"


def test_awss_variables_do_without_airflow(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    assert connect(StoreSettings(bucket=s3.bucket), Surroundings()).get("nothing") is None


def test_without_either_it_is_told_what_to_set() -> None:
    with pytest.raises(BadRequest, match="`atelier`: bring one. For another store, set AIRFLOW_CONN_ATELIER_STORE"):
        connect(StoreSettings(bucket="atelier"), Surroundings(no_store="bring one"))


def test_a_store_that_does_not_answer_is_told_with_its_address(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**s3.environment(), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreAway, match="the store at http://127.0.0.1:9 does not answer"):
        connect(StoreSettings(bucket=s3.bucket), Surroundings()).get("nothing")
