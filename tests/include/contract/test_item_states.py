"""The states of a stage's items in one small object, whatever their number."""

from __future__ import annotations

import json
import random
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract.errors import Cause, CorruptInput
from include.contract.item_states import MAX_STATES_BYTES, ItemNow, ItemState, ItemStates, pack_states, states_in
from include.contract.parsing import unpacked

SEED = random.Random(7)


def noise(length: int) -> str:
    """Text that packs badly."""
    return "".join(SEED.choices(string.ascii_lowercase + string.digits, k=length))


def failed(item: str, message: str) -> ItemNow:
    return ItemNow(item=item, state=ItemState.FAILED, tries=3, cause=Cause.WORKER_CRASHED, message=message)


def test_all_items_of_a_common_stage_are_told_whole_and_in_order() -> None:
    items = [ItemNow(item=f"product-{n:05d}", state=ItemState.MADE, tries=1) for n in range(10_000)]
    items[5000] = failed("product-05000", "3 workers died of SIGSEGV")
    body = pack_states(items)
    assert len(body) <= MAX_STATES_BYTES
    found = states_in(body, "the items")
    assert list(found.items) == items
    assert found.left_out == {}
    assert found.counts == {"made": 9999, "failed": 1}


def test_where_there_is_no_room_what_runs_and_what_failed_is_told_first_and_the_rest_is_counted() -> None:
    items = [ItemNow(item=noise(60), state=ItemState.WAITING) for _ in range(10_000)]
    items[9_998] = failed("bread", noise(900))
    items[9_999] = ItemNow(item="tea", state=ItemState.RUNNING, node="node-1", tries=1)
    body = pack_states(items)
    assert len(body) <= MAX_STATES_BYTES
    found = states_in(body, "the items")
    assert [each.item for each in found.items[-2:]] == ["bread", "tea"]
    assert found.items[0] == items[0]
    assert found.left_out["waiting"] == 10_000 - len(found.items) > 0
    assert found.counts == {"waiting": 9_998, "failed": 1, "running": 1}


def test_ten_thousand_long_reasons_are_shortened_before_any_is_left_out() -> None:
    few = states_in(pack_states([failed(f"honey/{n}", noise(2900)) for n in range(100)]), "the items")
    assert (len(few.items), few.left_out) == (100, {})
    assert all(len(each.message.encode()) <= 200 for each in few.items)
    many = pack_states([failed(f"honey/{n}", noise(2900)) for n in range(10_000)])
    assert len(many) <= MAX_STATES_BYTES
    assert states_in(many, "the items").counts == {"failed": 10_000}


@given(st.lists(st.tuples(st.sampled_from(ItemState), st.text(max_size=300)), max_size=60))
def test_no_item_is_lost_from_the_counts(told: list[tuple[ItemState, str]]) -> None:
    items = [ItemNow(item=f"i/{n}", state=state, message=message) for n, (state, message) in enumerate(told)]
    found = states_in(pack_states(items), "the items")
    assert found.counts == Counter(str(state) for state, _ in told)


def test_what_says_nothing_takes_no_room() -> None:
    told = json.loads(unpacked(pack_states([ItemNow(item="honey")]), 1000, "the items"))
    assert told == {"format": 1, "items": [{"item": "honey", "state": "waiting"}], "left_out": {}}


def test_words_of_a_later_version_are_read_as_they_stand() -> None:
    later = {"format": 1, "items": [{"item": "honey", "state": "cooling", "cause": "moon_phase", "more": 1}], "x": 2}
    (found,) = ItemStates.model_validate(later).items
    assert (found.state, found.cause) == ("cooling", "moon_phase")


@pytest.mark.parametrize("body", [b"", b"{}", pack_states([])[:-3]])
def test_what_is_no_such_object_is_refused(body: bytes) -> None:
    with pytest.raises(CorruptInput, match="the items"):
        states_in(body, "the items")
