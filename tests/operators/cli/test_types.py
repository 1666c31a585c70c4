from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.values import CleanText
from operators.cli.types import brief_document, conf_of, content_type_named, count, day_of, words
from tests.operators.cli.conftest import write_type


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Bees: why", "Bees: why"),
        ('"', '"'),
        ("7", 7),
        ("true", True),
        ('{"image": 1}', {"image": 1}),
        ("16:9", "16:9"),
    ],
)
def test_a_params_value_is_text_unless_it_looks_like_something_else(written: str, meant: object) -> None:
    assert conf_of([f"topic={written}"], None) == {"topic": meant}


def test_params_may_be_parts_of_fields_as_in_tables_and_in_the_form() -> None:
    given = ["product.name=Mug", "product.price=12.50", "music_mood=calm"]
    assert conf_of(given, None) == {"product.name": "Mug", "product.price": 12.5, "music_mood": "calm"}


@pytest.mark.parametrize("param", ["topic", "topics=Bees", "=Bees"])
def test_a_param_that_is_no_field_of_a_brief_is_refused(param: str) -> None:
    with pytest.raises(BadRequest, match=f"--param {param}: is not key=value with a field of a brief"):
        conf_of([param], None)


def test_a_bracketed_value_that_is_no_yaml_is_refused_and_names_its_param() -> None:
    with pytest.raises(BadRequest, match="--param variations"):
        conf_of(["variations={image: 1"], None)


def test_params_go_before_the_fields_of_a_file(tmp_path: Path) -> None:
    brief = tmp_path / "bees.yaml"
    brief.write_text("topic: Bees\nscenes: 3\n")
    assert conf_of(["scenes=2"], brief) == {"topic": "Bees", "scenes": 2}


def test_a_brief_that_is_no_mapping_is_refused_where_it_begins(tmp_path: Path) -> None:
    brief = tmp_path / "bees.yaml"
    brief.write_text("- Bees\n")
    with pytest.raises(BadRequest, match=r"bees.yaml, line 1: is not a mapping of a brief's fields"):
        brief_document(brief)


def test_a_content_type_is_named_or_lies_in_a_file(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_type(tmp_path, title="My films")
    assert content_type_named(str(file), deployment).title == "My films"
    monkeypatch.chdir(file.parent)
    assert content_type_named(file.name, deployment).title == "My films"
    with pytest.raises(BadRequest, match="or the path of a file"):
        content_type_named("no_such_type", deployment)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("999999999", 999_999_999)])
def test_a_count_is_a_whole_number(text: str, number: int) -> None:
    assert count(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "٣", "1000000000", "x" * 99])
def test_what_is_no_count_is_refused_and_told_in_short(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="at most 9 digits") as told:
        count(text)
    assert len(str(told.value)) < 99


def test_words_are_clean_text_or_refused() -> None:
    read = words(CleanText(5))
    assert read("bees") == "bees"
    with pytest.raises(ArgumentTypeError):
        read("too many")


def test_a_day_is_one_of_the_calendar() -> None:
    assert day_of("2026-11-27") == date(2026, 11, 27)
    with pytest.raises(ArgumentTypeError, match="'2026-02-30' is not a day; allowed: a date such as 2026-11-27"):
        day_of("2026-02-30")
