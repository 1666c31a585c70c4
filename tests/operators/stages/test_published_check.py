"""What a run wants to publish stands there already, or not: pieces that the real publishing stage put there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from atelier.testing.s3 import S3
from include.contract.decisions import Decision, Verdict
from include.contract.manifests import ItemLine, Outcome
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.stages.published_check import MOST_PIECES, standing
from operators.stages.reuse import lines_by_item
from tests.asked import asked_for
from tests.operators.cards import publish_cards

DAY = "published/product_cards/2026/11/25/"
Pieces = dict[str, str | None]
PIECES: Pieces = {"honey": "sweet", "wax": "warm"}
APPROVED = Decision(
    content_type="product_cards",
    brief="honey",
    content_digest="ab" * 32,
    verdict=Verdict.APPROVED,
    by="ada",
    at=datetime(2026, 11, 25, 8, tzinfo=UTC),
)
PIECE = ["get", "get", "listed"]
Ask = Callable[..., list[StageRequest]]


@pytest.fixture
def ask(s3: S3, store: Store) -> Ask:
    """Has `PIECES` published, and says how another run asks for each of `wanted`."""

    def asked(*wanted: Pieces, withdrawn: Sequence[str] = (), restored: Sequence[str] = ()) -> list[StageRequest]:
        said = publish_cards(s3, store.domain.prefix, PIECES, asked=wanted, withdrawn=withdrawn, restored=restored)
        return [StageRequest.model_validate_json(line) for line in said.splitlines()]

    return asked


def found(store: Store, request: StageRequest) -> list[ItemLine] | None:
    return standing(store, request, {ref.stage: lines_by_item(store, ref) for ref in request.upstreams})


def test_what_stands_is_told_piece_by_piece(ask: Ask, store: Store) -> None:
    both, one = ask(PIECES, {"wax": "warm"})
    honey, wax = found(store, both) or []
    assert (honey.item, honey.outcome, honey.address) == ("honey", Outcome.REUSED, f"{DAY}honey/item.json")
    assert (wax.item, wax.position) == ("wax", 1)
    assert {output.name for output in honey.outputs} == {"card_square", "thumbnail"}
    (wax,) = found(store, one) or []
    assert wax.item == "wax"


def test_however_many_files_a_piece_has_it_takes_three_questions(ask: Ask, store: Store) -> None:
    both, one = ask(PIECES, {"wax": "warm"})
    asked = []
    for request in (one, both):
        upstreams = {ref.stage: lines_by_item(store, ref) for ref in request.upstreams}
        with asked_for() as asked_of_it:
            assert standing(store, request, upstreams)
        asked.append([name for name, _ in asked_of_it])
    # Both indexes, what is made from them, then each piece: whether it is withdrawn, what it is, which files there are.
    assert asked == [["get", "get", "head", "head", "head", *of_pieces] for of_pieces in (PIECE, PIECE + PIECE)]


def test_other_pieces_are_left_to_the_stage(ask: Ask, store: Store) -> None:
    changed, new, failed = ask(PIECES | {"honey": "dark"}, PIECES | {"pollen": "new"}, PIECES | {"honey": None})
    assert found(store, changed) is None
    assert found(store, new) is None
    assert found(store, failed) is None


def test_what_was_withdrawn_is_left_to_the_stage(ask: Ask, store: Store) -> None:
    both, honey = ask(PIECES, {"honey": "sweet"}, withdrawn=["wax"])
    assert found(store, both) is None
    assert found(store, honey)


def test_what_was_restored_stands_again(ask: Ask, store: Store) -> None:
    both, honey = ask(PIECES, {"honey": "sweet"}, withdrawn=["wax"], restored=["wax"])
    assert found(store, both)
    assert found(store, honey)
    store.put("published/product_cards/tombstones/wax.json", b"{rubbish")
    assert found(store, both) is None
    assert found(store, honey)


def test_the_same_pieces_published_in_another_way_are_left_to_the_stage(ask: Ask, store: Store) -> None:
    (request,) = ask(PIECES)
    assert request.publication

    def publishing(**facts: Any) -> StageRequest:
        assert request.publication
        return request.model_copy(update={"publication": request.publication.model_copy(update=facts)})

    approved = tuple(order.model_copy(update={"decision": APPROVED}) for order in request.orders)
    assert found(store, request.model_copy(update={"orders": approved})) is None
    assert found(store, publishing(title="Honey and less")) is None
    assert found(store, publishing(public_url="https://other.example.org/")) is None
    assert found(store, publishing(day=request.publication.day.replace(day=26))) is None
    assert found(store, publishing(day=request.publication.day))


def test_many_pieces_are_left_to_the_stage_unseen(ask: Ask, store: Store) -> None:
    (request,) = ask(PIECES)
    many = request.orders * (MOST_PIECES // 2 + 1)
    assert standing(store, request.model_copy(update={"orders": many}), {}) is None


def test_whatever_is_lost_or_damaged_is_left_to_the_stage(ask: Ask, store: Store) -> None:
    (request,) = ask(PIECES)
    published = [listed.key for listed in store.listed("published/", 100)]
    assert f"{DAY}pieces.parquet" in published
    assert len(published) == 5 + 2 * 3
    for key in published:
        body = store.get(key)
        assert body is not None
        store.delete(key)
        assert found(store, request) is None, f"without {key}"
        if key.endswith(".json"):
            store.put(key, b"{rubbish")
            assert found(store, request) is None, f"with rubbish in {key}"
        store.put(key, body)
    assert found(store, request)
