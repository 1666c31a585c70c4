"""The identity of an item and of a stage, and the seed that follows from it (I2, I3, I7, W6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from pydantic import BaseModel, JsonValue

from include.contract.artifacts import ModelIdentity
from include.contract.canonical import canonical_bytes, canonical_tree, digest
from include.contract.parsing import MAX_LEVELS
from include.contract.recipe import Recipe
from include.contract.values import FORMAT

Preimage = dict[str, JsonValue]


def item_preimage(
    recipe: Recipe,
    model: ModelIdentity,
    params: BaseModel,
    variation: int,
    seed: int | None,
    inputs: Sequence[tuple[str, str]],
) -> Preimage:
    """All that determines one item's output, as a canonical tree; `inputs` are (name, digest) in order (I2)."""
    return _tree(
        {
            "format": FORMAT,
            "what": "item",
            "kind": recipe.kind,
            "recipe": recipe.name,
            "revision": recipe.revision,
            "model": model,
            "params": params,
            "variation": variation,
            "seed": seed,
            "inputs": [list(pair) for pair in inputs],
        }
    )


def stage_preimage(
    recipe: Recipe,
    model: ModelIdentity,
    orders: Iterable[BaseModel],
    upstreams: Sequence[tuple[str, str]],
) -> Preimage:
    """All that determines a whole stage: each brief's order, and (port, content digest) upstream (I3)."""
    return {
        **_tree(
            {
                "format": FORMAT,
                "what": "stage",
                "kind": recipe.kind,
                "recipe": recipe.name,
                "revision": recipe.revision,
                "model": model,
            }
        ),
        # One after the other: a stage may have ten thousand.
        "orders": [canonical_tree(order, MAX_LEVELS - 2) for order in orders],
        "upstreams": [list(pair) for pair in upstreams],
    }


def fingerprint(preimage: Mapping[str, JsonValue]) -> str:
    """SHA-256 of a canonical preimage, in hex."""
    return digest(dict(preimage))


def seed_of(preimage: Mapping[str, JsonValue], attempt: int) -> int:
    """The seed of an attempt inside the recipe: the explicit one plus the attempt, or 63 bits of a digest (I7)."""
    explicit = preimage.get("seed")
    if isinstance(explicit, int):
        return (explicit + attempt) % 2**63
    rest = {key: value for key, value in preimage.items() if key != "seed"}
    head = hashlib.sha256(canonical_bytes(["seed", fingerprint(rest), attempt])).digest()[:8]
    return int.from_bytes(head) >> 1


class ContentDigest:
    """Digest of a stage's content, output by output in order (I3)."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()

    def add(self, item: str, output: str, sha256: str) -> None:
        """One output of a successful item."""
        self._sha.update(canonical_bytes([item, output, sha256]) + b"\n")

    def hexdigest(self) -> str:
        """Digest of all that was added so far."""
        return self._sha.hexdigest()


def content_digest(outputs: Iterable[tuple[str, str, str]]) -> str:
    """Digest of a stage's content: (item id, output name, sha256) of its successful items, in order (I3)."""
    digest = ContentDigest()
    for output in outputs:
        digest.add(*output)
    return digest.hexdigest()


def shard_of(item_fingerprint: str, shards: int) -> int:
    """Which of `shards` makes the item (W6)."""
    return int(item_fingerprint[:8], 16) % shards


def _tree(preimage: Mapping[str, object]) -> Preimage:
    return cast("Preimage", canonical_tree(preimage))
