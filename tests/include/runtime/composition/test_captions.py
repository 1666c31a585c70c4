"""Subtitles in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from include.contract.clips import ClipWord
from include.contract.params import ClipStillParams
from include.contract.values import Aspect
from include.runtime.composition.captions import LINES_AREA, WORDS_AREA, Captions, line_units
from include.runtime.composition.subtitles import SubtitleCue
from include.runtime.languages.words import word_spans
from include.runtime.media.typesetting import Typesetter
from tests.include.runtime.composition.media import fonts

CUES = (
    SubtitleCue(1.0, 2.0, ("Bees dance.",)),
    SubtitleCue(2.0, 3.0, ("They tell each other", "where flowers are.")),
    SubtitleCue(5.0, 6.0, ("W" * 42,)),
)


def captions(aspect: Aspect = Aspect.WIDE, language: str = "en", **params: object) -> Captions:
    asked = ClipStillParams.model_validate({"aspect": aspect, "short_side_px": 240, **params})
    return Captions(CUES, Typesetter(fonts(), language, 700), asked)


def spoken(line: str, language: str, **params: object) -> Captions:
    """One line, whose words take a second each."""
    words = tuple(
        ClipWord(line=0, begin=begin, end=end, start_s=at, end_s=at + 1)
        for at, (begin, end) in enumerate(word_spans(line, language))
    )
    asked = ClipStillParams.model_validate({"short_side_px": 240, **params})
    cue = SubtitleCue(0.0, len(words) + 1.0, (line,), words)
    return Captions([cue], Typesetter(fonts(), language, 700), asked)


def test_each_moment_shows_its_cue_and_none_shows_nothing() -> None:
    shown = captions()
    assert shown.at(0.99) is None
    assert shown.at(3.0) is None
    assert shown.at(4.9) is None
    assert shown.at(6.0) is None
    first, second = shown.at(1.0), shown.at(2.0)
    assert first is not None
    assert second is not None
    assert second.colour.y.shape[0] > first.colour.y.shape[0], "it has two lines"


def test_a_cue_is_drawn_once_however_often_it_is_seen() -> None:
    shown = captions()
    assert shown.at(1.0) is shown.at(1.5)
    assert shown.at(1.0) is not shown.at(2.5)


@pytest.mark.parametrize("aspect", Aspect)
@pytest.mark.parametrize("cue", CUES, ids=["short", "two lines", "wide"])
def test_text_stays_in_its_safe_area(cue: SubtitleCue, aspect: Aspect) -> None:
    overlay = captions(aspect).at(cue.start_s)
    assert overlay is not None
    width, height = aspect.frame_px(240)
    rows = overlay.top + np.flatnonzero((overlay.colour.y > 150).any(axis=1))
    columns = overlay.left + np.flatnonzero((overlay.colour.y > 150).any(axis=0))
    assert columns[-1] - columns[0] <= LINES_AREA[aspect].width * width + 2
    assert abs((columns[0] + columns[-1]) / 2 - width / 2) < 6
    assert rows[-1] <= height * (1 - LINES_AREA[aspect].bottom) + 2
    assert (overlay.left % 2, overlay.top % 2) == (0, 0)


@pytest.mark.parametrize(
    ("language", "line", "from_right"),
    [
        ("en", "Bees fly home", False),
        ("ar", "النحل يطير بعيدا", True),
        ("ja", "蜂が遠くまで飛びます", False),
        ("hi", "मधुमक्खियाँ बहुत महत्वपूर्ण", False),
    ],
)
def test_the_word_that_is_heard_is_coloured_where_it_stands_and_no_shape_changes(
    language: str, line: str, from_right: bool
) -> None:
    shown = spoken(line, language, subtitle_style="highlight", subtitle_colour="#000000", subtitle_highlight="#ff0000")
    plain = spoken(line, language, subtitle_colour="#000000").at(0.5)
    assert plain is not None
    middles = []
    for word in range(3):
        overlay = shown.at(word + 0.5)
        assert overlay is not None
        assert np.array_equal(overlay.through.y, plain.through.y)
        red = np.flatnonzero((overlay.colour.v > 160).any(axis=0))
        assert np.ptp(red) < 0.75 * overlay.colour.v.shape[1], "no other word"
        middles.append(red.mean())
    assert middles == sorted(set(middles), reverse=from_right)


def test_between_words_nothing_is_coloured_but_a_short_silence_is_the_words_before_it() -> None:
    words = (
        ClipWord(line=0, begin=0, end=4, start_s=0.0, end_s=1.0),
        ClipWord(line=0, begin=5, end=8, start_s=1.2, end_s=2),
    )
    cue = SubtitleCue(0.0, 3.0, ("Bees fly",), words)
    asked = ClipStillParams.model_validate({"short_side_px": 240, "subtitle_style": "highlight"})
    shown = Captions([cue], Typesetter(fonts(), "en", 700), asked)
    first, second = shown.at(0.5), shown.at(1.5)
    assert shown.at(1.1) is not second
    assert np.array_equal(shown.at(1.1).colour.v, first.colour.v)
    lines = Captions([cue], Typesetter(fonts(), "en", 700), ClipStillParams(short_side_px=240)).at(2.5)
    assert np.array_equal(shown.at(2.5).colour.y, lines.colour.y)


def test_words_come_a_few_at_a_time_and_larger() -> None:
    one = spoken("Bees fly, they do", "en", subtitle_style="word")
    first = one.at(0.5)
    assert first is not None
    assert first is one.at(1.5)
    assert first is not one.at(2.5)
    lines = spoken("Bees fly,", "en").at(0.5)
    assert lines is not None
    assert first.colour.y.shape[0] > 1.4 * lines.colour.y.shape[0]


@pytest.mark.parametrize("style", ["highlight", "word"])
@pytest.mark.parametrize("long", ["Honey bees fly home " * 2, "Unternehmensberatungsgesellschaft WWWWWWWWWWWW"])
@pytest.mark.parametrize(("position", "share"), [("top", 0.14), ("middle", 0.5), ("bottom", 0.75)])
def test_upright_films_leave_room_for_the_buttons_of_platforms(
    position: str, share: float, long: str, style: str
) -> None:
    aspect = Aspect.UPRIGHT
    params = {"aspect": aspect, "subtitle_style": style, "subtitle_position": position}
    overlay = spoken(long.strip(), "en", **params).at(0.5)
    assert overlay is not None
    width, height = aspect.frame_px(240)
    rows = overlay.top + np.flatnonzero((overlay.colour.y > 100).any(axis=1))
    columns = overlay.left + np.flatnonzero((overlay.colour.y > 100).any(axis=0))
    assert columns[-1] < width * (0.5 + WORDS_AREA[aspect].width / 2) + 2
    assert height * 0.14 - 3 <= rows[0]
    assert rows[-1] <= height * 0.75 + 3
    room_above_letters = 5 if style == "word" else 3
    assert rows[0] <= share * height + room_above_letters
    assert rows[-1] >= share * height - 3


def test_larger_subtitles_have_shorter_lines() -> None:
    usual, larger = (ClipStillParams(subtitle_size=size) for size in (1.0, 2.0))
    assert (line_units(usual), line_units(larger)) == (42, 21)
    upright = ClipStillParams.model_validate({"aspect": "9:16", "subtitle_style": "highlight"})
    assert line_units(upright) == 20


def test_a_box_stands_behind_all_of_the_text() -> None:
    overlay = captions(subtitle_box="#0000ff").at(2.0)
    assert overlay is not None
    rows, columns = np.flatnonzero((overlay.through.y < 100).any(axis=1)), (overlay.through.y < 100).any(axis=0)
    assert (overlay.colour.u[rows[0] // 2 + 2] > 180).any()
    assert columns.mean() > 0.9
