"""How many questions it takes to find what exists."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from include.contract.brief import Brief
from include.contract.keys import BLOBS_FOLDER, blob_key, record_key
from include.contract.registry import recipe_named
from include.contract.values import StageKind
from include.runtime.lookup import LookedUp, look_up, resolve
from include.store import listing
from tests.asked import asked_for
from tests.include.runtime.desk import Desk, WordsStage

IMAGE = StageKind.IMAGE
SCENES = 40


@pytest.fixture
def many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a script of as many scenes as it takes for a listing."""
    monkeypatch.setattr(listing, "MIN_LOOKUPS", SCENES)
    desk.run(desk.request("script.narrated", Brief(topic="Bees"), batch_size=64), WordsStage(scenes=SCENES))
    return desk


def looked_up(desk: Desk) -> tuple[list[LookedUp], list[tuple[str, str]]]:
    """What is found of the images of those scenes, and what was asked for."""
    text = desk.request("script.narrated", Brief(topic="Bees"), batch_size=64)
    images = desk.request("image.scene", Brief(topic="Bees"), upstreams=[text], batch_size=64)
    wanted = resolve(images, desk.store).wanted
    found: list[LookedUp] = []
    with ThreadPoolExecutor(4) as threads, asked_for() as asked:
        look_up(wanted, recipe_named("image.scene"), desk.store, threads, found.append)
    assert [each.wanted for each in found] == list(wanted)
    return found, asked


def test_of_many_new_items_one_listing_tells(many: Desk) -> None:
    found, asked = looked_up(many)
    assert not [each for each in found if each.record or each.broken]
    assert [name for name, _ in asked] == ["listed"]


def test_of_items_that_exist_every_record_is_read_and_every_size_is_checked(many: Desk) -> None:
    text = many.request("script.narrated", Brief(topic="Bees"), batch_size=64)
    many.run(many.request("image.scene", Brief(topic="Bees"), upstreams=[text], batch_size=64), WordsStage())
    found, asked = looked_up(many)
    records = [each.record for each in found if each.record]
    assert len(records) == SCENES
    assert BLOBS_FOLDER in [key for name, key in asked if name == "listed"]
    assert "head" not in [name for name, _ in asked]
    assert {key for name, key in asked if name == "get"} == {
        record_key(IMAGE, each.wanted.fingerprint) for each in found
    }


def test_where_too_much_lies_beside_them_each_size_is_asked_for(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    text = many.request("script.narrated", Brief(topic="Bees"), batch_size=64)
    many.run(many.request("image.scene", Brief(topic="Bees"), upstreams=[text], batch_size=64), WordsStage())
    monkeypatch.setattr(listing, "LISTED_PER_LOOKUP", 1)
    found, asked = looked_up(many)
    records = [each.record for each in found if each.record]
    sizes = {blob_key(output.sha256) for record in records for output in record.outputs}
    assert {key for name, key in asked if name == "head"} == sizes
    assert len(sizes) == SCENES


@pytest.mark.parametrize("listed_per_lookup", [1, 5])
def test_an_item_whose_blob_is_gone_or_short_is_made_again(
    many: Desk, monkeypatch: pytest.MonkeyPatch, listed_per_lookup: int
) -> None:
    text = many.request("script.narrated", Brief(topic="Bees"), batch_size=64)
    many.run(many.request("image.scene", Brief(topic="Bees"), upstreams=[text], batch_size=64), WordsStage())
    monkeypatch.setattr(listing, "LISTED_PER_LOOKUP", listed_per_lookup)
    whole = [each.record for each in looked_up(many)[0]]
    assert all(whole)
    gone, short = whole[7], whole[8]
    assert gone
    assert short
    many.store.delete(blob_key(gone.outputs[0].sha256))
    many.store.put(blob_key(short.outputs[0].sha256), b"")
    found, _ = looked_up(many)
    lost = {gone.outputs, short.outputs}
    assert [each.record is None for each in found] == [
        record is not None and record.outputs in lost for record in whole
    ]
    assert all(each.broken for each in found if each.record is None)
