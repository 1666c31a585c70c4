"""Content that only complete stages have, and its repair (W2, W3)."""

from __future__ import annotations

import pytest

from include.contract.brief import Brief
from include.contract.keys import manifest_key, stage_key
from include.contract.manifests import StageContent
from include.contract.values import StageKind
from tests.include.runtime.desk import Desk


@pytest.mark.parametrize("broken", [b"not json", b"{}"])
def test_a_broken_stage_content_is_replaced_by_the_next_run(desk: Desk, broken: bytes) -> None:
    request = desk.request("script.narrated", Brief(topic="Bees"))
    manifest = desk.run(request)
    key = stage_key(StageKind.TEXT, request.stage_fingerprint)
    desk.store.put(key, broken)
    desk.run(request)
    stored = desk.store.read(key)
    assert stored is not None
    assert StageContent.model_validate_json(stored.body).content_digest == manifest.content_digest


def test_the_manifest_of_a_reused_stage_shares_the_parts_of_its_content(desk: Desk) -> None:
    request = desk.request("script.narrated", Brief(topic="Bees"))
    desk.run(request)
    again = desk.run(request)
    stored = desk.store.read(stage_key(StageKind.TEXT, request.stage_fingerprint))
    assert stored is not None
    assert StageContent.model_validate_json(stored.body).parts == again.parts


def test_an_earlier_try_that_ends_late_leaves_the_manifest_of_a_later_one(desk: Desk) -> None:
    request = desk.request("script.narrated", Brief(topic="Bees"))
    for attempt, kept in ((2, 2), (1, 2), (3, 3), (3, 3)):
        desk.attempt = attempt
        desk.run(request)
        assert desk.manifest(request).attempt == kept


def test_a_manifest_that_cannot_be_read_is_replaced_by_any_try(desk: Desk) -> None:
    request = desk.request("script.narrated", Brief(topic="Bees"))
    desk.run(request)
    desk.store.put(manifest_key(request.run, request.sha256()), b'{"attempt": 9}')
    desk.run(request)
    assert desk.manifest(request).attempt == 1
