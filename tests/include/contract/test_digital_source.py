from __future__ import annotations

import pytest

from include.contract.digital_source import DigitalSource, made_of, source_told_in

RULES, TRAINED = DigitalSource.ALGORITHMIC, DigitalSource.TRAINED


@pytest.mark.parametrize(
    ("parts", "whole"),
    [((), RULES), ((None,), RULES), ((RULES, None), RULES), ((RULES, TRAINED, None), TRAINED)],
)
def test_a_whole_is_trained_where_a_part_of_it_is(
    parts: tuple[DigitalSource | None, ...], whole: DigitalSource
) -> None:
    assert made_of(*parts) is whole


def test_a_source_is_found_by_its_address() -> None:
    assert [source_told_in(f"<x>{source.uri}</x>") for source in DigitalSource] == list(DigitalSource)
    assert source_told_in("trainedAlgorithmicMedia") is None
    assert source_told_in("http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture") is None


def test_of_several_terms_the_one_that_says_more_counts_and_only_whole_ones_do() -> None:
    trained, rules = DigitalSource.TRAINED, DigitalSource.ALGORITHMIC
    assert source_told_in(f"{rules.uri} {trained.uri}") is trained
    assert source_told_in(rules.uri.replace(rules.value, "digitalCapture ") + trained.uri) is trained
    assert source_told_in(f"{rules.uri}Foo") is None
