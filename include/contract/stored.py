"""Records and stage contents in the store: used if they keep their promise, otherwise made again (W2, W9).

The one reader of either for both sides. What a record promises: that its preimage hashes to its key, and that it has
the outputs of its recipe. A stage content promises the same of every item that its parts list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import JsonValue

from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput
from include.contract.fingerprint import ContentDigest, fingerprint
from include.contract.manifests import ItemLine, Record, StageContent
from include.contract.parsing import model_in
from include.contract.registry import recipes


def record_in(body: bytes, item_fingerprint: str) -> Record:
    """The record in `body`, stored under `item_fingerprint`.

    :raises CorruptInput: it cannot be read, is another item's, or lacks an output.
    """
    record = model_in(Record, body, "the record")
    _check_preimage(record.preimage, item_fingerprint)
    _check_outputs(record.preimage, record.outputs, record.preimage.get("params"), "it")
    return record


def content_in(body: bytes, stage_fingerprint: str) -> StageContent:
    """The stage content in `body`, stored under `stage_fingerprint`; its items are not checked yet.

    :raises CorruptInput: it cannot be read, or is another stage's.
    """
    content = model_in(StageContent, body, "the stage content")
    _check_preimage(content.preimage, stage_fingerprint)
    return content


def checked_items(content: StageContent, lines: Iterable[ItemLine]) -> Iterator[ItemLine]:
    """`lines`, which the parts of `content` list, checked one after the other.

    :raises CorruptInput: an item did not succeed or lacks an output, or all together are not what `content` says.
    """
    params = _params_by_brief(content.preimage)
    digest, number = ContentDigest(), 0
    for line in lines:
        if line.position != number or not line.succeeded:
            told = f"{line.item} as {line.outcome} at position {line.position}"
            raise CorruptInput(f"it lists {told}; expected was a success at {number}")
        _check_outputs(content.preimage, line.outputs, params.get(line.item.partition("/")[0]), f"its item {line.item}")
        for output in line.outputs:
            digest.add(line.item, output.name, output.sha256)
        number += 1
        yield line
    if (number, digest.hexdigest()) != (content.items, content.content_digest):
        raise CorruptInput(
            f"its parts list {number} items with the content {digest.hexdigest()}, which is not what it says"
        )


def _check_preimage(preimage: Mapping[str, JsonValue], expected: str) -> None:
    found = fingerprint(preimage)
    if found != expected:
        raise CorruptInput(f"its preimage hashes to {found}")


def _check_outputs(
    preimage: Mapping[str, JsonValue], outputs: Iterable[Artifact], params: JsonValue, whose: str
) -> None:
    recipe = recipes().get(str(preimage.get("recipe")))
    missing = recipe.lacks(outputs, params if isinstance(params, dict) else {}) if recipe else ""
    if missing:
        raise CorruptInput(f"{whose} lacks the output `{missing}` of `{preimage.get('recipe')}`")


def _params_by_brief(preimage: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    orders = preimage.get("orders")
    of_briefs = (order for order in orders if isinstance(order, dict)) if isinstance(orders, list) else ()
    return {str(order.get("brief")): order.get("params") for order in of_briefs}
