"""The manifest of a later try stays, whoever writes; one that cannot be read does not."""

from __future__ import annotations

from include.contract.keys import manifest_key
from include.contract.manifests import Manifest, RunRef
from include.contract.values import StageKind
from include.store.concluding import keep_manifest
from include.store.store import Store
from tests.operators.manifests import leave


def test_a_manifest_of_a_later_try_stays_and_one_of_an_earlier_goes(store: Store) -> None:
    left = leave(store, RunRef(dag_id="films", run_id="run-1", task_id="text"), StageKind.TEXT, ())
    key = manifest_key(left.run, left.request)
    for attempt, kept in ((2, 2), (1, 2), (3, 3)):
        keep_manifest(store, left.model_copy(update={"attempt": attempt}))
        assert Manifest.model_validate_json(store.get(key) or b"").attempt == kept


def test_a_manifest_that_cannot_be_read_is_replaced(store: Store) -> None:
    left = leave(store, RunRef(dag_id="films", run_id="run-1", task_id="text"), StageKind.TEXT, ())
    key = manifest_key(left.run, left.request)
    store.put(key, b'{"attempt": 9}')
    keep_manifest(store, left)
    assert store.get(key) == left.model_dump_json().encode()
