from __future__ import annotations

from functools import cache

import pytest

from include.contract.digital_source import DigitalSource
from include.contract.labels import Labelling
from include.contract.values import Aspect
from include.runtime.composition.label_line import SIZE, set_label
from include.runtime.labels.label import label_of
from include.runtime.labels.words import SENTENCES
from include.runtime.media.typesetting import Typesetter
from tests.include.runtime.composition.media import fonts

LOWEST_TITLE = 0.81
"""Share of the frame's height at which the largest title ends with its rule."""


@cache
def setter() -> Typesetter:
    return Typesetter(fonts(), "en", 700)


@pytest.mark.parametrize("aspect", Aspect)
@pytest.mark.parametrize("language", SENTENCES)
def test_any_label_stands_whole_below_any_title(language: str, aspect: Aspect) -> None:
    frame = aspect.frame_px(720)
    overlay = set_label(label_of(DigitalSource.TRAINED, language, Labelling.SHOWN), setter(), frame).overlay
    height, width = overlay.colour.y.shape
    margin = round(SIZE * min(frame) * 0.5)
    assert (overlay.left >= 0, overlay.left + width <= frame[0]) == (True, True)
    assert overlay.top + height <= frame[1]
    assert overlay.top + margin >= LOWEST_TITLE * frame[1] - 2
    assert height - 2 * margin >= 0.05 * min(frame)
