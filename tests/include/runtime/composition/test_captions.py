"""Subtitles in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from include.contract.values import Aspect
from include.runtime.composition.captions import BOTTOM, SAFE_WIDTH, Captions
from include.runtime.composition.subtitles import SubtitleCue
from include.runtime.media.typesetting import Typesetter
from tests.include.runtime.composition.media import fonts

CUES = (
    SubtitleCue(1.0, 2.0, ("Bees dance.",)),
    SubtitleCue(2.0, 3.0, ("They tell each other", "where flowers are.")),
    SubtitleCue(5.0, 6.0, ("W" * 42,)),
)


def captions(aspect: Aspect = Aspect.WIDE) -> Captions:
    return Captions(CUES, Typesetter(fonts(), "en", 700), aspect.frame_px(240), aspect)


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
    assert columns[-1] - columns[0] <= SAFE_WIDTH[aspect] * width + 2
    assert abs((columns[0] + columns[-1]) / 2 - width / 2) < 6
    assert rows[-1] <= height * (1 - BOTTOM[aspect]) + 2
    assert (overlay.left % 2, overlay.top % 2) == (0, 0)
