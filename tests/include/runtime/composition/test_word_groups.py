from __future__ import annotations

import pytest

from include.contract.clips import ClipWord
from include.runtime.composition.subtitles import SubtitleCue
from include.runtime.composition.word_groups import word_groups


def cue(lines: tuple[str, ...], unheard: str = "") -> SubtitleCue:
    """Of words of half a second each."""
    words: list[ClipWord] = []
    at_s = 1.0
    for number, line in enumerate(lines):
        place = 0
        for text in line.split():
            begin = line.index(text, place)
            place = begin + len(text)
            end_s = at_s if text == unheard else at_s + 0.5
            words.append(ClipWord(line=number, begin=begin, end=place, start_s=at_s, end_s=end_s))
            at_s = end_s
    return SubtitleCue(1.0, at_s + 0.3, lines, tuple(words))


@pytest.mark.parametrize(
    ("lines", "groups"),
    [
        (("one two six ten", "or so"), ["one two six", "ten or so"]),
        (("Yes, they do.", "No."), ["Yes,", "they do.", "No."]),
        (("extraordinary bees",), ["extraordinary", "bees"]),
        (("蜂は 遠く",), ["蜂は遠く"]),
    ],
)
def test_words_come_one_to_three_at_a_time_and_within_a_clause(lines: tuple[str, ...], groups: list[str]) -> None:
    assert [one.lines for one in word_groups([cue(lines)], 14)] == [(text,) for text in groups]


def test_a_group_is_shown_from_its_first_word_until_the_next() -> None:
    first, second = word_groups([cue(("one two six", "ten"))], 14)
    assert (first.start_s, first.end_s, second.start_s, second.end_s) == (1.0, 2.5, 2.5, 3.3)


def test_a_word_that_is_not_heard_goes_with_its_neighbour() -> None:
    (group,) = word_groups([cue(("one [laughs] two",), unheard="[laughs]")], 20)
    assert group.lines == ("one [laughs] two",)
    (alone,) = word_groups([cue(("[laughs]",), unheard="[laughs]")], 20)
    assert (alone.lines, alone.start_s, alone.end_s) == (("[laughs]",), 1.0, 1.3)
