from __future__ import annotations

from typing import Any

import pytest

from include.contract.errors import CorruptInput, InputLost
from include.contract.handed_on import HandedOn
from include.contract.keys import blob_key, handed_on_key
from include.contract.manifests import RunRef
from include.store.store import Store
from operators.handing_on import hand_on, handed_on

RUN = RunRef(dag_id="films", run_id="manual__1", task_id="brief")


def test_what_is_handed_on_is_named_in_the_store(store: Store) -> None:
    sha256 = hand_on(store, RUN, "briefs", b"some briefs", "application/gzip")
    assert handed_on(store, {"sha256": sha256}, "brief", bytes.upper) == b"SOME BRIEFS"
    assert store.get(blob_key(sha256)) == b"some briefs"
    found = HandedOn.model_validate_json(store.get(handed_on_key(RUN)) or b"")
    (blob,) = found.blobs
    assert (found.run, blob.name, blob.sha256, blob.bytes) == (RUN, "briefs", sha256, 11)


@pytest.mark.parametrize("found", [None, "text", {}, {"sha256": None}, {"sha256": ["a"]}])
def test_a_task_that_left_nothing_in_xcom_is_named(store: Store, found: Any) -> None:
    with pytest.raises(InputLost, match="`brief` left nothing in XCom.*clear that task"):
        handed_on(store, found, "brief", bytes)


def test_a_blob_that_is_gone_is_told_with_its_task(store: Store) -> None:
    with pytest.raises(InputLost, match="what task `brief` handed on is gone"):
        handed_on(store, {"sha256": "0" * 64}, "brief", bytes)


def test_what_cannot_be_read_is_told_with_its_task(store: Store) -> None:
    def unreadable(body: bytes) -> bytes:
        raise CorruptInput("is not gzipped")

    sha256 = hand_on(store, RUN, "briefs", b"some briefs", "application/gzip")
    with pytest.raises(CorruptInput, match="what task `brief` handed on: is not gzipped; clear that task"):
        handed_on(store, {"sha256": sha256}, "brief", unreadable)
