"""The table of espeak's languages."""

from __future__ import annotations

import re

from include.contract.brief import Brief
from include.contract.spoken_languages import SPOKEN_BY_ESPEAK


def test_every_tag_is_a_language_that_a_brief_may_have_in_its_canonical_case() -> None:
    for tag in SPOKEN_BY_ESPEAK:
        assert Brief(topic="Bees", language=tag).language == tag


def test_every_voice_and_every_name_stands_once() -> None:
    voices, names = zip(*SPOKEN_BY_ESPEAK.values(), strict=True)
    assert len(set(voices)) == len(set(names)) == len(SPOKEN_BY_ESPEAK)


def test_a_voice_is_named_by_its_family_and_itself() -> None:
    for voice, name in SPOKEN_BY_ESPEAK.values():
        assert re.fullmatch(r"([a-z]{3}/)?[A-Za-z0-9-]+", voice), voice
        assert name == name.strip() != ""


def test_what_espeak_cannot_speak_is_left_out() -> None:
    assert {"fo", "kaa", "chr", "cv", "sjn", "xex"}.isdisjoint(SPOKEN_BY_ESPEAK)
    assert list(SPOKEN_BY_ESPEAK) == sorted(SPOKEN_BY_ESPEAK, key=str.casefold)
