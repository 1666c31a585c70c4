from __future__ import annotations

import json
from dataclasses import replace

import pytest

from include.contract.artifacts import artifact_of
from include.contract.deployments import StoreSettings
from include.contract.errors import AtelierError, BadRequest, InputLost, StoreAway, UnfitStore
from include.contract.keys import Domain, blob_key
from operators.store import Store
from tests import weed


def connection(monkeypatch: pytest.MonkeyPatch, s3: weed.S3, **changed: str) -> None:
    extra = {"endpoint_url": changed.pop("endpoint", s3.endpoint), "region_name": s3.region}
    value = {"conn_type": "aws", "login": s3.access_key, "password": s3.secret_key, "extra": extra, **changed}
    monkeypatch.setenv("AIRFLOW_CONN_ATELIER_STORE", json.dumps(value))


def test_only_the_first_conditional_write_counts(store: Store) -> None:
    assert store.put_if_absent("v1/requests/a.json", b"first")
    assert not store.put_if_absent("v1/requests/a.json", b"second")
    assert store.get("v1/requests/a.json") == b"first"


def test_only_what_is_wrong_is_replaced_and_only_the_version_that_was_looked_at(store: Store) -> None:
    key = "v1/stages/image/a.json"
    store.put_or_mend(key, b"right", lambda found: False)
    store.put_or_mend(key, b"other", lambda found: found == b"right")
    assert store.get(key) == b"right"
    looked_at = []

    def change_once(found: bytes) -> bool:
        looked_at.append(found)
        if len(looked_at) == 1:
            store.put(key, b"changed meanwhile")
        return False

    store.put_or_mend(key, b"mended", change_once)
    assert (looked_at, store.get(key)) == ([b"right", b"changed meanwhile"], b"mended")


def test_a_change_is_made_to_what_others_have_written_meanwhile(store: Store) -> None:
    looked_at = []

    def with_mine(found: bytes | None) -> bytes:
        looked_at.append(found)
        if len(looked_at) < 3:
            store.put("v1/told/a.json", b"theirs" * len(looked_at))
        return (found or b"") + b", mine"

    store.change("v1/told/a.json", with_mine)
    assert looked_at == [None, b"theirs", b"theirstheirs"]
    assert store.get("v1/told/a.json") == b"theirstheirs, mine"


def test_a_change_that_others_always_forestall_is_given_up(store: Store) -> None:
    def hurried(found: bytes | None) -> bytes:
        store.put("v1/told/a.json", (found or b"") + b"1")
        return b"mine"

    with pytest.raises(StoreAway, match=r"v1/told/a\.json: changed by others 5 times"):
        store.change("v1/told/a.json", hurried)


def test_what_is_not_there_is_none_and_deleting_it_is_fine(store: Store) -> None:
    assert store.get("v1/nothing") is None
    assert store.size("v1/nothing") is None
    store.delete("v1/nothing")


def test_keys_lie_below_the_prefix(store: Store) -> None:
    store.put("v1/x", b"1")
    found = store.client.list_objects_v2(Bucket=store.domain.bucket)["Contents"]
    assert [row["Key"] for row in found] == ["team/v1/x"]


def test_a_blob_is_checked_against_its_digest_and_mended_when_its_size_is_wrong(store: Store) -> None:
    artifact = artifact_of("brief", b"honey", "text/plain")
    with pytest.raises(InputLost, match="the brief is gone"):
        store.blob(artifact.sha256, "the brief")
    store.put(blob_key(artifact.sha256), b"wax")
    with pytest.raises(InputLost, match="the brief: .* emptied so that it is made again; clear the task `brief`"):
        store.blob(artifact.sha256, "the brief", "brief")
    store.put_blob(artifact, b"honey")
    assert store.blob(artifact.sha256, "the brief") == b"honey"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"password": "wrong-secret"}, UnfitStore),
        ({"endpoint": "http://127.0.0.1:9"}, StoreAway),
    ],
)
def test_errors_are_typed_by_what_to_do_next(
    s3: weed.S3, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], error: type[AtelierError]
) -> None:
    connection(monkeypatch, s3, **changed)
    store = Store.connect(StoreSettings(bucket=s3.bucket))
    for call in (
        lambda: store.put("v1/x", b"1"),
        lambda: store.put_if_absent("v1/x", b"1"),
        lambda: store.size("v1/x"),
    ):
        with pytest.raises(error) as caught:
            call()
        assert s3.secret_key not in str(caught.value)
        assert "v1/x" in str(caught.value)


def test_a_bucket_that_does_not_exist_is_permanent(store: Store) -> None:
    elsewhere = replace(store, domain=Domain("no-such-bucket-here"))
    with pytest.raises(UnfitStore, match="no-such-bucket-here"):
        elsewhere.get("v1/x")


def test_a_missing_or_empty_connection_says_what_to_do(monkeypatch: pytest.MonkeyPatch, s3: weed.S3) -> None:
    with pytest.raises(BadRequest, match="`elsewhere`.*endpoint_url"):
        Store.connect(StoreSettings(bucket=s3.bucket, connection_id="elsewhere"))
    monkeypatch.setenv("AIRFLOW_CONN_EMPTY", json.dumps({"conn_type": "aws", "extra": {"region_name": "eu-west-1"}}))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(BadRequest, match="`empty` holds no credentials"):
        Store.connect(StoreSettings(bucket=s3.bucket, connection_id="empty"))


def test_the_stages_environment_is_the_connection(store: Store, s3: weed.S3) -> None:
    assert store.environment == s3.environment()
