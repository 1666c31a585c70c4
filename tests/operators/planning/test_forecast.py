from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from include.contract.content_types import ContentType
from include.contract.entries import Entry
from include.contract.keys import record_key
from include.contract.recipe import no_parts_known
from include.contract.registry import recipes
from include.contract.values import StageKind
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.chosen_models import chosen_models
from operators.configuration import deployment_here
from operators.planning.existing import Existing
from operators.planning.forecast import Forecaster, StageForecast
from operators.planning.history import History
from tests.operators.conftest import films
from tests.operators.planning.archive import Archive

BEES, TEA = {"id": "bees", "topic": "Bees"}, {"id": "tea", "topic": "Tea"}


@pytest.fixture
def lookups() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as lookups:
        yield lookups


def forecaster(store: Store, lookups: Executor, content_type: ContentType | None = None) -> Forecaster:
    content_type = content_type or films()
    models = chosen_models(content_type, deployment_here(), store)
    return Forecaster(content_type, models, store, Existing(store, 1), History(), lookups)


def entries(*confs: dict[str, Any]) -> list[Entry]:
    return [Entry(brief=brief_of(conf, films())) for conf in confs]


def make(store: Store, *confs: dict[str, Any], fail: str = "") -> None:
    Archive(store, films()).make([brief_of(conf, films()) for conf in confs], fail=fail)


def test_a_run_that_makes_nothing_has_no_forecast(store: Store, lookups: Executor) -> None:
    assert forecaster(store, lookups).forecast([]) == {}


def test_what_waits_for_a_script_is_unknown_with_its_number(store: Store, lookups: Executor) -> None:
    found = forecaster(store, lookups).forecast(entries(BEES, TEA))
    assert len(found["text"].to_make) == 2
    assert {name: each.unknown for name, each in found.items()} == {
        "text": 0,
        "image": 4,
        "speech": 4,
        "clip": 10,
        "video": 2,
    }
    assert not any(each.reused for each in found.values())


def test_what_was_made_is_reused_and_its_history_is_learnt_on_the_way(store: Store, lookups: Executor) -> None:
    make(store, BEES)
    own = forecaster(store, lookups)
    found = own.forecast(entries(BEES))
    assert found == {
        "text": StageForecast(reused=1),
        "image": StageForecast(reused=2),
        "speech": StageForecast(reused=2),
        "clip": StageForecast(reused=5),
        "video": StageForecast(reused=1),
    }
    image = recipes()["image.scene"]
    assert own.history.of(image, own.models["image"].identity).items == 2


def test_what_is_to_make_is_named_by_the_fingerprints_under_which_it_will_be_kept(
    store: Store, lookups: Executor
) -> None:
    make(store, BEES, fail="bees/02")
    found = forecaster(store, lookups).forecast(entries(BEES))
    assert (found["image"].reused, len(found["image"].to_make)) == (1, 1)
    assert (found["video"].to_make, found["video"].unknown) == ((), 1)
    make(store, BEES)
    (fingerprint,) = found["image"].to_make
    assert store.get(record_key(StageKind.IMAGE, fingerprint)) is not None


def test_of_two_that_ask_for_the_same_one_is_made_and_one_reuses_it(store: Store, lookups: Executor) -> None:
    text = forecaster(store, lookups).forecast(entries(BEES, BEES | {"id": "again"}))["text"]
    assert (text.reused, len(text.to_make)) == (1, 1)


def test_a_script_that_is_brought_asks_no_model(store: Store, lookups: Executor) -> None:
    brought = {"script": {"scenes": [{"narration": "Tea is a leaf.", "image_prompt": "tea"}]}}
    own, written = (forecaster(store, lookups).forecast(entries(each))["text"] for each in (TEA | brought, TEA))
    assert own.unasked == set(own.to_make)
    assert written.to_make
    assert not written.unasked


def test_where_only_the_text_will_say_how_many_the_briefs_are_counted(
    store: Store, lookups: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(recipes(), "script.narrated", replace(recipes()["script.narrated"], parts=no_parts_known))
    image = forecaster(store, lookups).forecast(entries(BEES, TEA))["image"]
    assert (image.unknown, image.uncounted_briefs) == (0, 2)


def test_publishing_is_done_by_every_run(store: Store, lookups: Executor) -> None:
    make(store, BEES, TEA)
    stages = {name: stage.model_dump() for name, stage in films().stages.items()}
    published = films(stages=stages | {"publish": {"recipe": "publish.video"}})
    assert forecaster(store, lookups, published).forecast(entries(BEES, TEA))["publish"] == StageForecast(effects=2)
