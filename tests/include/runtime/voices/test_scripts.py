from __future__ import annotations

import pytest

from include.runtime.voices.scripts import script_runs


@pytest.mark.parametrize(
    ("language", "text", "runs"),
    [
        ("en", "In Moscow, Москва, 5 bees", [(None, "In Moscow, "), ("CYRILLIC", "Москва, "), (None, "5 bees")]),
        ("en", "café naïve Łódź", [(None, "café naïve Łódź")]),
        ("zh-Hans", "我们用AI技术 שלום", [(None, "我们用AI技术 "), ("HEBREW", "שלום")]),
        ("ja", "カタカナ Hello", [(None, "カタカナ "), ("LATIN", "Hello")]),
        ("sr-Latn", "Beograd Београд", [(None, "Beograd Београд")]),
        ("de", "123", [(None, "123")]),
        ("de", "", []),
    ],
)
def test_text_is_parted_where_the_voice_cannot_read_on(
    language: str, text: str, runs: list[tuple[str | None, str]]
) -> None:
    assert list(script_runs(text, language)) == runs
