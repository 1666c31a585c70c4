from __future__ import annotations

import gzip
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import include.contract.entries
from include.contract.brief import Brief
from include.contract.entries import Entries, Entry, pack_entries, unpack_entries
from include.contract.errors import BadRequest, CorruptInput

ENTRIES = Entries(day=date(2026, 11, 25), entries=(Entry(brief=Brief(topic="Bees")),), mistakes=("row 2: no",))


def test_entries_come_back_and_have_no_clock_in_them() -> None:
    assert unpack_entries(pack_entries(ENTRIES)) == ENTRIES
    assert pack_entries(ENTRIES) == pack_entries(ENTRIES)


@given(st.binary(max_size=100), st.booleans())
@example(b"", True)
@example(b"{}", True)
@example(b"\xff", True)
@example(b"[" * 1000, True)
@example(b"1" * 5000, True)
@example(b'{"day": "2026-11-25", "entries": [{"brief": {"topic": "\\ud800"}}]}', True)
@example(b"\x1f\x8b", False)
def test_anything_else_is_corrupt(body: bytes, is_packed: bool) -> None:
    with pytest.raises(CorruptInput, match="the briefs of a run"):
        unpack_entries(gzip.compress(body) if is_packed else body)


def test_what_could_not_be_read_again_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(ENTRIES.model_dump_json().encode())
    monkeypatch.setattr(include.contract.entries, "MAX_ENTRIES_BYTES", size)
    assert unpack_entries(pack_entries(ENTRIES)) == ENTRIES
    monkeypatch.setattr(include.contract.entries, "MAX_ENTRIES_BYTES", size - 1)
    with pytest.raises(BadRequest, match="the 1 briefs of this run have .* Split them"):
        pack_entries(ENTRIES)
