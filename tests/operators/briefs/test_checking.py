from __future__ import annotations

from threading import Barrier, Event
from typing import Any

import pytest

from include.contract.brief import Brief
from include.contract.entries import Entry
from include.contract.errors import BadRequest, SourceAway
from include.contract.messages import MAX_MISTAKES
from include.contract.own_media import own_media
from include.contract.source_rows import Mistake, SourceRow, SourceRows
from operators.briefs.brief import BriefRefused
from operators.briefs.checking import by_place, checked, entry_in
from tests.operators.conftest import films

LIMIT_S = 60
"""For a busy machine."""


def plain(brief: Brief) -> Entry:
    return Entry(brief=brief)


def no_music(brief: Brief) -> Entry:
    if isinstance(brief.music, str):
        raise BadRequest(f"music: `{brief.music}` is not there")
    return Entry(brief=brief)


def test_html_in_a_row_becomes_text_once() -> None:
    said = "<b>Salt</b> &amp;amp; pepper"
    rows = [
        SourceRow("c.csv, line 2", {"id": "read", "topic": said}),
        SourceRow("feed", {"id": "text", "topic": said}, is_text=True),
    ]
    entries, _ = checked(SourceRows.of(rows), films(), plain)
    assert [entry.brief.topic for entry in entries] == ["Salt &amp; pepper", said]


def test_each_row_is_checked_alone_and_of_two_with_one_id_the_later_is_a_mistake() -> None:
    rows = [{"topic": "Tea"}, {"topic": "Rain", "scenes": 999, "colour": 1}, {"id": "tea", "topic": "Other"}]
    found = SourceRows.of(SourceRow(f"c.csv, line {number}", fields) for number, fields in enumerate(rows, start=2))
    entries, mistakes = checked(found, films(), plain)
    assert [(entry.brief.id, entry.brief.scenes) for entry in entries] == [("tea", 2)]
    assert [mistake.where for mistake in mistakes] == ["c.csv, line 3", "c.csv, line 4"]
    assert "scenes: " in mistakes[0].message
    assert "colour: is not a field" in mistakes[0].message
    assert mistakes[1].message == "id: `tea` is already the id in c.csv, line 2; give each row its own"


def test_a_file_that_is_not_there_is_its_rows_mistake_alone_beside_what_else_is_wrong_with_it() -> None:
    rows = [
        {"topic": "Tea"},
        {"topic": "Rain", "music": "loop.mp3"},
        {"topic": "Snow", "scenes": 999, "music": "loop.mp3"},
        {"topic": "Owls", "music": [1]},
        {"topic": "Bees"},
    ]
    found = SourceRows.of(SourceRow(f"c.csv, line {number}", fields) for number, fields in enumerate(rows, start=2))
    entries, mistakes = checked(found, films(), no_music)
    assert [entry.brief.id for entry in entries] == ["tea", "bees"]
    assert mistakes[0] == Mistake("c.csv, line 3", "music: `loop.mp3` is not there")
    assert mistakes[1].message.startswith("scenes: ")
    assert mistakes[1].message.endswith("; music: `loop.mp3` is not there")
    assert mistakes[2].message.startswith("music: ")


def test_files_of_several_rows_are_looked_for_side_by_side_and_stay_in_the_rows_order() -> None:
    here, last = Barrier(3), Event()

    def slow_at_first(brief: Brief) -> Entry:
        here.wait(LIMIT_S)
        if brief.id == "tea":
            assert last.wait(LIMIT_S)
        if brief.id == "bees":
            last.set()
        return no_music(brief)

    rows = [{"topic": "Tea"}, {"topic": "Rain", "music": "loop.mp3"}, {"topic": "Bees"}]
    found = SourceRows.of(SourceRow(f"c.csv, line {number}", fields) for number, fields in enumerate(rows, start=2))
    entries, mistakes = checked(found, films(), slow_at_first)
    assert [entry.brief.id for entry in entries] == ["tea", "bees"]
    assert mistakes == [Mistake("c.csv, line 3", "music: `loop.mp3` is not there")]


def test_what_keeps_all_files_from_being_found_ends_the_look_at_the_rest() -> None:
    asked: list[str] = []

    def away(brief: Brief) -> Entry:
        asked.append(brief.id or "")
        raise SourceAway("nobody answers")

    rows = SourceRows.of(SourceRow(f"c.csv, line {number}", {"topic": f"Tea {number}"}) for number in range(500))
    with pytest.raises(SourceAway, match="nobody answers"):
        checked(rows, films(), away)
    assert len(asked) < 500


def test_mistakes_are_told_by_their_lines() -> None:
    unread = [Mistake(f"c9.csv, line {line}", "date") for line in (10, 9, 100)]
    found = SourceRows.of([SourceRow("c9.csv, line 11", {"topic": ""})], unread)
    told = [mistake.where.rpartition(" ")[2] for mistake in checked(found, films(), plain)[1]]
    assert told == ["9", "10", "11", "100"]


def test_places_are_in_the_order_in_which_people_count() -> None:
    places = [f"a.csv, line {number}" for number in (9, 10, "0011", "9" * 5000)]
    assert sorted(reversed(places), key=by_place) == places


CARDS = {"text": {"recipe": "caption.product"}, "image": {"recipe": "image.scene"}}


def none_is_there(brief: Brief) -> Entry:
    if told := [f"{each.place}: `{each.name}` is not there" for each in own_media(brief)]:
        raise BadRequest("\n".join(told))
    return Entry(brief=brief)


@pytest.mark.parametrize(
    ("settings", "fields", "files"),
    [
        (
            {"stages": CARDS, "brief": {}},
            {"product": {"name": "Mug", "price": "x", "image": "a.png"}},
            ["product.image: `a.png`"],
        ),
        (
            {},
            {
                "logo": {"file": "a.png", "corner": "x"},
                "script": {"scenes": [{"image": "A &amp; B.png"}, {"voice": 5}, 7]},
            },
            ["logo.file: `a.png`", "script.scenes.0.image: `A & B.png`"],
        ),
    ],
)
def test_files_are_looked_at_beside_whatever_else_is_wrong(
    settings: dict[str, Any], fields: dict[str, Any], files: list[str]
) -> None:
    with pytest.raises(BriefRefused) as refused:
        entry_in(fields, films(**settings), none_is_there)
    assert [each.removesuffix(" is not there") for each in refused.value.mistakes if "is not there" in each] == files
    assert len(refused.value.mistakes) > len(files)


def test_of_many_missing_files_only_some_are_told() -> None:
    scenes = [{"narration": "A bee.", "image": f"{number}.png"} for number in range(400)]
    with pytest.raises(BriefRefused) as refused:
        entry_in({"script": {"scenes": scenes}}, films(), none_is_there)
    assert len(refused.value.mistakes) == MAX_MISTAKES + 1
    assert refused.value.mistakes[-1] == f"and {400 - MAX_MISTAKES} more mistakes"
