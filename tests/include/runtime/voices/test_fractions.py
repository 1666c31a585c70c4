from __future__ import annotations

import pytest

from include.runtime.voices.normalise import normalise


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "1/2 Liter, 3/4 Stunde, 1½ Liter", "ein halb Liter, 3 viertel Stunde, ein einhalb Liter"),
        ("fr", "1/2, 3/4 heure, 2/3", "un demi, 3 quarts heure, 2 tiers"),
        ("es", "1/2 litro, 2/5", "un medio litro, 2 quintos"),
        ("it", "½, ¼", "un mezzo, un quarto"),
        ("zh", "1/2, 3/4的人", "二分之一, 4分之3的人"),
        ("en", "24/7 and a 50/50 chance", "24 7 and a 50 50 chance"),
        ("ru", "2/3, 5/6", "две трети, 5 шестых"),
        ("tr", "3/4", "dörtte 3"),
        ("ar", "2/3", "ثلثان"),
        ("vi", "3/4", "3 phần tư"),
        ("de", "24/7, 2024/25, 1/2/3", "24 7, 2024 25, 1 2 3"),
        ("en", "1½ cups, 1 3/4 cups, 1/2, ⅔", "1 and a half cups, 1 and 3 quarters cups, one half, 2 thirds"),
    ],
)
def test_fractions_are_spoken_as_such(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said
