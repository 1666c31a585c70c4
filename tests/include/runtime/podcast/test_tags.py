from __future__ import annotations

import pytest

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.runtime.podcast.tags import code_of


@pytest.mark.parametrize(
    ("language", "code"),
    [("en", "eng"), ("de-AT", "deu"), ("zh-Hans", "zho"), ("fr", "fra"), ("yue", "yue"), ("nb", "nob"), ("qq", "und")],
)
def test_a_language_has_three_letters(language: str, code: str) -> None:
    assert code_of(language) == code


def test_every_language_that_is_spoken_has_a_code() -> None:
    assert [tag for tag in SPOKEN_BY_ESPEAK if code_of(tag) == "und"] == []
