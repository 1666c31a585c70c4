from __future__ import annotations

import pytest

from operators.configuration import CONTENT_TYPES, content_type_in, deployment_here
from operators.dags.form_words import help_of, piece_of, titles_of
from tests.operators.conftest import films

SHIPPED = {path.stem: content_type_in(path, deployment_here()) for path in sorted(CONTENT_TYPES.glob("*.yaml"))}
CALENDAR = films(source={"calendar": "c.csv"}, schedule="@daily", start_date="2026-01-01")


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("narrated_video", "film"),
        ("podcast", "episode"),
        ("illustrated_article", "article"),
        ("product_cards", "card"),
    ],
)
def test_a_piece_is_called_what_people_call_it(content_type: str, name: str) -> None:
    assert piece_of(SHIPPED[content_type]).name == name


def test_what_no_text_says_is_a_piece() -> None:
    content_type = films().model_copy(update={"stages": {}})
    assert piece_of(content_type).name == "piece"


def test_every_title_has_its_help() -> None:
    for content_type in SHIPPED.values():
        piece = piece_of(content_type)
        assert titles_of(piece).keys() == help_of(content_type, piece).keys()


def test_only_where_two_speak_is_a_voice_the_first() -> None:
    assert titles_of(piece_of(SHIPPED["podcast"]))["voice"] == "First voice"
    assert titles_of(piece_of(SHIPPED["narrated_video"]))["voice"] == "Voice"


def test_the_help_says_what_becomes_of_a_run_that_says_nothing_of_its_own() -> None:
    assert CALENDAR.source is not None
    told, without = (help_of(each, piece_of(each)) for each in (CALENDAR, films()))
    assert told["topic"] == f"{without['topic']} {CALENDAR.source.left_empty}"
    assert told["id"] == f"{without['id']} Without a topic or product above, it names the one row that is made."


def test_takes_are_of_the_stages_that_keep_what_they_make() -> None:
    stages = {name: stage.model_dump() for name, stage in films().stages.items()}
    content_type = films(stages=stages | {"publish": {"recipe": "publish.video"}})
    assert "(text, image, speech, clip, video)" in help_of(content_type, piece_of(content_type))["variations"]


def test_what_is_written_of_a_topic_alone_has_its_bounds_in_the_help() -> None:
    film, card = (help_of(SHIPPED[name], piece_of(SHIPPED[name])) for name in ("narrated_video", "product_cards"))
    assert "From a topic alone, at most" in film["scenes"]
    assert film["scenes"].endswith("A script of your own sets the number itself.")
    assert "is written; for other languages, bring a script." in film["language"]
    assert "From a topic alone" not in card["scenes"] + card["language"]
