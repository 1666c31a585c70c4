from __future__ import annotations

from datetime import date

import pytest

from include.contract.brief import Brief
from include.contract.entries import Entries, Entry
from include.contract.manifests import ItemLine, Manifest, Outcome, RunRef
from include.contract.values import StageKind
from include.store.store import Store
from operators.stages.sentence import MOST_BYTES, sentence_of
from tests.operators.manifests import leave

MISSING = "its input is missing: "


def line(position: int, item: str, outcome: Outcome, message: str = "") -> ItemLine:
    return ItemLine(position=position, item=item, outcome=outcome, message=message)


def left(store: Store, task_id: str, kind: StageKind, *lines: ItemLine) -> Manifest:
    return leave(store, RunRef(dag_id="films", run_id="manual__1", task_id=task_id), kind, list(lines))


@pytest.mark.parametrize(
    ("kind", "outcomes", "told"),
    [
        (StageKind.IMAGE, [Outcome.MADE] * 3, "3 made"),
        (StageKind.IMAGE, [Outcome.MADE, Outcome.REUSED, Outcome.REUSED], "1 made, 2 reused"),
        (StageKind.PUBLISH, [Outcome.MADE, Outcome.REUSED], "1 published, 1 published before"),
        (StageKind.IMAGE, [], "nothing to make"),
    ],
)
def test_what_came_out_is_counted(store: Store, kind: StageKind, outcomes: list[Outcome], told: str) -> None:
    lines = [line(number, f"film-{number}", outcome) for number, outcome in enumerate(outcomes)]
    assert sentence_of(store, left(store, kind.value, kind, *lines)) == told


def test_why_a_piece_is_missing_is_told_by_the_stage_that_failed_first(store: Store) -> None:
    left(store, "text", StageKind.TEXT, line(0, "bees", Outcome.MADE), line(1, "wasps", Outcome.MADE))
    image = line(1, "wasps/02", Outcome.FAILED, "the model draws no wasps\nand more lines")
    left(store, "image", StageKind.IMAGE, line(0, "bees/01", Outcome.MADE), image)
    film = line(1, "wasps", Outcome.SKIPPED, f"{MISSING}image of wasps/02")
    left(store, "video", StageKind.VIDEO, line(0, "bees", Outcome.MADE), film)
    lost = line(1, "wasps", Outcome.SKIPPED, f"{MISSING}video of wasps")
    told = sentence_of(store, left(store, "publish", StageKind.PUBLISH, line(0, "bees", Outcome.MADE), lost))
    assert told == "1 published, 1 failed: wasps/02: the model draws no wasps"


def test_what_people_decided_is_no_failure_and_refused_rows_are_told_by_the_runs_last_stage(store: Store) -> None:
    rejected = line(0, "bees", Outcome.SKIPPED, "it was rejected by ada: too long")
    manifest = left(store, "publish", StageKind.PUBLISH, rejected)
    entries = Entries(
        day=date(2026, 11, 25), entries=(Entry(brief=Brief(topic="Bees")),), mistakes=("a.csv, line 3: no topic",)
    )
    assert sentence_of(store, manifest) == "1 left out: it was rejected by ada: too long"
    assert sentence_of(store, manifest, entries).endswith(", 1 refused: a.csv, line 3: no topic")
    limited = entries.model_copy(update={"left_out": "7 of the feed's items left out: `limit` is 20"})
    assert sentence_of(store, manifest, limited).endswith("no topic, 7 of the feed's items left out: `limit` is 20")


def test_of_very_many_that_were_left_out_none_is_taken_for_failed(store: Store) -> None:
    many = [line(number, f"card-{number}", Outcome.SKIPPED, "it was rejected by ada") for number in range(30)]
    failed = line(30, "card-30", Outcome.FAILED, "no model")
    told = sentence_of(store, left(store, "publish", StageKind.PUBLISH, *many, failed))
    assert told == "1 failed: card-30: no model, 30 left out: it was rejected by ada"


def test_it_stays_a_sentence(store: Store) -> None:
    lines = [line(number, f"film-{number}", Outcome.FAILED, "x" * 2000) for number in range(30)]
    told = sentence_of(store, left(store, "image", StageKind.IMAGE, *lines))
    assert told.startswith("30 failed: film-0: xxx")
    assert len(told.encode()) <= MOST_BYTES
    assert "\n" not in told
