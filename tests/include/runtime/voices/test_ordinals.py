from __future__ import annotations

import pytest

from include.runtime.voices import cldr
from include.runtime.voices.normalise import normalise
from include.runtime.voices.spoken_forms import Forms, forms_of, languages


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "Im 19. Jahrhundert begann vieles.", "Im neunzehnten Jahrhundert begann vieles."),
        ("de", "Der 2. Weltkrieg", "Der zweite Weltkrieg"),
        ("de", "Er belegte den 1. Platz.", "Er belegte den ersten Platz."),
        ("de", "Zum 100. Jubiläum", "Zum einhundertsten Jubiläum"),
        ("de", "in der 3. Etage", "in der dritten Etage"),
        ("de", "eine 2. Chance, ein 2. Versuch", "eine zweite Chance, ein zweiter Versuch"),
        (
            "de",
            "1. Platz, 5. Tag, 2. Auflage, 19. Jahrhundert",
            "erster Platz, fünfter Tag, zweite Auflage, neunzehntes Jahrhundert",
        ),
        ("de", "Der 1. FC", "Der erste FC"),
        ("de", "am 3.Mai", "am dritten Mai"),
        ("de", "im 3./4. Jahrhundert", "im dritten und vierten Jahrhundert"),
        ("de", "Es kamen 19.", "Es kamen 19."),
        ("de", "Am 24. und 25. Dezember", "Am vierundzwanzigsten und fünfundzwanzigsten Dezember"),
        ("fr", "Le Mont-Blanc, De Gaulle, Ce soir, Me voici", "Le Mont-Blanc, De Gaulle, Ce soir, Me voici"),
        ("fr", "Ve République", "cinquième République"),
        ("ru", "90-е годы", "девяностые годы"),
        ("fr", "XXe siècle, XIXᵉ siècle, le Ier", "vingtième siècle, dix-neuvième siècle, le premier"),
        ("fr", "le 2e étage, la 1re fois, 3ème", "le deuxième étage, la première fois, troisième"),
        ("es", "1.º, 2.ª edición, 1.er piso, siglo XXI", "primero, segunda edición, primer piso, siglo XXI"),
        ("pt", "2.ª vez", "segunda vez"),
        ("it", "1º posto", "primo posto"),
        ("nl", "de 2e keer", "de tweede keer"),
        ("ru", "1-й, 2-я", "первый, вторая"),
        ("ru", "в 1945 году", "в тысяча девятьсот сорок пятом году"),
        ("uk", "1-й", "перший"),
        ("cs", "19. století, 2. kolo, 1. třída", "devatenácté století, druhé kolo, první třída"),
        ("cs", "50. výročí, 21. kolo", "padesáté výročí, dvacáté první kolo"),
        ("pl", "1. miejsce, 2. klasa, 3. dzień", "pierwsze miejsce, druga klasa, trzeci dzień"),
        ("tr", "19. yüzyıl", "on dokuzuncu yüzyıl"),
        ("el", "19ος", "δέκατος ένατος"),
        ("hi", "19वीं", "उन्नीसवी"),
        ("ko", "3번째, 5시, 14시", "세 번째, 다섯 시, 14시"),
        ("hu", "a 19. század", "a 19. század"),
    ],
)
def test_ordinals_are_spoken_as_such(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


def _rules(forms: Forms) -> set[str]:
    ordinals = [forms.ordinal_dot, forms.day, forms.year, forms.hour_rule, *forms.ordinal_endings.values()]
    return {rule for rule in [*ordinals, *forms.ordinals.values(), *forms.number_before.values()] if rule}


@pytest.mark.parametrize("language", languages())
def test_every_rule_that_a_language_names_is_there(language: str) -> None:
    forms = forms_of(language)
    for rule in _rules(forms) - set(forms.ordinal_words):
        assert cldr.spelled(3, language, rule) != cldr.spelled(3, language), rule
    for words in forms.ordinal_words.values():
        assert len(words.split()) >= 20
