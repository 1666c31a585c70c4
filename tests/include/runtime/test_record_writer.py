"""From a product to its record."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from include.contract import environment
from include.contract.brief import Brief
from include.contract.errors import CheckFailed
from include.contract.manifests import Record, RunRef
from include.contract.params import ScriptNarratedParams
from include.contract.values import Determinism, StageKind
from include.runtime.lookup import LookedUp, find, resolve
from include.runtime.record_writer import check_declared, provenance, write_record
from include.runtime.stage import ItemResult, Output, Work
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


def written(desk: Desk, found: LookedUp, result: ItemResult) -> Record:
    return write_record(found, result, StageKind.TEXT, provenance(RUN, Determinism.SEEDED), 1.23456, desk.store)


def test_a_record_and_its_blobs_are_found_again(desk: Desk, found: LookedUp, tmp_path: Path) -> None:
    record = written(desk, found, product(tmp_path / "a", attributes={"words": 1}))
    assert find(found.wanted, StageKind.TEXT, desk.store).record == record
    title = next(artifact for artifact in record.outputs if artifact.name == "title")
    assert desk.store.blob(title.sha256) == b"Bees"
    assert (record.attributes, record.device_s, record.provenance.made_by) == ({"words": 1}, 1.235, RUN)


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
    with pytest.raises(CheckFailed, match=r"output `headline` is none of `script\.narrated`; declared: .*title"):
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
    told = provenance(RUN, Determinism.BITWISE)
    assert (told.made_by, told.image_digest, told.determinism) == (RUN, "sha256:abc", "bitwise")
    assert told.libraries["python"] == platform.python_version()
    assert "numpy" in told.libraries
