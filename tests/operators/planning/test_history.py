from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from include.contract.manifests import StageContent
from include.contract.registry import recipe_named
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.configuration import registered_everywhere
from operators.planning.history import MAX_SAMPLED_BYTES, History, Sample, read_or_none
from tests.operators.conftest import films
from tests.operators.planning.archive import DEVICE_S, Archive

SCRIPT, IMAGE = recipe_named("script.narrated"), recipe_named("image.scene")
MODEL, WRITER = (registered_everywhere().identity(each.model) for each in (IMAGE, SCRIPT))
WANTED = [(IMAGE, MODEL, True)]


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def make(store: Store, *topics: str, name: str = "films", fail: str = "") -> None:
    content_type = films(name=name)
    Archive(store, content_type).make([brief_of({"topic": topic}, content_type) for topic in topics], fail=fail)


def test_of_what_never_was_nothing_is_known() -> None:
    sample = History().of(IMAGE, MODEL)
    assert (sample.seconds_per_item, sample.items_per_brief) == (None, None)
    assert History().items_per_brief(IMAGE, MODEL) == 1.0


def test_stages_tell_seconds_of_an_item_and_items_of_a_brief(store: Store, threads: Executor) -> None:
    make(store, "Bees", "Tea")
    history = History()
    history.read(store, WANTED, threads)
    assert history.of(IMAGE, MODEL) == Sample(records=1, briefs=2, items=4, device_s=16.0)
    assert history.of(IMAGE, MODEL).seconds_per_item == DEVICE_S[IMAGE.kind]
    assert history.items_per_brief(IMAGE, MODEL) == 2.0
    assert history.of(SCRIPT, WRITER) == Sample(), "nobody wanted to know"


@pytest.mark.parametrize("part", [{"name": "another"}, {"revision": "2"}, {"variant": "int8"}, {"digest": "1" * 64}])
def test_what_one_model_took_says_nothing_of_another_though_it_has_the_same_name(
    store: Store, threads: Executor, part: dict[str, str]
) -> None:
    make(store, "Bees")
    history = History()
    history.read(store, WANTED, threads)
    assert history.of(IMAGE, MODEL).items
    assert history.of(IMAGE, MODEL.model_copy(update=part)) == Sample()


def test_single_items_tell_seconds_where_no_stage_was_finished(store: Store, threads: Executor) -> None:
    make(store, "Bees", fail="bees/01")
    history = History()
    history.read(store, WANTED, threads)
    sample = history.of(IMAGE, MODEL)
    assert sample == Sample(records=1, briefs=0, items=1, device_s=4.0)
    assert sample.items_per_brief is None


def test_what_is_broken_or_too_big_is_no_part_of_the_sample(store: Store, threads: Executor) -> None:
    make(store, "Bees")
    store.put("v1/stages/image/broken.json", b"{")
    (content,) = (
        store.get(each.key) or b"" for each in store.listed("v1/stages/image/", 9) if "broken" not in each.key
    )
    store.put("v1/stages/image/big.json", content + b" " * MAX_SAMPLED_BYTES)
    history = History()
    history.read(store, WANTED, threads)
    assert history.of(IMAGE, MODEL).records == 1


def test_runs_of_the_content_type_say_more_about_its_briefs_than_those_of_others(
    store: Store, threads: Executor
) -> None:
    make(store, "Bees", "Tea", name="own")
    history = History()
    history.read_runs(store, "films", threads)
    assert history.items_per_brief(IMAGE, MODEL) == 1.0
    history.read_runs(store, "own", threads)
    assert history.items_per_brief(IMAGE, MODEL) == 2.0


def test_what_cannot_be_read_is_none() -> None:
    assert read_or_none(StageContent, None) is None
    assert read_or_none(StageContent, b"[]") is None
