from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from include.contract.entries import BRIEFS, Entries, Entry, pack_entries
from include.contract.errors import BadRequest, InputLost
from include.contract.keys import blob_key, manifest_key, runs_prefix
from include.contract.manifests import Manifest, RunRef, Shard
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.handing_on import hand_on
from operators.run_history import lines_of, manifests_of, run_of
from tests.cluster.airflow import until
from tests.operators.conftest import films
from tests.operators.planning.archive import Archive

STAGES = ["text", "image", "speech", "clip", "video"]


def make(store: Store, run_id: str, *topics: str) -> dict[str, Manifest]:
    return Archive(store, films()).make([brief_of({"topic": topic}, films()) for topic in topics], run_id)


def say_what_was_asked(store: Store, run_id: str, *topics: str) -> str:
    entries: Any = tuple(Entry(brief=brief_of({"topic": topic}, films())) for topic in topics)
    body = pack_entries(Entries(day=date(2026, 11, 25), entries=entries))
    run = RunRef(dag_id="films", run_id=run_id, task_id="brief")
    return hand_on(store, run, BRIEFS, body, "application/gzip")


def written_last(store: Store, run_id: str, sha256: str) -> None:
    """Have the store's clock say that the manifest of this request is the newest of its run."""
    listed = store.listed(runs_prefix("films", run_id), 100)
    (key,) = [each.key for each in listed if each.key.endswith(f"{sha256}/manifest.json")]
    body = store.get(key)
    assert body is not None
    newest = max(each.modified_at for each in listed if each.key != key)

    def is_newest() -> bool:
        """A store may tell whole seconds."""
        store.put(key, body)
        return next(each.modified_at for each in store.listed(key, 1)) > newest

    until(is_newest, 30, "the store's clock goes on")


def test_a_run_is_told_stage_by_stage_with_who_made_each_item(store: Store) -> None:
    make(store, "manual__1", "Bees")
    run = run_of(store, "films", "manual__1", limit=10)
    assert (run.run_id, run.asked, run.problems) == ("manual__1", None, ())
    assert [each.manifest.run.task_id for each in run.stages] == STAGES
    assert [item.line.item for item in run.stages[1].items] == ["bees/01", "bees/02"]
    assert {item.provenance.made_by.task_id for item in run.stages[1].items if item.provenance} == {"image"}


def test_more_items_than_asked_for_are_counted(store: Store) -> None:
    make(store, "manual__1", "Bees", "Tea")
    image = run_of(store, "films", "manual__1", limit=1).stages[1]
    assert ([each.line.item for each in image.items], image.more_items) == (["bees/01"], 3)


def test_the_newest_run_of_a_brief_is_found_and_shows_that_brief_alone(store: Store) -> None:
    make(store, "manual__1", "Bees", "Tea")
    make(store, "manual__2", "Tea")
    make(store, "manual__3", "Rain")
    assert run_of(store, "films", "tea", limit=10).run_id == "manual__2"
    bees = run_of(store, "films", "bees", limit=10)
    assert bees.run_id == "manual__1"
    assert {item.line.item for stage in bees.stages for item in stage.items} == {
        "bees", "bees/01", "bees/02", "bees/title", "bees/01-02", "bees/end",
    }  # fmt: skip


def test_a_run_that_was_asked_for_a_brief_and_did_not_make_it_is_found_too(store: Store) -> None:
    sha256 = say_what_was_asked(store, "manual__1", "Bees")
    run = run_of(store, "films", "bees", limit=10)
    assert run.asked is not None
    assert (run.asked.sha256, [each.brief.id for each in run.asked.entries.entries]) == (sha256, ["bees"])
    assert run.stages == ()


def test_a_name_that_is_neither_is_refused_with_an_example(store: Store) -> None:
    make(store, "manual__1", "Bees")
    with pytest.raises(BadRequest, match=r"`be` is neither a run of `films` nor a brief.*; its newest run: manual__1"):
        run_of(store, "films", "be", limit=10)


def test_what_cannot_be_read_is_a_problem_of_its_stage_and_the_rest_is_told(store: Store) -> None:
    made = make(store, "manual__1", "Bees")
    (part,) = made["image"].parts
    store.delete(blob_key(part.sha256))
    run = run_of(store, "films", "manual__1", limit=10)
    (problem,) = run.problems
    assert "`image`" in problem
    assert [len(each.items) for each in run.stages] == [1, 0, 2, 5, 1]
    with pytest.raises(InputLost):
        list(lines_of(store, made["image"]))


def test_what_stages_left_comes_in_their_order_and_what_is_broken_is_passed_over(store: Store) -> None:
    archive = Archive(store, films())
    archive.make([brief_of({"topic": "Bees"}, films())], fail="bees/02")
    again = archive.make([brief_of({"topic": "Bees"}, films())])
    found = manifests_of(store, "films", "manual__1")
    assert [each.run.task_id for each in found] == STAGES
    assert found[1].counts == again["image"].counts
    store.put("v1/runs/films/manual__2/text/-1/0/manifest.json", b"{")
    assert manifests_of(store, "films", "manual__2") == []


@pytest.mark.parametrize("last", [0, 1])
def test_of_a_task_that_left_several_the_newest_counts_whatever_its_request(store: Store, last: int) -> None:
    made = [make(store, "manual__1", topic)["text"] for topic in ("Bees", "Tea")]
    (other,) = {0, 1} - {last}
    written_last(store, "manual__1", made[other].request)
    written_last(store, "manual__1", made[last].request)
    found = next(each for each in manifests_of(store, "films", "manual__1") if each.run.task_id == "text")
    assert found.request == made[last].request
    shown = run_of(store, "films", "manual__1", limit=10).stages[0]
    assert [item.line.item for item in shown.items] == [("bees", "tea")[last]]


def test_a_merge_stands_for_its_shards_and_until_it_is_there_the_newest_of_each_does(store: Store) -> None:
    image = make(store, "manual__1", "Bees")["image"]

    def leave(task_id: str, shard: Shard, planned: int, request: str) -> None:
        run = image.run.model_copy(update={"run_id": "manual__2", "task_id": task_id, "map_index": shard.index})
        counts = image.counts.model_copy(update={"planned": planned})
        manifest = image.model_copy(update={"run": run, "shard": shard, "counts": counts, "request": request})
        store.put(manifest_key(run, request), manifest.model_dump_json().encode())

    first, second, earlier = "a" * 64, "b" * 64, "c" * 64
    leave("image_shards", Shard(index=0, count=2), 9, earlier)
    leave("image_shards", Shard(index=1, count=2), 2, second)
    leave("image_shards", Shard(index=0, count=2), 1, first)
    written_last(store, "manual__2", first)
    assert [each.counts.planned for each in manifests_of(store, "films", "manual__2")] == [1, 2]
    leave("image", Shard(), 3, first)
    assert [each.counts.planned for each in manifests_of(store, "films", "manual__2")] == [3]
