from __future__ import annotations

import numpy as np
import pytest

from include.runtime.languages.words import word_spans
from include.runtime.media.typesetting import Align, Part, Typesetter
from tests.include.runtime.composition.media import fonts

SAMPLES = {
    "en": "Honey never spoils",
    "ru": "Мёд не портится",
    "el": "Το μέλι δεν χαλάει",
    "zh": "蜂蜜为什么不会变质？",
    "ja": "はちみつは腐らない",
    "ko": "꿀은 상하지 않는다",
    "ar": "لماذا لا يفسد العسل؟",
    "he": "למה דבש לא מתקלקל?",
    "hi": "शहद कभी खराब नहीं होता",
    "th": "น้ำผึ้งไม่เคยเสีย",
    "bn": "মধু কখনও নষ্ট হয় না",
    "ta": "தேன் கெடுவதில்லை",
    "ka": "თაფლი არ ფუჭდება",
    "am": "ማር አይበላሽም",
    "emoji": "🐝 ❤️ 👩‍👩‍👧",
}


def typesetter(language: str = "en", weight: int = 700) -> Typesetter:
    return Typesetter(fonts(), language, weight)


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_scripts_are_drawn_with_real_glyphs(sample: str) -> None:
    setter = typesetter()
    assert setter.missing(sample) == []
    coverage = setter.set([sample], 40, 2000, 1.28).coverage(16)
    assert coverage.shape[0] % 2 == coverage.shape[1] % 2 == 0
    assert 0.02 < (coverage > 128).mean() < 0.6
    assert coverage[:2].max() == coverage[:, :2].max() == coverage[-2:].max() == coverage[:, -2:].max() == 0


def test_a_character_without_a_glyph_is_told_and_does_no_harm() -> None:
    setter = typesetter()
    assert setter.missing("a\ue000b𓀀\ue000 ") == ["\ue000", "𓀀"]
    assert setter.set(["a\ue000b𓀀"], 40, 2000).coverage(4).max() > 0


def test_weight_shows() -> None:
    ink = [int(typesetter(weight=weight).set(["Honey"], 60, 900).coverage(4).sum()) for weight in (300, 700)]
    assert ink[1] > 1.2 * ink[0]


def test_right_to_left_text_reads_from_the_right() -> None:
    """The full stop of a Hebrew sentence stands at its left end, that of a Latin one at its right."""
    hebrew, latin = (typesetter().set([text], 60, 2000).coverage(0) for text in ("שלום עולם.", "Hello world."))
    for coverage, edge in ((hebrew, coverage_left(hebrew)), (latin, coverage_left(latin[:, ::-1]))):
        assert edge < coverage.shape[0] * 0.45


@pytest.mark.parametrize(
    ("language", "text"), [("he", "YouTube הוא אתר סרטונים, נכון?"), ("ar", "iPhone هو هاتف ذكي، أليس كذلك؟")]
)
def test_a_line_of_a_right_to_left_language_that_begins_with_a_latin_word_reads_from_the_right(
    language: str, text: str
) -> None:
    begun, isolated = (
        typesetter(language).set([line], 44, 4000).coverage(16) for line in (text, f"\u2067{text}\u2069")
    )
    assert np.array_equal(begun, isolated)
    elsewhere = typesetter("en").set([text], 44, 4000).coverage(16)
    assert not np.array_equal(begun, elsewhere)


def test_chinese_is_broken_between_words() -> None:
    def rows(text: str) -> int:
        block = typesetter("zh").set([text], 40, 210)
        return round(block.height_px / typesetter("zh").set(["蜂"], 40, 210).height_px)

    assert rows("我们今天发布") == 2
    assert rows("今天我们发布了") == 2
    assert rows("一二三四五发布") == 2


def test_short_lines_stand_where_the_alignment_says() -> None:
    def free_left_px(align: Align) -> int:
        coverage = typesetter().set(["Honey never spoils", "Bee"], 40, 900, 1.2, align).coverage(0)
        return int(np.flatnonzero((coverage[coverage.shape[0] // 2 + 10 :] > 128).any(axis=0))[0])

    left, centre, right = map(free_left_px, (Align.LEFT, Align.CENTRE, Align.RIGHT))
    assert left < 10
    assert abs(2 * centre - right) < 10
    assert right > 200


def coverage_left(coverage: np.ndarray) -> int:
    """Height in rows of the leftmost ink."""
    columns = np.flatnonzero((coverage > 128).any(axis=0))
    first = coverage[:, columns[0] : columns[0] + 4]
    return int((first > 128).any(axis=1).sum())


def test_the_language_chooses_the_shape_of_a_shared_ideograph() -> None:
    shapes = [typesetter(language).set(["直"], 80, 400).coverage(4) for language in ("zh", "ja")]
    assert shapes[0].shape != shapes[1].shape or (shapes[0] != shapes[1]).any()


@pytest.mark.parametrize("language", ["en", "ja", "zh", "ar", "he", "hi", "th"])
def test_the_parts_of_a_text_are_the_text_and_each_stands_where_it_does_in_it(language: str) -> None:
    lines = [SAMPLES[language], "2 × 蜂蜜 🐝"]
    words = [Part(number, begin, end) for number, line in enumerate(lines) for begin, end in word_spans(line, language)]
    whole = typesetter(language).set(lines, 40, 900).coverage(8)
    parts = [typesetter(language).set(lines, 40, 900, only=word).coverage(8) for word in words]
    assert {part.shape for part in parts} == {whole.shape}
    assert all(part.any() for part in parts)
    assert np.abs(whole.astype(int) - sum(part.astype(int) for part in parts)).max() < 90
