from __future__ import annotations

import numpy as np
import pytest

from include.contract.values import Aspect
from include.runtime.composition.title_card import SAFE_HEIGHT, SAFE_WIDTH, accent, backdrop, set_title
from include.runtime.media.typesetting import Typesetter
from tests.include.runtime.composition.media import fonts

TITLES = {
    "short": "Honey",
    "usual": "Why honey never spoils",
    "long": "An account of everything that bees, beekeepers and chemists have ever found out about honey, " * 2,
    "long CJK": "蜂蜜为什么不会变质" * 12,
    "one word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "right to left": "למה דבש לא מתקלקל לעולם, גם אחרי אלפי שנים?",
}


@pytest.mark.parametrize("aspect", Aspect)
@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_a_title_fits_its_safe_area(title: str, aspect: Aspect) -> None:
    frame = aspect.frame_px(240)
    overlay = set_title(title[:200], Typesetter(fonts(), "en", 700), frame, (255, 200, 0)).overlay
    bright = overlay.colour.y > 150
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    assert columns[-1] - columns[0] <= frame[0] * SAFE_WIDTH + 2
    assert rows[-1] - rows[0] <= frame[1] * (SAFE_HEIGHT + 0.1)
    assert abs((columns[-1] + columns[0]) / 2 + overlay.left - frame[0] / 2) < 6
    assert abs((rows[-1] + rows[0]) / 2 + overlay.top - frame[1] / 2) < frame[1] * 0.06


def test_the_title_fades_in_and_stays() -> None:
    title = set_title("Honey", Typesetter(fonts(), "en", 700), (426, 240), (255, 200, 0))
    strengths = [title.strength(time_s) for time_s in (0.0, 0.3, 0.6, 1.0, 2.5)]
    assert strengths == sorted(strengths)
    assert (strengths[0], strengths[-1]) == (0.0, 1.0)


def test_the_backdrop_is_dark_and_soft() -> None:
    checks = ((np.indices((268, 477)).sum(axis=0) % 2) * 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    dark = backdrop(checks, (426, 240))
    assert dark.shape == checks.shape
    assert dark.mean() < 0.6 * checks.mean()
    assert np.abs(np.diff(dark[134, :, 0].astype(int))).max() <= 2


def test_the_accent_is_the_pictures_vivid_colour() -> None:
    picture = np.full((48, 48, 3), 90, np.uint8)
    picture[:12] = (160, 30, 20)
    red, green, blue = accent(picture)
    assert red > 200
    assert red > green + 60
    assert red > blue + 60
