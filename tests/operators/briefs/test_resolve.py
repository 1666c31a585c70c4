"""Which briefs a run makes: real files and a real store, whatever the run is started by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from airflow.utils.types import DagRunType

from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.store.store import Store
from operators.briefs.own_media import BriefFiles
from operators.briefs.resolve import RunEntries, entries_of
from tests.operators.conftest import films
from tests.operators.context import Ti, context_of
from tests.operators.serving import served

DAILY = {"schedule": "0 6 * * *", "start_date": "2026-01-01"}
CALENDAR = """date,id,topic,scenes,variation
2026-11-24,bees,Why honey bees matter,3,
2026-11-25,tea,Tea at dawn,,
2026-11-25,rain,How rain begins,4,2
2026-11-25,bad,Too many,999,
"""
MORNING = datetime(2026, 11, 25, 6, tzinfo=UTC)


@pytest.fixture
def calendar(deployment: Deployment) -> dict[str, Any]:
    (Path(deployment.files or "") / "calendar.csv").write_text(CALENDAR)
    return {"source": {"calendar": "calendar.csv"}, **DAILY}


def found(
    deployment: Deployment, store: Store, conf: dict[str, Any] | None, at: datetime | None, **settings: Any
) -> RunEntries:
    return entries_in(context_of(Ti("brief"), conf, at=at), deployment, store, **settings)


def entries_in(context: Any, deployment: Deployment, store: Store, **settings: Any) -> RunEntries:
    return entries_of(context, films(**settings), deployment, store, BriefFiles(deployment, store, True).entry_of)


def briefs_in(found: RunEntries) -> list[Brief]:
    return [entry.brief for entry in found.entries]


def test_a_run_makes_the_rows_of_its_day_and_tells_of_the_wrong_ones(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    made = found(deployment, store, None, MORNING, **calendar)
    assert [(brief.id, brief.scenes, brief.variation) for brief in briefs_in(made)] == [("tea", 2, 0), ("rain", 4, 2)]
    (mistake,) = made.mistakes
    assert mistake.startswith("calendar.csv, line 5: ")
    assert "scenes" in mistake
    assert "99" in mistake


def test_rows_of_a_calendar_bring_files_of_the_folder_and_of_the_store(deployment: Deployment, store: Store) -> None:
    folder, picture, sound = Path(deployment.files or ""), b"\xff\xd8\xff\xe0 a picture", b"RIFF\0\0\0\0WAVEfmt "
    (folder / "bee.jpg").write_bytes(picture)
    store.put("team/bee.wav", sound)
    (folder / "calendar.yaml").write_text(
        f"""- date: 2026-11-25
  id: bees
  logo: {{file: bee.jpg}}
  script:
    scenes:
      - {{narration: A bee., image: bee.jpg}}
      - {{narration: Two bees., voice: "{store.domain.uri("team/bee.wav")}"}}
- date: 2026-11-25
  id: wasps
  script:
    scenes: [{{narration: A wasp., clip: gone.mp4}}, {{narration: More., image: "s3://{store.domain.bucket}/no.png"}}]
"""
    )
    made = found(deployment, store, None, MORNING, source={"calendar": "calendar.yaml"}, **DAILY)
    ((entry,), (mistake,)) = made.entries, made.mistakes
    assert [(file.name, store.blob(file.sha256)) for file in entry.files] == [
        ("logo", picture), ("image/01", picture), ("voice/02", sound)
    ]  # fmt: skip
    assert mistake.startswith("calendar.yaml, line 8: script.scenes.0.clip: `gone.mp4` is not a file in the folder")
    assert "; script.scenes.1.image: `s3://" in mistake


def test_days_of_lead_are_counted_from_the_runs_date(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    ahead = found(deployment, store, None, datetime(2026, 11, 18, 6, tzinfo=UTC), lead_days=7, **calendar)
    assert [brief.id for brief in briefs_in(ahead)] == ["tea", "rain"]


def test_a_run_with_a_brief_reads_no_calendar(deployment: Deployment, store: Store) -> None:
    own = found(deployment, store, {"topic": "Snow"}, MORNING, source={"calendar": "not-there.csv"}, **DAILY)
    assert [brief.id for brief in briefs_in(own)] == ["snow"]


def test_what_a_backfills_conf_sets_holds_for_every_row_and_what_the_form_shows_for_none(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    shown = {name: field.get_default() for name, field in Brief.model_fields.items()} | {"scenes": 2, "topic": None}
    conf = {**shown, "id": None, "language": "en-GB"}
    made = found(deployment, store, conf, MORNING, **calendar)
    assert [(brief.id, brief.scenes, brief.language) for brief in briefs_in(made)] == [
        ("tea", 2, "en-GB"),
        ("rain", 4, "en-GB"),
    ]


def test_an_id_alone_means_that_row(deployment: Deployment, store: Store, calendar: dict[str, Any]) -> None:
    made = found(deployment, store, {"id": "rain", "variation": 3}, MORNING, **calendar)
    assert [(brief.id, brief.variation) for brief in briefs_in(made)] == [("rain", 3)]


GOOD_DAY = datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_an_id_that_no_row_of_the_day_has_is_a_mistake(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    with pytest.raises(
        BadRequest, match="id: 'beas' is not a row of this run's day; allowed: bees. Or fill in `topic`"
    ):
        found(deployment, store, {"id": "beas"}, GOOD_DAY, **calendar)
    with pytest.raises(BadRequest, match="the day has none. Or fill in"):
        found(deployment, store, {"id": "bees"}, datetime(2027, 1, 1, tzinfo=UTC), **calendar)


def test_a_backfill_by_id_passes_over_the_days_that_have_no_such_row(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    context = context_of(Ti("brief"), {"id": "rain"}, at=GOOD_DAY, run_type=DagRunType.BACKFILL_JOB)
    assert entries_in(context, deployment, store, **calendar) == RunEntries()


def test_a_day_without_rows_makes_nothing(deployment: Deployment, store: Store, calendar: dict[str, Any]) -> None:
    assert found(deployment, store, None, datetime(2027, 1, 1, tzinfo=UTC), **calendar) == RunEntries()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"source": {"calendar": "calendar.csv"}, **DAILY}, "neither a brief nor a date: fill in `day`"),
        ({"source": {"feed": "https://example.org/f.xml"}, **DAILY}, "neither a brief nor an interval"),
        ({"source": {"asset": "news"}}, "neither a brief nor an event of the asset `news`"),
    ],
)
def test_a_run_that_does_not_say_which_rows_it_means_is_refused(
    deployment: Deployment, store: Store, source: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadRequest, match=says):
        found(deployment, store, {}, None, **source)


def test_a_row_of_another_day_is_made_by_its_day_and_id_without_any_date(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    for at in (None, GOOD_DAY):
        made = found(deployment, store, {"day": "2026-11-25", "id": "rain", "variation": 5}, at, **calendar)
        assert [(brief.id, brief.variation) for brief in briefs_in(made)] == [("rain", 5)]
    with pytest.raises(BadRequest, match="id: 'beas' is not a row of this run's day; allowed: bees"):
        found(deployment, store, {"day": "2026-11-24", "id": "beas"}, None, **calendar)


def test_a_day_goes_with_no_backfill_and_is_no_field_of_other_content_types(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    context = context_of(Ti("brief"), {"day": "2026-11-25"}, at=MORNING, run_type=DagRunType.BACKFILL_JOB)
    with pytest.raises(BadRequest, match="day: each of these runs has a day of its own; remove it"):
        entries_in(context, deployment, store, **calendar)
    with pytest.raises(BadRequest, match="- day: is not a field"):
        found(deployment, store, {"topic": "Snow", "day": "2026-11-25"}, None)


def early(deployment: Deployment, store: Store, conf: dict[str, Any], **settings: Any) -> RunEntries:
    """Of a run by hand that is asked for before its logical date, the schedule's next moment."""
    context = context_of(Ti("brief"), conf, at=MORNING, run_after=MORNING - timedelta(minutes=16))
    return entries_in(context, deployment, store, **settings)


def test_a_run_that_takes_the_place_of_the_days_own_makes_the_days_other_rows_too(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    made = early(deployment, store, {"id": "tea", "variation": 3}, **calendar)
    assert [(brief.id, brief.variation) for brief in briefs_in(made)] == [("tea", 3), ("rain", 2)]
    assert [mistake.partition(": ")[0] for mistake in made.mistakes] == ["calendar.csv, line 5"]
    own = early(deployment, store, {"topic": "Snow"}, **calendar)
    assert [brief.id for brief in briefs_in(own)] == ["snow", "tea", "rain"]


def test_what_such_a_run_cannot_make_keeps_none_of_the_days_rows(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    (Path(deployment.files or "") / "calendar.csv").write_text("date,id,topic\n2026-11-25,tea,Tea\n")
    nobody = early(deployment, store, {"id": "beas"}, **calendar)
    assert [brief.id for brief in briefs_in(nobody)] == ["tea"]
    assert nobody.mistakes[0].startswith("the trigger form: id: 'beas' is not a row of this run's day; allowed: tea")
    nothing = early(deployment, store, {"id": "tea", "music_mood": "file"}, **calendar)
    assert [brief.id for brief in briefs_in(nothing)] == ["tea"]
    assert nothing.mistakes[0].startswith("the trigger form: music_file: is empty")
    wrong = early(deployment, store, {"topic": "Snow", "scenes": 999}, **calendar)
    assert [brief.id for brief in briefs_in(wrong)] == ["tea"]
    assert wrong.mistakes[0].startswith("the trigger form: scenes: ")


def test_such_a_run_of_another_day_says_how_the_days_rows_are_made(
    deployment: Deployment, store: Store, calendar: dict[str, Any]
) -> None:
    made = early(deployment, store, {"day": "2026-11-24"}, **calendar)
    assert [brief.id for brief in briefs_in(made)] == ["bees"]
    (mistake,) = made.mistakes
    assert mistake.endswith(
        "took the place of the run of 2026-11-25; trigger one with `day: 2026-11-25` to make its rows"
    )


def test_a_catalogues_run_that_is_taken_the_place_of_is_made_whole(deployment: Deployment, store: Store) -> None:
    (Path(deployment.files or "") / "p.csv").write_text("id,name\nmug,Mug\ncup,Cup\n")
    captions = {"source": {"catalogue": "p.csv"}, "stages": {"text": {"recipe": "caption.product"}}, "brief": {}}
    made = early(deployment, store, {"id": "cup"}, **captions, **DAILY)
    assert [brief.id for brief in briefs_in(made)] == ["cup", "mug"]


class NewsSite(BaseHTTPRequestHandler):
    """A feed with a good item, in an encoding that only the server tells, and one without a date."""

    def do_GET(self) -> None:
        dated = "<item><title>Чай</title><guid>1</guid><pubDate>Tue, 24 Nov 2026 12:00:00 MSK</pubDate></item>"
        pinned = "<item><title>Pinned</title><guid>2</guid></item>"
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml; charset=windows-1251")
        self.end_headers()
        self.wfile.write(f"<rss><channel>{pinned}{dated}</channel></rss>".encode("cp1251"))

    def log_message(self, *_: object) -> None:
        pass


def test_an_item_that_belongs_to_no_run_is_told_by_one_run_and_makes_no_other_red(
    deployment: Deployment, store: Store
) -> None:
    inside = deployment.model_copy(update={"allow_private_addresses": True})
    with served(NewsSite) as site:

        def run(run_id: str, at: datetime) -> RunEntries:
            context = context_of(Ti("brief", run_id=run_id), None, at=at, run_type=DagRunType.SCHEDULED)
            return entries_in(context, inside, store, source={"feed": f"{site}/feed.xml"}, **DAILY)

        first, other = run("scheduled__1", MORNING), run("scheduled__2", MORNING + timedelta(days=1))
        again, backfilled = run("scheduled__1", MORNING), run("backfill__1", MORNING - timedelta(days=1))
    assert [brief.topic for brief in briefs_in(first)] == ["Чай"]
    assert first.mistakes == (
        f"{site}/feed.xml, item 1 (`Pinned`): has no date, so no run makes it; only the feed's owner can fix that, "
        "and you need do nothing",
    )
    assert again == first
    assert other == backfilled == RunEntries()
