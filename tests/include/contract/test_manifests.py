"""Manifests: parts that are the same for the same lines, counts, and readers that outlive a minor version."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput
from include.contract.manifests import (
    MAX_LINE_BYTES,
    PART_ITEMS,
    Counts,
    ItemLine,
    Outcome,
    Record,
    pack_lines,
    unpack_lines,
)


def line(position: int, **fields: object) -> ItemLine:
    outputs = (Artifact(name="image", sha256="ab" * 32, bytes=3, media_type="image/png"),)
    return ItemLine.model_validate({"position": position, "item": f"i/{position:02d}", "outputs": outputs, **fields})


def test_packed_lines_come_back_and_have_no_clock_in_them() -> None:
    lines = [line(0, outcome=Outcome.MADE), line(1, outcome=Outcome.FAILED, message="no\nway")]
    assert list(unpack_lines(pack_lines(lines))) == lines
    assert pack_lines(lines) == pack_lines(lines)


def test_lines_are_unpacked_as_they_are_asked_for() -> None:
    packed = pack_lines([line(0)])
    lines = unpack_lines(gzip.compress(gzip.decompress(packed) + b"not a line\n"))
    assert next(lines).position == 0


def test_a_line_without_outcome_reads_as_reused() -> None:
    assert line(0).outcome is Outcome.REUSED


def test_skipped_items_are_not_in_the_failed_share() -> None:
    outcomes = [Outcome.MADE, Outcome.FAILED, Outcome.SKIPPED, Outcome.SKIPPED]
    counts = Counts.of(line(position, outcome=outcome) for position, outcome in enumerate(outcomes))
    assert (counts.planned, counts.failed_share) == (4, 0.5)


def test_a_missing_output_is_named() -> None:
    with pytest.raises(CorruptInput, match="item i/00 has no output `speech`; found: image"):
        line(0).output("speech")


def test_readers_ignore_fields_of_a_newer_minor_version() -> None:
    record = {
        "preimage": {},
        "outputs": [],
        "device_s": 1,
        "of_later": True,
        "provenance": {
            "made_by": {"dag_id": "d", "run_id": "r", "task_id": "t"},
            "made_at": "2026-01-01T00:00:00+00:00",
            "device": "cpu",
        },
    }
    assert Record.model_validate(record).device_s == 1


MIB = 2**20


@given(st.binary(max_size=100), st.booleans())
@example(b"x", False)
@example(b"\x1f\x8b", False)
@example(bytes.fromhex("1f8b0800020303e5"), False)
@example(b"x\n", True)
@example(b"{}\n", True)
@example(b"\xff\n", True)
@example(b"[" * 1000, True)
@example(b"1" * 5000, True)
@example(b'{"position": 0, "item": "a", "device_s": NaN}\n', True)
@example(b'{"position": 0, "item": "\\ud800"}\n', True)
@example(b"\n", True)
def test_what_is_no_list_of_items_is_corrupt(body: bytes, is_packed: bool) -> None:
    if is_packed and not body:
        assert list(unpack_lines(gzip.compress(body))) == []
        return
    with pytest.raises(CorruptInput, match="a list of items"):
        list(unpack_lines(gzip.compress(body) if is_packed else body))


@given(st.data())
def test_a_list_with_one_byte_changed_is_what_it_was_or_corrupt(data: st.DataObject) -> None:
    lines = [line(0), line(1, outcome=Outcome.FAILED, message="no\nway")]
    packed = bytearray(pack_lines(lines))
    packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert list(unpack_lines(bytes(packed))) == lines
    except CorruptInput as error:
        assert "a list of items" in str(error)  # noqa: PT017 - either is right


def test_a_line_that_never_ends_is_given_up_while_it_is_unpacked() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(MIB)) for _ in range(512)) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(CorruptInput, match=f"a line of more than {MAX_LINE_BYTES} bytes"):
            list(unpack_lines(bomb))
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()


def test_a_part_has_no_more_items_than_parts_have() -> None:
    row = gzip.decompress(pack_lines([line(0)]))
    assert sum(1 for _ in unpack_lines(gzip.compress(row * PART_ITEMS))) == PART_ITEMS
    with pytest.raises(CorruptInput, match=f"more than {PART_ITEMS} in one part"):
        list(unpack_lines(gzip.compress(row * (PART_ITEMS + 1))))


def test_words_of_a_later_minor_version_are_read_as_they_stand_and_never_as_a_success() -> None:
    told = {"position": 0, "item": "a", "outcome": "postponed", "cause": "moon_phase", "outputs": []}
    (found,) = unpack_lines(gzip.compress(json.dumps(told).encode()))
    assert (found.outcome, found.cause, found.succeeded) == ("postponed", "moon_phase", False)
    assert f"{found.cause}" == "moon_phase"
    counts = Counts.of([found, line(1)])
    assert (counts.failed, counts.reused, counts.failed_share) == (1, 1, 0.5)


@pytest.mark.parametrize("word", ["", "Two words", "<b>", "x" * 61, 5, None])
def test_a_word_that_no_version_would_write_is_corrupt(word: object) -> None:
    with pytest.raises(CorruptInput):
        list(unpack_lines(gzip.compress(json.dumps({"position": 0, "item": "a", "outcome": word}).encode())))
