from __future__ import annotations

import pytest

from include.runtime.voices import cldr
from include.runtime.voices.normalise import normalise


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("zh", "全程5km的路", "全程5公里的路"),
        ("zh", "气温是5°C左右", "气温是5摄氏度左右"),
        ("zh", "100km/h的速度", "一百公里每小时的速度"),
        ("ja", "気温は5°Cです", "キオンワ ゴドデス"),
        ("ja", "5kmの道", "ゴ キロメートルノ ミチ"),
        ("ko", "5km를 달렸다", "5킬로미터를 달렸다"),
        ("th", "5kmจาก", "5 กิโลเมตรจาก"),
        ("de", "1 km, 2 km", "ein Kilometer, 2 Kilometer"),
        ("ru", "1 км, 2 км, 5 км, 21 км, 1,5 км", "1 километр, 2 километра, 5 километров, 21 километр, 1,5 километра"),
        ("pl", "2 km, 5 km", "2 kilometry, 5 kilometrów"),
        ("zh", "-3℃～5℃", "负3摄氏度到5摄氏度"),
        ("fr", "à 20 h", "à 20 heures"),
        ("en", "10 m/s²", "10 meters per second squared"),
        ("de", "20–30 km/h", "20 bis 30 Kilometer pro Stunde"),
        ("de", "5 gute Gründe, 5 mal", "5 gute Gründe, 5 mal"),
        ("es", "25 ºC, 25˚C, 25℃", "25 grados Celsius, 25 grados Celsius, 25 grados Celsius"),
        (
            "en",
            "It was 25.5˚C, 50g in 5 m² and 100m away",
            "It was 25.5 degrees Celsius, 50 grams in 5 square meters and 100 meters away",
        ),
        ("sw", "5½ km, 1/2 km", "kilomita 5 1 2, kilomita 1 2"),
        ("sw", "$5/10 g", "dola za Marekani 5 gramu 10"),
        ("de", "1 1/2 l, 3/4 €", "ein einhalb Liter, 3 viertel Euro"),
        ("ta", "€½, 1½ €", "1/2 யூரோக்கள், 1 1/2 யூரோக்கள்"),
        ("ru", "€½", "половина евро"),
        ("zh", "5½%, ½ kg", "百分之5又二分之一, 二分之一公斤"),
        ("en", "€½", "one half euros"),
    ],
)
def test_units_are_spoken_in_the_form_that_the_number_asks_for(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "20 €, € 20, -20 €, 5 Mio. €", "20 Euro, 20 Euro, minus 20 Euro, 5 Millionen Euro"),
        ("fr", "1 €, 2 €, $20, 20 CHF", "1 euro, 2 euros, 20 dollars, 20 francs suisses"),
        ("ru", "1 ₽, 2 ₽, 5 млн руб.", "1 рубль, 2 рубля, 5 миллионов рублей"),
        ("pl", "1 zł, 2 zł, 5 zł", "1 złoty, 2 złote, 5 złotych"),
        ("zh", "$20", "20美元"),
        ("sv", "1 kr, 5 kr", "en krona, 5 kronor"),
        ("de", "5 € 20 Cent", "5 Euro 20 Cent"),
        ("de", "9,99 €/Monat", "9,99 Euro pro Monat"),
        ("pt", "R$ 1,5 milhão", "1,5 milhão reais"),
        ("pl", "1,5 mln zł", "1,5 miliona złotych"),
        ("el", "3,5 εκ. €", "3,5 εκατομμύρια ευρώ"),
        ("ro", "5 lei 20 km", "5 lei 20 de kilometri"),
        ("tr", "%20, 20 %, 100 TL", "yüzde 20, yüzde 20, 100 lira"),
        ("ar", "20%", "20 في المئة"),
        ("zh", "20%", "百分之20"),
    ],
)
def test_money_and_percent_stand_where_they_are_spoken(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize("language", sorted(cldr.KNOWN - {"en"}))
@pytest.mark.parametrize("written", ["80 km/h", "5 °C", "5 kg", "5 m²", "20 €"])
def test_no_unit_is_left_in_signs(language: str, written: str) -> None:
    normalised = normalise(written, language)
    assert not set(normalised.text) & set("/°²€%")
    assert not normalised.warnings
