"""What a stage's lines amount to: the same for its process and for a merge, however many there are (W3–W6)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace

import pytest

from include.contract.artifacts import Artifact
from include.contract.conclusion import Conclusion, concluded, content_of, is_later, manifest_of, says_the_same
from include.contract.errors import BadRequest, Cause
from include.contract.fingerprint import content_digest
from include.contract.manifests import (
    MAX_FAILURES_IN_HEADER,
    MAX_HEADER_BYTES,
    MAX_PART_BYTES,
    PART_ITEMS,
    ItemLine,
    Manifest,
    Outcome,
    unpack_lines,
)
from tests.include.contract.test_requests import request


def line(position: int, outcome: Outcome = Outcome.MADE, **fields: object) -> ItemLine:
    output = Artifact(name="image", sha256=f"{position:064x}", bytes=3, media_type="image/png")
    succeeded = outcome in (Outcome.MADE, Outcome.REUSED)
    return ItemLine.model_validate(
        {
            "position": position,
            "item": f"b/{position:05d}",
            "outcome": outcome,
            "outputs": (output,) if succeeded else (),
            "device_s": 0.5 if succeeded else 0.0,
            **fields,
        }
    )


def conclude(*lines: ItemLine, is_whole: bool = True) -> tuple[Conclusion, dict[str, bytes]]:
    kept: dict[str, bytes] = {}
    conclusion = concluded(lines, lambda body, artifact: kept.update({artifact.sha256: body}), is_whole=is_whole)
    return conclusion, kept


def test_counts_seconds_and_digest_are_those_of_all_lines() -> None:
    conclusion, kept = conclude(line(0), line(1, Outcome.REUSED), line(2))
    assert (conclusion.counts.planned, conclusion.counts.made, conclusion.counts.reused) == (3, 2, 1)
    assert (conclusion.spent_s, conclusion.saved_s) == (1.0, 0.5)
    assert conclusion.content_digest == content_digest([(f"b/{n:05d}", "image", f"{n:064x}") for n in range(3)])
    (part,) = conclusion.parts
    assert [each.outcome for each in unpack_lines(kept[part.sha256])] == ["made", "reused", "made"]
    (part,) = conclusion.content_parts
    assert {each.outcome for each in unpack_lines(kept[part.sha256])} == {Outcome.REUSED}


@pytest.mark.parametrize("new", range(3))
def test_a_later_run_reads_all_lines_wherever_among_them_a_new_one_is(new: int) -> None:
    conclusion, kept = conclude(*(line(n, Outcome.MADE if n == new else Outcome.REUSED) for n in range(3)))
    (part,) = conclusion.content_parts
    assert [*unpack_lines(kept[part.sha256])] == [line(n, Outcome.REUSED) for n in range(3)]
    assert part.items == 3


def test_a_stage_of_reused_items_shares_its_parts_with_its_content() -> None:
    kept: list[str] = []
    lines = (line(0, Outcome.REUSED), line(1, Outcome.REUSED))
    conclusion = concluded(lines, lambda body, artifact: kept.append(artifact.sha256), is_whole=True)
    assert conclusion.parts == conclusion.content_parts
    assert kept == [conclusion.parts[0].sha256], "packed and put once"


def test_a_wide_stage_is_cut_into_parts_before_its_last_line_is_there() -> None:
    kept_when: list[int] = []

    def lines() -> Iterator[ItemLine]:
        for position in range(PART_ITEMS + 1):
            if position == PART_ITEMS:
                kept_when.append(len(kept))
            yield line(position, Outcome.REUSED)

    kept: list[str] = []
    conclusion = concluded(lines(), lambda body, artifact: kept.append(artifact.sha256), is_whole=False)
    assert [part.items for part in conclusion.parts] == [PART_ITEMS, 1]
    assert kept_when == [1]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.SKIPPED])
def test_a_stage_that_lacks_an_item_has_no_content(outcome: Outcome) -> None:
    conclusion, _ = conclude(line(0), line(1, outcome))
    assert not conclusion.is_complete
    assert conclusion.content_parts == ()


def test_a_shard_has_no_content_of_its_own() -> None:
    assert conclude(line(0), is_whole=False)[0].content_parts == ()


def test_no_lines_are_complete() -> None:
    conclusion, kept = conclude()
    assert (conclusion.is_complete, conclusion.parts, kept) == (True, (), {})
    assert conclusion.refusal(0.0) == ""


def test_failures_are_refused_by_their_share_and_quoted() -> None:
    failed = [line(n, Outcome.FAILED, cause=Cause.BUG, message=f"no {n}") for n in range(1, 5)]
    conclusion, _ = conclude(line(0), *failed, line(5, Outcome.SKIPPED))
    assert conclusion.refusal(0.8) == ""
    words = conclusion.refusal(0.5)
    assert words.startswith("4 of 5 items failed, more than the allowed share of 0.5: b/00001: no 1; ")
    assert "no 4" not in words


@pytest.mark.parametrize(
    ("causes", "is_mendable"),
    [("rejected_content bug", True), ("rejected_content", False), ("model_refused", False), ("model_away", True)],
)
def test_what_no_retry_mends_is_told_apart(causes: str, is_mendable: bool) -> None:
    failed = [line(n, Outcome.FAILED, cause=cause) for n, cause in enumerate(causes.split())]
    assert conclude(*failed)[0].is_mendable is is_mendable


def test_the_header_holds_the_first_failures_and_is_bounded() -> None:
    failed = [line(n, Outcome.FAILED, cause=Cause.BUG) for n in range(MAX_FAILURES_IN_HEADER + 5)]
    asked = request()
    manifest = manifest_of(asked, asked.sha256(), conclude(*failed)[0], wall_s=1.0, attempt=2)
    assert [each.position for each in manifest.failures] == list(range(MAX_FAILURES_IN_HEADER))
    assert (manifest.attempt, manifest.process_started, manifest.request) == (2, True, asked.sha256())
    assert manifest.fitting_batch_size is None


@pytest.mark.parametrize("message", ["蜂" * 1000, "\x01" * 1000, "a" * 3000])
def test_a_header_tells_its_failures_more_shortly_where_it_would_grow_too_large(message: str) -> None:
    failed = [line(n, Outcome.FAILED, cause=Cause.BUG, message=message) for n in range(MAX_FAILURES_IN_HEADER)]
    conclusion, kept = conclude(*failed)
    manifest = manifest_of(request(), "ab" * 32, conclusion, wall_s=1.0, attempt=1)
    assert len(manifest.model_dump_json().encode()) <= MAX_HEADER_BYTES
    assert len(manifest.failures) == MAX_FAILURES_IN_HEADER
    assert all(each.message[:100] == message[:100] for each in manifest.failures)
    (part,) = conclusion.parts
    assert [each.message for each in unpack_lines(kept[part.sha256])] == [message] * MAX_FAILURES_IN_HEADER


def test_a_header_of_too_many_parts_is_refused() -> None:
    conclusion, _ = conclude(line(0))
    wide = replace(conclusion, parts=conclusion.parts * 1000)
    with pytest.raises(BadRequest, match=f"allowed: {MAX_HEADER_BYTES}. Make fewer briefs in a run"):
        manifest_of(request(), "ab" * 32, wide, wall_s=1.0, attempt=1)


def test_a_part_ends_early_where_its_lines_are_long() -> None:
    outputs = tuple(
        Artifact(name=f"picture/{n:04d}", sha256="ab" * 32, bytes=3, media_type="image/png") for n in range(100, 2100)
    )
    sizes: list[int] = []
    lines = (line(n, outputs=outputs) for n in range(MAX_PART_BYTES // 700_000 + 5))
    conclusion = concluded(lines, lambda body, artifact: sizes.append(len(gzip.decompress(body))), is_whole=False)
    assert len(conclusion.parts) == 2
    assert max(sizes) <= MAX_PART_BYTES


@pytest.mark.parametrize(("stored", "written", "is_kept"), [(2, 1, True), (1, 1, False), (1, 2, False)])
@pytest.mark.parametrize("has_process", [True, False])
def test_what_a_later_try_wrote_is_told_from_what_an_earlier_one_writes(
    stored: int, written: int, is_kept: bool, has_process: bool
) -> None:
    conclusion, _ = conclude(line(0))
    tries = [(number, 1) if has_process else (0, number) for number in (stored, written)]
    before, now = (
        manifest_of(request(), "ab" * 32, conclusion, wall_s=1.0, attempt=attempt, found_by_try=found_by)
        for attempt, found_by in tries
    )
    assert is_later(before.model_dump_json().encode(), now) is is_kept
    assert not is_later(b"{", now)


def test_a_stored_content_says_the_same_when_stage_and_records_are_the_same() -> None:
    content, other = (content_of(request(), conclude(line(n))[0]) for n in range(2))
    assert says_the_same(content.model_dump_json().encode(), content)
    assert not says_the_same(other.model_dump_json().encode(), content)
    assert not says_the_same(content.model_copy(update={"preimage": {}}).model_dump_json().encode(), content)
    assert not says_the_same(content.model_copy(update={"parts": ()}).model_dump_json().encode(), content)
    for broken in (b"{", b"[" * 1000, content.model_dump_json().replace("Bees", "\\ud800").encode()):
        assert not says_the_same(broken, content)


def test_a_manifest_of_a_later_minor_version_is_read_whatever_it_adds() -> None:
    manifest = manifest_of(request(), "ab" * 32, conclude(line(0))[0], wall_s=1.0, attempt=1)
    fields = manifest.model_dump(mode="json")
    for holder in (fields, *(fields[name] for name in ("run", "model", "counts", "shard"))):
        holder["of_later"] = {"a": [1]}
    fields["kind"] = "clip"
    found = Manifest.model_validate(fields)
    assert found == manifest.model_copy(update={"kind": "clip"})
