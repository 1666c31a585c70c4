"""Public addresses, and that the last word that means a day decides whether its piece is withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from include.contract.published import Publication, Tombstone, TombstoneEvent, Word

DAY, OTHER_DAY = date(2026, 11, 25), date(2026, 11, 26)


def publication(**facts: object) -> Publication:
    told = {"content_type": "films", "title": "Films", "description": "Films.", "day": DAY}
    return Publication.model_validate(told | facts)


@pytest.mark.parametrize("url", ["https://media.example.org/a", "https://media.example.org/a//"])
def test_a_public_address_ends_with_one_slash(url: str) -> None:
    assert publication(public_url=url).public_url == "https://media.example.org/a/"


@pytest.mark.parametrize("name", ["Films", "../films", "films/x", ""])
def test_a_content_type_is_one_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="content_type"):
        publication(content_type=name)


def word(event: TombstoneEvent, day: date | None) -> Word:
    return Word(event=event, day=day, by="ada", at=datetime(2026, 11, 25, tzinfo=UTC))


@pytest.mark.parametrize(
    ("words", "withdrawn"),
    [
        ([], (False, False)),
        ([("withdrawn", DAY)], (True, False)),
        ([("withdrawn", None)], (True, True)),
        ([("withdrawn", None), ("restored", DAY)], (False, True)),
        ([("withdrawn", DAY), ("restored", None)], (False, False)),
        ([("withdrawn", None), ("restored", DAY), ("withdrawn", DAY)], (True, True)),
        ([("withdrawn", DAY), ("restored", OTHER_DAY)], (True, False)),
    ],
)
def test_the_last_word_holds(words: list[tuple[str, date | None]], withdrawn: tuple[bool, bool]) -> None:
    tombstone = Tombstone(content_type="films", slug="honey")
    for event, day in words:
        tombstone = tombstone.with_word(word(TombstoneEvent(event), day))
    assert tuple(tombstone.withdrawn(day) is not None for day in (DAY, OTHER_DAY)) == withdrawn
