from __future__ import annotations

import pytest

from include.contract.artifacts import artifact_of
from include.contract.errors import CorruptInput, InputLost
from include.contract.keys import blob_key
from include.contract.manifests import PART_MEDIA_TYPE, ItemLine, ManifestPart, pack_lines
from include.store.store import Store
from operators.items import items_in


def part_of(store: Store, body: bytes, items: int = 1) -> ManifestPart:
    artifact = artifact_of("part", body, PART_MEDIA_TYPE)
    store.put_blob(body, artifact)
    return ManifestPart(sha256=artifact.sha256, bytes=artifact.bytes, items=items)


def listing(store: Store, *items: str) -> ManifestPart:
    return part_of(store, pack_lines([ItemLine(position=0, item=item) for item in items]), len(items))


def test_items_come_part_by_part_in_their_order(store: Store) -> None:
    parts = [listing(store, "bees", "tea"), listing(store, "rain")]
    assert [line.item for line in items_in(store, parts, "a stage content")] == ["bees", "tea", "rain"]


def test_a_part_is_read_when_its_first_item_is_asked_for(store: Store) -> None:
    first, gone = listing(store, "bees"), listing(store, "tea")
    lines = items_in(store, [first, gone], "task `image`", "image")
    store.delete(blob_key(gone.sha256))
    assert next(lines).item == "bees"
    with pytest.raises(InputLost, match=r"a list of the items of task `image`.*clear.*`image`"):
        next(lines)


@pytest.mark.parametrize(
    ("producer", "advice"), [("image", "; clear the task `image`, which makes it again"), ("", "")]
)
def test_what_is_no_list_names_what_it_is_of_and_who_makes_it_again(store: Store, producer: str, advice: str) -> None:
    with pytest.raises(CorruptInput) as told:
        list(items_in(store, [part_of(store, b"no list")], "task `image`", producer))
    assert str(told.value).startswith("task `image`: ")
    assert ("; clear the task" in str(told.value)) == bool(advice)
    assert str(told.value).endswith(advice)
