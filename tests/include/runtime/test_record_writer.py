"""From a product to its record."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from include.contract import environment
from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.errors import CheckFailed, StoreAway
from include.contract.keys import blob_key, record_key
from include.contract.manifests import ModelLoad, Record, RunRef
from include.contract.params import ScriptNarratedParams
from include.contract.values import Determinism, StageKind
from include.runtime.lookup import LookedUp, find, resolve
from include.runtime.models.load_times import LoadTimes
from include.runtime.record_writer import RecordWriter, check_declared, provenance
from include.runtime.stage import ItemResult, Output, Work
from include.store.blobs import Blobs
from include.store.threads import THREADS
from tests.asked import asked_for
from tests.include.runtime.desk import Desk, WordsStage

RUN = RunRef(dag_id="d", run_id="r", task_id="text")


@pytest.fixture
def found(desk: Desk) -> LookedUp:
    """One item that is wanted and not there."""
    (wanted,) = resolve(desk.request("script.narrated", Brief(topic="Bees")), desk.store).wanted
    return LookedUp(wanted, None)


def product(folder: Path, topic: str = "Bees", attributes: Mapping[str, Any] | None = None) -> ItemResult:
    folder.mkdir()
    work = Work("bees", ScriptNarratedParams(topic=topic), {}, lambda attempt: attempt, folder)
    (result,) = WordsStage().process([work])
    assert isinstance(result, ItemResult)
    return replace(result, attributes=attributes or {})


def output(result: ItemResult, name: str) -> Output:
    return next(each for each in result.outputs if each.name == name)


def writing(desk: Desk, uploaders: Executor) -> RecordWriter:
    return RecordWriter(StageKind.TEXT, RUN, Determinism.SEEDED, desk.store, uploaders, LoadTimes())


def written(desk: Desk, found: LookedUp, result: ItemResult) -> Record:
    with ThreadPoolExecutor(4) as uploaders:
        return writing(desk, uploaders).write(found, result, 1.23456)


def test_a_record_and_its_blobs_are_found_again(desk: Desk, found: LookedUp, tmp_path: Path) -> None:
    record = written(desk, found, product(tmp_path / "a", attributes={"words": 1}))
    assert find(found.wanted, StageKind.TEXT, desk.store).record == record
    title = next(artifact for artifact in record.outputs if artifact.name == "title")
    assert desk.store.blob(title.sha256) == b"Bees"
    assert (record.attributes, record.device_s, record.provenance.made_by) == ({"words": 1}, 1.235, RUN)


def test_a_record_comes_after_all_that_it_names(desk: Desk, found: LookedUp, tmp_path: Path) -> None:
    with asked_for() as asked:
        record = written(desk, found, product(tmp_path / "a"))
    put = [key for name, key in asked if name == "put"]
    assert put[-1] == record_key(StageKind.TEXT, found.wanted.fingerprint)
    assert set(put[:-1]) == {blob_key(artifact.sha256) for artifact in record.outputs}
    assert [artifact.name for artifact in record.outputs] == [each.name for each in product(tmp_path / "b").outputs]


def test_the_outputs_of_an_item_go_up_side_by_side(
    desk: Desk, found: LookedUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, put = product(tmp_path / "a"), Blobs.put_blob
    all_under_way = Barrier(len(result.outputs))

    def put_together(store: Blobs, body: bytes, artifact: Artifact) -> None:
        all_under_way.wait(timeout=20)
        put(store, body, artifact)

    monkeypatch.setattr(Blobs, "put_blob", put_together)
    with ThreadPoolExecutor(len(result.outputs)) as uploaders:
        assert writing(desk, uploaders).write(found, result, 1.0).outputs


def test_many_items_at_once_keep_the_threads_busy_without_more(desk: Desk, found: LookedUp, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as uploaders:
        uploaders.shutdown()
        assert writing(desk, uploaders).write(found, product(tmp_path / "a"), 1.0, at_once=THREADS).outputs


def test_an_output_that_many_items_share_goes_up_once(desk: Desk, tmp_path: Path) -> None:
    briefs = [Brief(id=name, topic=name) for name in ("bees", "tea")]
    wanted = resolve(desk.request("script.narrated", *briefs), desk.store).wanted
    with ThreadPoolExecutor(4) as uploaders, asked_for() as asked:
        writer = writing(desk, uploaders)
        records = [writer.write(LookedUp(each, None), product(tmp_path / each.item, each.item), 1.0) for each in wanted]
    put = [key for name, key in asked if name == "put"]
    named = {blob_key(artifact.sha256) for record in records for artifact in record.outputs}
    assert len(put) == len(set(put)) == len(named) + len(records)
    assert sum(len(record.outputs) for record in records) > len(named)


def test_a_failed_upload_leaves_no_record(
    desk: Desk, found: LookedUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(store: Blobs, body: bytes, artifact: Artifact) -> None:
        raise StoreAway("it is away")

    monkeypatch.setattr(Blobs, "put_blob", away)
    with pytest.raises(StoreAway):
        written(desk, found, product(tmp_path / "a"))
    assert desk.records(StageKind.TEXT) == []


def test_the_first_writers_record_is_the_one(desk: Desk, found: LookedUp, tmp_path: Path) -> None:
    first = written(desk, found, product(tmp_path / "a", "first"))
    assert written(desk, found, product(tmp_path / "b", "second")) == first
    assert desk.record(StageKind.TEXT, found.wanted.fingerprint) == first


def test_a_record_whose_blob_is_gone_is_replaced(desk: Desk, found: LookedUp, tmp_path: Path) -> None:
    first = written(desk, found, product(tmp_path / "a", "first"))
    blob = next(each.key for each in desk.store.listed("v1/blobs/") if first.outputs[0].sha256 in each.key)
    desk.store.delete(blob)
    broken = find(found.wanted, StageKind.TEXT, desk.store)
    assert broken.broken is not None
    second = written(desk, broken, product(tmp_path / "b", "second"))
    assert second != first
    assert desk.record(StageKind.TEXT, found.wanted.fingerprint) == second


@pytest.mark.parametrize("text", [None, ""])
def test_an_empty_file_is_no_output(desk: Desk, found: LookedUp, tmp_path: Path, text: str | None) -> None:
    result = product(tmp_path / "a")
    title = output(result, "title").path
    title.unlink()
    if text is not None:
        title.write_text(text)
    with pytest.raises(CheckFailed, match=r"output `title` is empty or was not written \(title\)"):
        written(desk, found, result)
    assert desk.records(StageKind.TEXT) == []


@pytest.mark.parametrize("value", [float("nan"), "\ud800", object()])
def test_what_could_not_be_read_again_is_not_recorded(
    desk: Desk, found: LookedUp, tmp_path: Path, value: object
) -> None:
    with pytest.raises(CheckFailed, match="what the recipe made cannot be recorded"):
        written(desk, found, product(tmp_path / "a", attributes={"share": value}))
    assert desk.records(StageKind.TEXT) == []


def test_only_what_a_recipe_declares_is_taken(tmp_path: Path) -> None:
    title = output(product(tmp_path / "a"), "title")
    check_declared("script.narrated", [title])
    with pytest.raises(
        CheckFailed, match=r"output `headline` is not declared by `script\.narrated`; declared: .*title"
    ):
        check_declared("script.narrated", [replace(title, name="headline")])
    with pytest.raises(CheckFailed, match="output `title` is text/html; declared: text/plain"):
        check_declared("script.narrated", [replace(title, media_type="text/html")])


def test_a_document_is_what_it_is_declared_to_be(tmp_path: Path) -> None:
    title = output(product(tmp_path / "a"), "title")
    title.path.write_text("{}")
    with pytest.raises(CheckFailed, match=r"output `script`.*; declared: Script as application/json"):
        check_declared("script.narrated", [replace(title, name="script", media_type="application/json")])


def test_a_record_says_who_made_it_with_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.IMAGE_DIGEST, "sha256:abc")
    load = ModelLoad(map_s=1.5)
    told = provenance(RUN, Determinism.BITWISE, load)
    assert told.model_load == load
    assert (told.made_by, told.image_digest, told.determinism) == (RUN, "sha256:abc", "bitwise")
    assert told.libraries["python"] == platform.python_version()
    assert "numpy" in told.libraries
