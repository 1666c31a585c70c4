from __future__ import annotations

from include.contract.timing import TimedText, Timing
from include.runtime.composition.letters import Letters


def timing(words: bool) -> Timing:
    text = "Bees fly home"
    timed = [TimedText(text=one, start_s=at, end_s=at + 1) for at, one in enumerate(text.split())] if words else []
    return Timing(duration_s=3.0, segments=(TimedText(text=text, start_s=0.0, end_s=3.0),), words=tuple(timed))


def test_lines_find_their_words_again() -> None:
    letters = Letters(timing(words=True), "en")
    first, second = (list(letters.take(line, text)) for line, text in enumerate(["Bees fly", "home"]))
    assert [(word.begin, word.end, word.start_s, word.end_s) for word in first] == [(0, 4, 0.0, 1.0), (5, 8, 1.0, 2.0)]
    assert [(word.line, word.start_s) for word in second] == [(1, 2.0)]


def test_a_word_that_is_broken_is_heard_in_parts() -> None:
    letters = Letters(timing(words=True), "en")
    first, second = list(letters.take(0, "Be")), list(letters.take(1, "es fly home"))
    assert (first[0].end_s, second[0].begin, second[0].end, second[0].start_s) == (0.5, 0, 2, 0.5)


def test_without_words_a_segments_time_is_shared_by_its_letters() -> None:
    words = list(Letters(timing(words=False), "en").take(0, "Bees fly home"))
    assert [round(word.start_s, 2) for word in words] == [0.0, 1.09, 1.91]
    assert words[-1].end_s == 3.0
