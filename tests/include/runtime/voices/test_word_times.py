from __future__ import annotations

from include.runtime.voices.audio import RATE_HZ
from include.runtime.voices.spoken import SpokenWord
from include.runtime.voices.word_times import Heard, TimedBy, heard_words, timed_words


def heard(text: str, begins: list[int], spoken: list[SpokenWord], span: tuple[int, int]) -> list[tuple[int, Heard]]:
    keys = [((0, number), place) for number, place in enumerate(begins)]
    return [(number, one) for (_, number), one in heard_words(text, keys, spoken, span, TimedBy.EVENTS)]


def test_a_written_word_lasts_as_long_as_all_that_is_said_for_it() -> None:
    spoken = [SpokenWord(0, 10, 20), SpokenWord(7, 25, 40), SpokenWord(12, 45, 60)]
    assert heard("twenty five bees", [0, 12], spoken, (0, 60)) == [
        (0, Heard(10, 40, TimedBy.EVENTS)),
        (1, Heard(45, 60, TimedBy.EVENTS)),
    ]


def test_words_of_which_the_engine_does_not_tell_share_the_time_by_their_letters() -> None:
    assert heard("aa bbbb cc", [0, 3, 8], [SpokenWord(0, 0, 60), SpokenWord(8, 70, 90)], (0, 90)) == [
        (0, Heard(0, 20, TimedBy.LETTERS)),
        (1, Heard(20, 60, TimedBy.LETTERS)),
        (2, Heard(70, 90, TimedBy.EVENTS)),
    ]
    assert heard("aa bb", [0, 3], [SpokenWord(3, 50, 80)], (10, 80)) == [
        (0, Heard(10, 50, TimedBy.LETTERS)),
        (1, Heard(50, 80, TimedBy.EVENTS)),
    ]


def test_a_part_of_which_nothing_is_told_is_shared() -> None:
    assert heard("aa bb", [0, 3], [], (10, 50)) == [
        (0, Heard(10, 30, TimedBy.LETTERS)),
        (1, Heard(30, 50, TimedBy.LETTERS)),
    ]


def test_what_has_no_letter_is_not_heard() -> None:
    assert [number for number, _ in heard("aa - bb", [0, 3, 5], [], (0, 10))] == [0, 2]


def test_a_word_that_is_not_heard_takes_no_time_beside_its_neighbours() -> None:
    words = {(0, 0): "Bees", (0, 5): "🐝", (1, 0): "«", (1, 2): "hum", (2, 0): "[laughs]"}
    second = Heard(RATE_HZ, 2 * RATE_HZ, TimedBy.EVENTS)
    found = timed_words(words, {(0, 0): Heard(0, RATE_HZ // 2, TimedBy.EVENTS), (1, 2): second})
    assert [(word.text, word.start_s, word.end_s) for word in found] == [
        ("Bees", 0.0, 0.5),
        ("🐝", 0.5, 0.5),
        ("«", 1.0, 1.0),
        ("hum", 1.0, 2.0),
        ("[laughs]", 2.0, 2.0),
    ]
    assert [word.timed_by for word in found][1:4] == [None, None, TimedBy.EVENTS]
