"""Manifests: parts that are the same for the same lines, counts, and readers that outlive a minor version."""

from __future__ import annotations

import gzip

import pytest

from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput
from include.contract.manifests import Counts, ItemLine, Outcome, Record, pack_lines, unpack_lines


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
