from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment, Profile
from include.contract.errors import BadRequest
from include.contract.keys import blob_key
from include.contract.manifests import StageContent
from include.contract.model_cards import ModelCard, OpenaiSettings, read_reference
from include.contract.prompts import prompts_digest
from include.contract.recipe import no_parts_known
from include.contract.registry import recipes
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.planning.days import Span
from operators.planning.plan import Counted, Plan, StagePlan, items_of_widest_stage, plan_of
from tests.operators.conftest import films
from tests.operators.planning.archive import DEVICE_S, Archive
from tests.wiring import FILM_STAGES, stage_name

TEXT, IMAGE, SPEECH, CLIP, VIDEO = "text", "image", "speech", "clip", "video"
SPAN = Span(date(2026, 11, 1), date(2026, 11, 30))
ROWS = [(day, f"{name}-{day:02d}") for day in range(1, 31) for name in ("bees", "tea")]


def calendar_type(**settings: Any) -> ContentType:
    told = {"schedule": "0 6 * * *", "start_date": "2026-01-01", "source": {"calendar": "calendar.csv"}}
    return films(**told | settings)


def write_calendar(deployment: Deployment, rows: list[tuple[int, str]] = ROWS) -> None:
    lines = [f"2026-11-{day:02d},{name},About {name}" for day, name in rows]
    (Path(str(deployment.files)) / "calendar.csv").write_text("\n".join(["date,id,topic", *lines]))


def make_month(store: Store, content_type: ContentType) -> None:
    for day in range(1, 31):
        Archive(store, content_type).make(briefs(content_type, day), f"run-{day}")


def briefs(content_type: ContentType, day: int) -> list[Brief]:
    return [brief_of({"id": name, "topic": f"About {name}"}, content_type) for at, name in ROWS if at == day]


def planned(
    content_type: ContentType, deployment: Deployment, store: Store, span: Span | None = SPAN, **conf: Any
) -> Plan:
    return plan_of(content_type, span, conf, deployment, store)


def counts(plan: Plan) -> dict[str, tuple[int, int, int]]:
    return {stage.stage: (stage.items.reused, stage.items.to_make, stage.items.unknown) for stage in plan.stages}


@pytest.mark.parametrize(
    ("recipe", "most"),
    [("script.narrated", 3), ("article.sections", 2), ("script.dialogue", 7), ("caption.product", 1)],
)
def test_how_many_items_a_brief_has_at_most_is_what_its_texts_recipe_says(recipe: str, most: int) -> None:
    brief = Brief.model_validate({"topic": "Bees", "scenes": 3, "sections": 2, "questions": 1})
    assert items_of_widest_stage(films(stages={"text": {"recipe": recipe}}), brief) == most


@pytest.mark.parametrize(("params", "most"), [({}, 801), ({"transition": "cut"}, 401)])
def test_the_widest_stage_of_a_film_is_that_of_its_clips(params: dict[str, str], most: int) -> None:
    stages = FILM_STAGES | {"clip": {"recipe": "clip.still", "params": params}}
    assert items_of_widest_stage(films(stages=stages), Brief(topic="Bees", scenes=400)) == most
    assert items_of_widest_stage(films(stages=stages), Brief(topic="Bees", scenes=400, intro="a.mp4")) == most + 1


def test_before_anything_was_made_scripts_are_to_make_and_the_rest_is_unknown_with_its_number(
    deployment: Deployment, store: Store
) -> None:
    write_calendar(deployment)
    plan = planned(calendar_type(), deployment, store)
    assert (plan.runs, plan.briefs) == (30, 60)
    assert counts(plan) == {
        TEXT: (0, 60, 0),
        IMAGE: (0, 0, 120),
        SPEECH: (0, 0, 120),
        CLIP: (0, 0, 300),
        VIDEO: (0, 0, 60),
    }
    assert [stage.device_s for stage in plan.stages] == [None] * 5


def test_a_month_that_was_made_is_reused_and_a_changed_stage_remakes_what_reads_it_and_nothing_else(
    deployment: Deployment, store: Store
) -> None:
    write_calendar(deployment)
    content_type = calendar_type()
    make_month(store, content_type)
    cached = planned(content_type, deployment, store)
    assert counts(cached) == {
        TEXT: (60, 0, 0),
        IMAGE: (120, 0, 0),
        SPEECH: (120, 0, 0),
        CLIP: (300, 0, 0),
        VIDEO: (60, 0, 0),
    }
    assert [stage.device_s for stage in cached.stages] == [0.0] * 5

    stages = {name: stage.model_dump() for name, stage in content_type.stages.items()}
    stages["image"]["params"] = {"short_side_px": 720}
    changed = planned(calendar_type(stages=stages), deployment, store)
    assert counts(changed) == {
        TEXT: (60, 0, 0),
        IMAGE: (0, 120, 0),
        SPEECH: (120, 0, 0),
        CLIP: (0, 0, 300),
        VIDEO: (0, 0, 60),
    }
    assert {stage.stage: stage.device_s for stage in changed.stages} == {
        TEXT: 0,
        IMAGE: 480,
        SPEECH: 0,
        CLIP: 300,
        VIDEO: 600,
    }


def test_an_edited_row_remakes_that_brief_alone(deployment: Deployment, store: Store) -> None:
    content_type = calendar_type()
    make_month(store, content_type)
    write_calendar(deployment, [(day, "cocoa-07" if name == "tea-07" else name) for day, name in ROWS])
    plan = planned(content_type, deployment, store)
    assert counts(plan) == {
        TEXT: (59, 1, 0),
        IMAGE: (118, 0, 2),
        SPEECH: (118, 0, 2),
        CLIP: (295, 0, 5),
        VIDEO: (59, 0, 1),
    }
    changed = [day for day in plan.days if day.items[TEXT].to_make]
    assert [(day.run_on, day.briefs) for day in changed] == [(date(2026, 11, 7), ("bees-07", "cocoa-07"))]


def test_of_a_stage_that_failed_in_part_only_the_missing_item_is_to_make(deployment: Deployment, store: Store) -> None:
    content_type = films()
    Archive(store, content_type).make([brief_of({"topic": "Bees"}, content_type)], fail="bees/02")
    plan = planned(content_type, deployment, store, None, topic="Bees")
    assert counts(plan) == {TEXT: (1, 0, 0), IMAGE: (1, 1, 0), SPEECH: (1, 1, 0), CLIP: (2, 0, 3), VIDEO: (0, 0, 1)}


def test_what_an_earlier_day_makes_is_reused_by_the_later_ones(deployment: Deployment, store: Store) -> None:
    files = Path(str(deployment.files))
    (files / "calendar.csv").write_text("date,id,topic\n2026-11-01,one,Bees\n2026-11-02,two,Bees\n")
    plan = planned(calendar_type(), deployment, store)
    assert counts(plan)[TEXT] == (1, 1, 0)


def test_another_take_by_conf_holds_for_every_row(deployment: Deployment, store: Store) -> None:
    write_calendar(deployment)
    content_type = calendar_type()
    make_month(store, content_type)
    plan = planned(content_type, deployment, store, variations={"image": 1})
    assert counts(plan) == {
        TEXT: (60, 0, 0),
        IMAGE: (0, 120, 0),
        SPEECH: (120, 0, 0),
        CLIP: (0, 0, 300),
        VIDEO: (0, 0, 60),
    }


def test_money_is_seconds_at_the_profiles_price_and_gpus_each_count(deployment: Deployment, store: Store) -> None:
    content_type = films()
    Archive(store, content_type).make([brief_of({"topic": "Tea"}, content_type)])
    profiles = {"cpu-small": Profile(cpu=1, memory_mib=512, gpus=2, price_per_hour=0.36)}
    priced = deployment.model_copy(update={"profiles": profiles, "currency": "EUR"})
    text, image, *_ = planned(content_type, priced, store, None, topic="Bees").stages
    assert (text.seconds_per_item, text.device_s, text.gpu_s) == (2.0, 2.0, 4.0)
    assert text.cost == pytest.approx(0.0002)
    assert (image.items, image.device_s) == (Counted(unknown=2), 8.0)


def test_seconds_come_from_single_records_where_no_stage_was_finished(deployment: Deployment, store: Store) -> None:
    content_type = films()
    Archive(store, content_type).make([brief_of({"topic": "Tea"}, content_type)], fail="tea/01")
    image = planned(content_type, deployment, store, None, topic="Bees").stages[1]
    assert (image.seconds_per_item, image.sampled) == (4.0, 1)


def test_publishing_is_done_by_every_run(deployment: Deployment, store: Store) -> None:
    write_calendar(deployment)
    content_type = calendar_type()
    stages = {name: stage.model_dump() for name, stage in content_type.stages.items()}
    plan = planned(calendar_type(stages=stages | {"publish": {"recipe": "publish.video"}}), deployment, store)
    assert plan.stages[-1].items == Counted(effects=60)


def test_a_wrong_row_is_told_once_and_its_day_is_planned(deployment: Deployment, store: Store) -> None:
    rows = "date,id,topic,scenes\n2026-11-01,one,Bees,999\n2026-11-01,two,Tea,2\nsoon,three,Cocoa,2\n"
    (Path(str(deployment.files)) / "calendar.csv").write_text(rows)
    plan = planned(calendar_type(), deployment, store)
    assert plan.briefs == 1
    assert sorted(mistake.split(": ")[0] for mistake in plan.mistakes) == [
        "calendar.csv, line 2",
        "calendar.csv, line 4",
    ]


@pytest.mark.parametrize(
    ("settings", "span", "message"),
    [
        ({}, None, "say which with --from and --to"),
        ({"source": {"feed": "https://example.org/feed"}}, SPAN, "its source, `feed`, has no rows ahead"),
        ({"source": None, "schedule": None}, SPAN, "has no `schedule`"),
        ({"source": None}, SPAN, "needs a `topic`"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_the_way_out(
    deployment: Deployment, store: Store, settings: dict[str, Any], span: Span | None, message: str
) -> None:
    with pytest.raises(BadRequest, match=message):
        planned(calendar_type(**settings), deployment, store, span)


def piece_type(name: str, *recipes: str) -> ContentType:
    stages = {stage_name(recipe): {"recipe": recipe} for recipe in recipes}
    return films(name=name, brief={}, stages=stages)


CARDS = ("caption.product", "image.scene", "image.card")
TALKS = ("script.dialogue", "image.scene", "speech.dialogue", "audio.podcast")
ARTICLES = ("article.sections", "image.scene", "page.article")
SPOKEN = {"lines": [{"speaker": 1, "text": f"Line {number}."} for number in range(7)]}


@pytest.mark.parametrize(
    ("recipes", "brief", "pictures", "spoken"),
    [
        (CARDS, {"product": {"name": "Mug"}}, 1, None),
        (ARTICLES, {"topic": "Bees", "sections": 3}, 3, None),
        (TALKS, {"dialogue": SPOKEN}, 1, 7),
        (TALKS, {"topic": "Bees", "questions": 3}, 1, 11),
    ],
)
def test_a_brief_has_as_many_pictures_as_its_recipe_says_whatever_others_had(
    deployment: Deployment, store: Store, recipes: tuple[str, ...], brief: dict[str, Any], pictures: int, spoken: int
) -> None:
    Archive(store, films()).make([brief_of({"topic": "Tea", "scenes": 9}, films())])
    found = counts(planned(piece_type("pieces", *recipes), deployment, store, None, **brief))
    assert found[IMAGE] == (0, 0, pictures)
    assert found.get(SPEECH, (0, 0, None)) == (0, 0, spoken)


def test_where_a_recipe_does_not_say_a_brief_has_as_many_parts_as_in_the_content_types_own_runs(
    deployment: Deployment, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = replace(recipes()["script.dialogue"], parts=no_parts_known)
    monkeypatch.setitem(recipes(), "script.dialogue", silent)
    own, other = piece_type("own", *TALKS), piece_type("other", *TALKS)
    Archive(store, own, lines=4).make([brief_of({"topic": topic}, own) for topic in ("Tea", "Bees")])
    Archive(store, other, lines=20).make([brief_of({"topic": "Night"}, other)])
    assert counts(planned(own, deployment, store, None, topic="Rivers"))[SPEECH] == (0, 0, 4)
    assert counts(planned(piece_type("new", *TALKS), deployment, store, None, topic="Rivers"))[SPEECH] == (0, 0, 9)


def test_a_broken_list_of_items_does_not_end_a_plan(deployment: Deployment, store: Store) -> None:
    bees = {"id": "bees", "topic": "Bees"}
    Archive(store, films()).make([brief_of(bees, films())])
    (text,) = store.listed("v1/stages/text/", 9)
    (part,) = StageContent.model_validate_json(store.get(text.key) or b"").parts
    body = store.get(blob_key(part.sha256)) or b""
    store.put(blob_key(part.sha256), body[:-2] + bytes(byte ^ 0xFF for byte in body[-2:]))
    for image in store.listed("v1/stages/image/", 9):
        store.delete(image.key)
    for _ in range(2):
        found = counts(planned(films(), deployment, store, None, **bees))
        assert found == {TEXT: (1, 0, 0), IMAGE: (2, 0, 0), SPEECH: (2, 0, 0), CLIP: (5, 0, 0), VIDEO: (1, 0, 0)}


BROUGHT = {"script": {"scenes": [{"narration": "Tea is a leaf.", "image_prompt": "tea"}]}}


def test_a_script_that_a_brief_brings_is_not_priced_as_one_that_a_model_writes(
    deployment: Deployment, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(store, films())
    archive.make([brief_of({"id": "written", "topic": "Bees"}, films())], "written", (TEXT,))
    first = planned(films(), deployment, store, None, topic="Tea", **BROUGHT).stages[0]
    assert (first.items.to_make, first.seconds_per_item, first.device_s) == (1, None, None)

    monkeypatch.setitem(DEVICE_S, TEXT, 0.25)
    archive.make([brief_of({"id": "own", "topic": "Rain", **BROUGHT}, films())], "own", (TEXT,))
    own = planned(films(), deployment, store, None, topic="Tea", **BROUGHT).stages[0]
    assert (own.seconds_per_item, own.sampled, own.device_s) == (0.25, 1, 0.25)
    topic = planned(films(), deployment, store, None, topic="Owls").stages[0]
    assert (topic.seconds_per_item, topic.sampled, topic.device_s) == (2.0, 1, 2.0)
    no_pictures = {"script": {"scenes": [{"narration": "Tea is a leaf."}]}}
    pictured = planned(films(), deployment, store, None, topic="Tea", **no_pictures).stages[0]
    assert pictured.device_s == 2.0, "what is seen is still written"


def test_what_a_model_of_ones_own_takes_is_learnt_of_that_one_alone(
    deployment: Deployment, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = (_own_model(store, f"acme/writer@{size}", size) for size in ("small", "large"))
    topics = iter(("Bees", "Tea", "Rain", "Owls"))

    def text_of(model: str | None) -> StagePlan:
        return planned(films(stages=_with_model(model)), deployment, store, None, topic=next(topics)).stages[0]

    Archive(store, films()).make([brief_of({"topic": "Snow"}, films())], "built-in", (TEXT,))
    assert text_of(None).device_s == 2.0
    assert text_of(small).device_s is None, "the built-in model's seconds are not its own"
    monkeypatch.setitem(DEVICE_S, TEXT, 30.0)
    written = films(stages=_with_model(small))
    Archive(store, written).make([brief_of({"topic": "Snow"}, written)], "small", (TEXT,))
    assert (text_of(small).device_s, text_of(large).device_s) == (30.0, None)


def _with_model(model: str | None) -> dict[str, Any]:
    stages = {name: stage.model_dump() for name, stage in films().stages.items()}
    return {**stages, TEXT: {**stages[TEXT], "model": model}}


def _own_model(store: Store, name: str, server_model: str) -> str:
    settings = OpenaiSettings(address="http://127.0.0.1:1/v1", server_model=server_model, prompts=prompts_digest())
    card = ModelCard(kind=StageKind.TEXT, settings=settings, licence="MIT", commercial=True)
    Models(store).keep(card)
    Models(store).name(read_reference(name), card)
    return name
