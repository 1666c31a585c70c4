from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.timing import TimedText
from include.runtime.composition.chapters import MAX_CHARACTERS, chapter_titles
from include.runtime.composition.story import SpokenScene


def scene(*texts: str) -> SpokenScene:
    segments = tuple(TimedText(text=text, start_s=0.0, end_s=1.0) for text in texts)
    return SpokenScene("01", Path("speech"), 1.0, segments, None)


@pytest.mark.parametrize(
    ("texts", "language", "title"),
    [
        (("Honey never", " spoils. It is sour."), "en", "Honey never spoils."),
        (("蜂蜜为什么不会变质？因为它的含水量极低。",), "zh", "蜂蜜为什么不会变质？"),
        (("word " * 30,), "en", "word word word word word word word word word word word…"),
        (("蜂" * 90,), "zh", "蜂" * 59 + "…"),
        ((), "en", "1"),
        (("Two\nlines",), "en", "Two lines"),
    ],
)
def test_a_chapter_is_called_after_its_first_sentence(texts: tuple[str, ...], language: str, title: str) -> None:
    (found,) = chapter_titles([scene(*texts)], language)
    assert found == title
    assert len(found) <= MAX_CHARACTERS
