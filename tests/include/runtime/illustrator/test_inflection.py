from __future__ import annotations

import pytest

from include.runtime.illustrator.inflection import compound_parts, forms


@pytest.mark.parametrize(
    ("tongue", "word", "base"),
    [("en", "berries", "berry"), ("en", "wolves", "wolf"), ("en", "boxes", "box"), ("de", "bäumen", "baum"),
     ("de", "lehrerinnen", "lehrerin"), ("de", "sonnenblumen", "sonnenblume"), ("es", "gatos", "gato"),
     ("ru", "собаку", "собак")],
)  # fmt: skip
def test_base_forms_are_among_the_guesses(tongue: str, word: str, base: str) -> None:
    assert base in [form for form, _ in forms(word, tongue)]


def test_a_compound_is_what_its_end_says_and_of_what_its_beginning_says() -> None:
    assert compound_parts("apfelbäume", {"apfel", "baum"}, "de") == ["baum", "apfel"]
    assert compound_parts("wissenschaft", {"schaf"}, "de") == []
    assert compound_parts("apfelbaum", {"apfel"}, "en") == []
