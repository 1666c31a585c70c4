from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import BadRequest
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.store import Store


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def test_the_environment_leads_a_child_to_the_same_store(
    s3: S3, no_settings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(Domain(s3.bucket), s3.connection()).put("k", b"1")
    environment = s3.connection().environment()
    assert environment == s3.environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Store(Domain(s3.bucket), Connection.from_environment()).get("k") == b"1"


def test_missing_credentials_are_told(no_settings: None) -> None:
    connection = Connection.from_environment()
    with pytest.raises(BadRequest, match="the store's credentials are missing"):
        Store(Domain("bucket"), connection).read("k")
    with pytest.raises(BadRequest, match="there are no credentials"):
        connection.environment()


def test_an_address_that_is_none_is_told() -> None:
    connection = Connection.with_keys("not an address", "key", "secret", "us-east-1")
    with pytest.raises(BadRequest, match="the store's endpoint is 'not an address'"):
        Store(Domain("bucket"), connection).read("k")


def test_secrets_are_not_shown() -> None:
    assert "of-no-worth" not in repr(Connection.with_keys("http://x", "key", "of-no-worth", "us-east-1"))
