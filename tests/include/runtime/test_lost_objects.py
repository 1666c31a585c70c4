"""What the runner does about what was lost or damaged in the store."""

from __future__ import annotations

import json

import pytest

from include.contract.errors import InputLost
from include.contract.keys import blob_key, record_key
from include.contract.values import StageKind
from tests.include.runtime.desk import HONEY, Desk, WordsStage, script_and_images


class Blobs:
    """Does to blobs what a store's operator could do by accident."""

    def __init__(self, desk: Desk) -> None:
        self._store = desk.store

    def delete(self, sha256: str) -> None:
        self._store.delete(blob_key(sha256))

    def put(self, sha256: str, body: bytes) -> None:
        self._store.put(blob_key(sha256), body)


@pytest.fixture
def blobs(desk: Desk) -> Blobs:
    return Blobs(desk)


def test_a_lost_blob_behind_a_record_is_made_again(desk: Desk, blobs: Blobs) -> None:
    _, images = script_and_images(desk)
    desk.run(images)
    lost = desk.lines(images)[1]
    blobs.delete(lost.outputs[0].sha256)
    stage = WordsStage()
    manifest = desk.run(images, stage)
    assert stage.made == [lost.item]
    assert (manifest.counts.made, manifest.counts.reused) == (1, 2)


def test_a_truncated_blob_is_made_again_and_overwritten(desk: Desk, blobs: Blobs) -> None:
    _, images = script_and_images(desk)
    desk.run(images)
    cut = desk.lines(images)[0].outputs[0]
    whole = desk.store.blob(cut.sha256)
    blobs.put(cut.sha256, whole[:5])
    desk.run(images)
    assert desk.store.blob(cut.sha256) == whole


def test_an_input_with_other_bytes_of_the_same_size_is_named_emptied_and_never_used(desk: Desk, blobs: Blobs) -> None:
    text, images = script_and_images(desk)
    prompt = desk.lines(text)[0].output("image_prompt/02")
    blobs.put(prompt.sha256, b"x" * prompt.bytes)
    stage = WordsStage()
    with pytest.raises(InputLost, match="clear the task `text`") as caught:
        desk.run(images, stage)
    assert caught.value.producer == "text"
    assert prompt.sha256 in str(caught.value)
    assert "honey-bees/02" not in stage.made
    remade = desk.run(text)
    assert remade.counts.made == 1
    assert desk.run(images).counts.failed == 0


def test_a_list_of_items_with_other_bytes_of_the_same_size_is_made_again_by_its_producer(
    desk: Desk, blobs: Blobs
) -> None:
    text, images = script_and_images(desk)
    (part,) = desk.manifest(text).parts
    whole = desk.store.blob(part.sha256)
    blobs.put(part.sha256, b"xy" + whole[2:])
    with pytest.raises(InputLost, match="clear the task `text`, which makes it again") as caught:
        desk.run(images)
    assert caught.value.producer == "text"
    assert desk.run(text).counts.reused == 1
    desk.run_id = "run-2"
    text, images = script_and_images(desk)
    assert desk.run(images).counts.made == 3


@pytest.mark.parametrize("change", ["outputs", "nan", "surrogate", "nested"])
def test_a_record_that_cannot_be_hashed_or_lacks_an_output_is_replaced(
    desk: Desk, unclaimed: None, change: str
) -> None:
    text, _ = script_and_images(desk)
    (line,) = desk.lines(text)
    key = record_key(StageKind.TEXT, str(line.fingerprint))
    stored = desk.store.read(key)
    assert stored is not None
    fields = json.loads(stored.body)
    if change == "outputs":
        fields["outputs"] = []
    else:
        wrong = {"nan": float("nan"), "surrogate": "\ud800", "nested": json.loads("[" * 200 + "]" * 200)}
        fields["preimage"]["params"] = wrong[change]
    desk.store.put(key, json.dumps(fields).encode())
    desk.run_id = "run-2"
    again = desk.request("script.narrated", HONEY)
    assert desk.run(again).counts.made == 1
    assert desk.record(StageKind.TEXT, str(line.fingerprint)).outputs == line.outputs


@pytest.mark.parametrize("body", [b"not json", b"{}", b'{"preimage": {"a": 1}}'])
def test_an_unreadable_record_is_replaced(desk: Desk, body: bytes) -> None:
    _, images = script_and_images(desk)
    desk.run(images)
    fingerprint = desk.lines(images)[2].fingerprint
    assert fingerprint is not None
    desk.store.put(record_key(StageKind.IMAGE, fingerprint), body)
    assert desk.run(images).counts.made == 1
    assert desk.record(StageKind.IMAGE, fingerprint).outputs
