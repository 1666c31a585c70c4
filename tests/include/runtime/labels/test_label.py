from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.digital_source import DigitalSource
from include.contract.labels import Labelling, PieceLabel
from include.runtime.labels.label import label_of
from include.runtime.labels.words import SENTENCES


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("pt-BR", "pt"),
        ("zh-Hans", "zh"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("yue", "yue"),
        ("sr-Latn-RS", "sr-Latn"),
        ("en-GB", "en"),
    ],
)
def test_words_are_those_of_the_nearest_language(language: str, found: str) -> None:
    label = label_of(DigitalSource.ALGORITHMIC, language, Labelling.SHOWN)
    assert (label.language, label.sentence, label.warnings) == (found, SENTENCES[found].algorithmic, ())


def test_a_language_without_words_falls_back_to_english_and_says_so() -> None:
    label = label_of(DigitalSource.TRAINED, "am", Labelling.SHOWN)
    assert (label.language, label.sentence, label.badge) == ("en", SENTENCES["en"].trained, "AI-generated")
    assert label.warnings == ("the label is in English: there are no words for it in 'am' yet",)


def test_a_trained_model_is_named_only_where_there_was_one() -> None:
    trained, rules = (label_of(source, "en", Labelling.SHOWN) for source in reversed(DigitalSource))
    assert "intelligence" in trained.sentence
    assert (rules.sentence, rules.badge) == ("This content was generated automatically.", "Automatically generated")


def test_without_a_label_people_are_told_nothing_and_machines_all_the_same(tmp_path: Path) -> None:
    label = label_of(DigitalSource.TRAINED, "am", Labelling.NONE)
    assert label.warnings == ()
    assert label.comment == f"Digital source type: {DigitalSource.TRAINED.uri}"
    told = PieceLabel.model_validate_json(label.written(tmp_path / "label.json").read_bytes())
    assert (told.sentence, told.digital_source) == ("", "trainedAlgorithmicMedia")
