"""What an attempt notes of each item, from waiting to its end."""

from __future__ import annotations

from datetime import UTC, datetime

from include.contract.errors import Cause
from include.contract.item_states import ItemNow, ItemState
from include.contract.manifests import ItemLine, Outcome
from include.runtime.item_states import ItemBoard

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def board(*items: str) -> ItemBoard:
    found = ItemBoard(lambda: NOON)
    found.plan(items)
    return found


def test_items_wait_in_their_order_then_run_somewhere_since_a_moment() -> None:
    found = board("honey/01", "honey/02")
    found.began(["honey/02"], "node-1")
    running = ItemNow(
        item="honey/02", state=ItemState.RUNNING, node="node-1", since="2026-11-28T12:00:00+00:00", tries=1
    )
    assert found.items() == (ItemNow(item="honey/01"), running)


def test_what_is_lost_waits_again_and_is_counted_when_it_is_begun_again() -> None:
    found = board("honey")
    for node in ("node-1", "node-2"):
        found.began(["honey"], node)
        found.wait(["honey"])
    assert found.items() == (ItemNow(item="honey", node="node-2", tries=2),)


def test_what_failed_says_why_and_where_and_what_was_made_says_neither() -> None:
    found = board("honey/01", "honey/02")
    found.began(["honey/01", "honey/02"], "node-1")
    crashed = ItemLine(
        position=0, item="honey/01", outcome=Outcome.FAILED, cause=Cause.WORKER_CRASHED, message="of SIGSEGV"
    )
    found.ended([crashed, ItemLine(position=1, item="honey/02", outcome=Outcome.MADE)])
    failed, made = found.items()
    assert (failed.state, failed.node, failed.tries) == (ItemState.FAILED, "node-1", 1)
    assert (failed.cause, failed.message) == (Cause.WORKER_CRASHED, "of SIGSEGV")
    assert made == ItemNow(item="honey/02", state=ItemState.MADE, tries=1)


def test_its_version_grows_with_each_change() -> None:
    found = board("honey")
    versions = [found.version]
    found.began(["honey"], "here")
    versions.append(found.version)
    found.items()
    assert versions == sorted(set(versions))
    assert found.version == versions[-1]
