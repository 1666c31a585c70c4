from __future__ import annotations

from include.runtime.composition.typefaces import named, typesetter_of
from tests.include.runtime.composition.media import compositor, fonts


def test_the_models_fonts_set_the_text() -> None:
    assert named(compositor(), "font-") == fonts()
    assert typesetter_of(compositor(), "en").missing("Honey 蜂蜜") == []
