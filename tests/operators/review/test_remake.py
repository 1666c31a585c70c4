from __future__ import annotations

from datetime import UTC, datetime

from include.contract.brief import Brief
from include.contract.entries import Entry
from operators.briefs.brief import brief_of
from operators.briefs.dates import own_day
from operators.review.remake import asked_day, conf_of, run_id_of, same_day
from tests.operators.conftest import films
from tests.operators.context import Ti, context_of

DIGEST = "ab" * 32


def entry(**fields: object) -> Entry:
    return Entry(brief=Brief.model_validate({"id": "honey", "topic": "Bees", "scenes": 3, "aspect": "1:1", **fields}))


def test_another_take_is_the_same_brief_with_the_next_variation() -> None:
    made = brief_of(conf_of(entry(variation=4), films()), films())
    assert made == entry(variation=5).brief


def test_another_take_says_what_the_brief_says_however_much_that_looks_like_markup() -> None:
    topic = "Why <b> is not &lt;strong&gt; & <em>how</em>"
    assert brief_of(conf_of(entry(topic=topic), films()), films()).topic == topic


def test_another_take_plays_the_music_that_the_brief_names() -> None:
    took_in = Entry(brief=entry(music=True).brief, music="songs/bees.mp3")
    assert conf_of(took_in, films())["music"] == "songs/bees.mp3"


def test_the_same_content_is_remade_by_one_run_alone() -> None:
    assert run_id_of(entry(), DIGEST) == "remake__honey__1__abababab"


def test_another_take_is_of_the_day_of_the_run_that_asked_and_of_a_moment_of_its_own() -> None:
    at = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    films_at_berlin = films(timezone="Europe/Berlin", lead_days=2)
    moments = {same_day(at, run_id_of(entry(id=name), DIGEST)) for name in ("honey", "tea", "rain")}
    assert len(moments | {at}) == 4
    days = {own_day(context_of(Ti("x"), at=moment)["dag_run"], films_at_berlin) for moment in (*moments, at)}
    assert len(days) == 1


def test_another_take_is_of_the_day_that_the_run_was_asked_for() -> None:
    daily = films(source={"calendar": "c.csv"}, schedule="@daily", start_date="2026-01-01")
    asked = context_of(Ti("x"), {"id": "honey", "day": "2026-12-24"})["dag_run"]
    assert asked_day(asked, daily) == {"day": "2026-12-24"}
    assert asked_day(context_of(Ti("x"), {"id": "honey"})["dag_run"], daily) == {}
