"""What a decision is tied to, and how it is told."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.artifacts import artifact_of
from include.contract.decisions import Decision, Verdict, pack_decisions, piece_digest, unpack_decisions
from include.contract.errors import CorruptInput
from include.contract.planning import PlannedItem

DIGEST = "ab" * 32


def decided(**facts: object) -> Decision:
    own = {"content_type": "films", "brief": "honey", "content_digest": DIGEST, "verdict": "approved", "by": "ada"}
    return Decision.model_validate(own | {"at": datetime(2026, 11, 25, 8, tzinfo=UTC)} | facts)


def test_the_key_of_a_later_decision_sorts_behind_wherever_it_was_taken() -> None:
    east = timezone(timedelta(hours=9))
    early, late = decided(at=datetime(2026, 11, 25, 16, 59, tzinfo=east)), decided(verdict="rejected")
    assert early.key() < late.key()
    assert late.key().startswith(f"v1/decisions/films/honey/{DIGEST}/20261125T080000000000Z-")


def test_a_decision_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        decided(at=datetime(2026, 11, 25, 8))


def test_it_says_who_decided_what_and_why() -> None:
    told = decided(verdict=Verdict.REJECTED, why="too dark").told()
    assert told == "rejected by ada at 2026-11-25T08:00:00+00:00: too dark"


def test_a_piece_is_another_with_any_other_file_or_word() -> None:
    title, film = artifact_of("title", b"Honey", "text/plain"), artifact_of("video", b"film", "video/mp4")
    other = artifact_of("video", b"another film", "video/mp4")
    pieces = [PlannedItem("honey", "honey", inputs) for inputs in ((title, film), (title, other), (film, title))]
    assert len({piece_digest(piece) for piece in pieces}) == 3


def test_collected_decisions_come_back() -> None:
    decisions = [decided(), decided(verdict="rejected", why="too dark")]
    assert unpack_decisions(pack_decisions(decisions)) == decisions


@given(st.binary(min_size=1, max_size=100), st.booleans())
@example(b"x", False)
@example(b"{}\n", True)
@example(b"\xff\n", True)
@example(b"[" * 1000, True)
@example(b"1" * 5000, True)
@example(b"a" * 40_000, True)
def test_what_was_not_collected_is_corrupt(body: bytes, is_packed: bool) -> None:
    with pytest.raises(CorruptInput, match="what was decided"):
        unpack_decisions(gzip.compress(body) if is_packed else body)


def test_a_verdict_of_a_later_minor_version_approves_nothing() -> None:
    later = decided(verdict="postponed")
    assert (later.verdict, later.told()) == ("postponed", "postponed by ada at 2026-11-25T08:00:00+00:00")
    assert later.verdict is not Verdict.APPROVED
