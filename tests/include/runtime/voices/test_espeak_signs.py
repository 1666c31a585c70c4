"""The table of signs that voices have words for."""

from __future__ import annotations

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.runtime.voices.espeak_signs import SIGNS_READ, signs_read_by_voice


def test_a_language_is_found_without_its_region() -> None:
    assert signs_read_by_voice("pt-BR") == signs_read_by_voice("pt") != ""
    assert "§" in signs_read_by_voice("de-AT")


def test_of_a_language_without_a_list_no_sign_is_read() -> None:
    assert signs_read_by_voice("eu") == ""
    assert signs_read_by_voice("xx-YY") == ""


def test_the_table_is_of_languages_that_are_spoken_and_of_signs_alone() -> None:
    assert set(SIGNS_READ) <= {tag.split("-")[0] for tag in SPOKEN_BY_ESPEAK}
    for language, signs in SIGNS_READ.items():
        assert len(set(signs)) == len(signs), language
        assert not any(sign.isalnum() or sign.isspace() for sign in signs), language
