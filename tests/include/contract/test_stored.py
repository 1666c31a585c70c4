"""Records and stage contents are believed when they keep their promise; whatever else lies there is corrupt, no bug."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import JsonValue

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.conclusion import concluded, content_of
from include.contract.errors import CorruptInput
from include.contract.fingerprint import fingerprint, item_preimage
from include.contract.manifests import ItemLine, Outcome, Provenance, Record, RunRef
from include.contract.registry import recipes
from include.contract.requests import order_of, read_order
from include.contract.stored import checked_items, content_in, record_in
from tests.include.contract.test_requests import request

RECIPE = recipes()["script.narrated"]
NAMES = ("script", "title", "look", "digital_source", "narration/01", "image_prompt/01", "shot/01")
RUN = RunRef(dag_id="d", run_id="r", task_id="text")


def outputs(names: tuple[str, ...] = NAMES) -> tuple[Artifact, ...]:
    return tuple(
        Artifact(name=name, sha256=f"{n:064x}", bytes=1, media_type="text/plain") for n, name in enumerate(names)
    )


def record() -> Record:
    params = read_order(RECIPE, order_of("any", RECIPE, Brief(topic="Bees", scenes=1), {})).params
    return Record(
        preimage=item_preimage(RECIPE, request().model, params, 0, None, []),
        outputs=outputs(),
        provenance=Provenance(made_by=RUN, made_at="2026-11-25T06:00:00Z", device="cpu"),
        device_s=1.5,
    )


RECORD = record()
KEY = fingerprint(RECORD.preimage)
BODY = RECORD.model_dump_json().encode()
FIELDS = json.loads(BODY)
ASKED = request()
LINES = [
    ItemLine(position=n, item=order.brief, outcome=Outcome.REUSED, outputs=outputs())
    for n, order in enumerate(ASKED.orders)
]
CONTENT = content_of(ASKED, concluded(LINES, lambda body, artifact: None, is_whole=True))
STAGE = fingerprint(CONTENT.preimage)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(value: JsonValue, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from paths(inner, (*path, key))


def changed(fields: Any, path: tuple[Any, ...], value: Any) -> bytes:
    """JSON of `fields` with another `value` at one place; NaN is written as Python does."""
    whole = json.loads(json.dumps([fields]))
    holder, path = whole, (0, *path)
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return json.dumps(whole[0]).encode(errors="replace")


def test_a_record_that_keeps_its_promise_is_believed() -> None:
    assert record_in(BODY, KEY) == RECORD


@given(st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 1000)
@example(BODY.replace(b"1.5", b"NaN"))
@example(BODY.replace(b"1.5", b"1e999"))
@example(BODY.replace(b'"Bees"', b'"\\ud800"'))
@example(BODY.replace(b'"Bees"', b"NaN"))
@example(BODY.replace(b'"Bees"', b"[" * 300 + b"]" * 300))
@example(BODY[:-1])
def test_what_is_no_record_is_corrupt(body: bytes) -> None:
    with pytest.raises(CorruptInput):
        record_in(body, KEY)


@given(st.sampled_from(list(paths(FIELDS))), JSON)
def test_a_changed_record_is_believed_only_where_it_promises_the_same(path: tuple[Any, ...], value: Any) -> None:
    try:
        found = record_in(changed(FIELDS, path, value), KEY)
    except CorruptInput:
        return
    assert found.preimage == RECORD.preimage
    assert RECIPE.lacks(found.outputs, {}) == ""


def test_another_item_s_record_is_not_believed() -> None:
    with pytest.raises(CorruptInput, match=f"its preimage hashes to {KEY}"):
        record_in(BODY, "0" * 64)


@pytest.mark.parametrize("names", [(), NAMES[1:], NAMES[:-1]])
def test_a_record_that_lacks_an_output_is_not_believed(names: tuple[str, ...]) -> None:
    lacking = RECORD.model_copy(update={"outputs": outputs(names)}).model_dump_json().encode()
    with pytest.raises(CorruptInput, match="it lacks the output `.*` of `script.narrated`"):
        record_in(lacking, KEY)


def test_a_stage_content_and_its_items_are_believed_when_they_are_what_it_says() -> None:
    found = content_in(CONTENT.model_dump_json().encode(), STAGE)
    assert found == CONTENT
    assert list(checked_items(found, LINES)) == LINES


@given(st.sampled_from(list(paths(CONTENT.model_dump(mode="json")))), JSON)
@example(("preimage", "orders", 0, "params", "topic"), "\ud800")
@example(("preimage", "orders", 0, "params", "topic"), float("nan"))
@example(("device_s",), float("inf"))
def test_a_changed_stage_content_is_that_stage_s_or_corrupt(path: tuple[Any, ...], value: Any) -> None:
    try:
        found = content_in(changed(CONTENT.model_dump(mode="json"), path, value), STAGE)
    except CorruptInput:
        return
    assert found.preimage == CONTENT.preimage


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([LINES[0].model_copy(update={"outputs": ()})], "its item .* lacks the output `script`"),
        ([LINES[0].model_copy(update={"outcome": Outcome.FAILED})], "as failed at position 0; expected was a success"),
        ([LINES[0].model_copy(update={"outcome": "postponed"})], "as postponed at position 0"),
        ([LINES[0].model_copy(update={"position": 1})], "at position 1; expected was a success at 0"),
        ([], "its parts list 0 items"),
    ],
)
def test_items_that_are_not_what_the_content_says_are_corrupt(lines: list[ItemLine], says: str) -> None:
    with pytest.raises(CorruptInput, match=says):
        list(checked_items(CONTENT, lines))


def test_a_content_of_other_items_is_corrupt() -> None:
    other = CONTENT.model_copy(update={"content_digest": "0" * 64})
    with pytest.raises(CorruptInput, match="which is not what it says"):
        list(checked_items(other, LINES))


def test_a_content_of_a_recipe_that_is_not_known_here_is_judged_by_its_digests() -> None:
    later = CONTENT.model_copy(update={"preimage": {"recipe": "clip.scene"}})
    assert list(checked_items(later, LINES)) == LINES
