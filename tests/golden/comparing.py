"""Whether another bucket still says all that the golden one says: key by key, packed lists where they are named."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Set
from typing import Any

_GZIP = b"\x1f\x8b"
OF_THE_MOMENT = frozenset(
    {
        *("at", "made_at", "published_at", "updated_at"),
        *("device_s", "spent_s", "saved_s", "wall_s"),
        *("device", "libraries", "image_digest"),
        *("guid", "renewal"),
    }
)
"""Fields in which two buckets of the same runs differ. A guid holds its bucket's name."""
TOLD_TO_PEOPLE = "mistakes"
"""A field with a line each: how they are worded is no promise, how many there are is."""
MADE_OF_OTHERS = ("feed.xml", "index.html", "pieces.parquet", ".jsonl")
"""Files whose bytes tell times, or are a library's choice."""


def differences(golden: Mapping[str, bytes], other: Mapping[str, bytes], ignored: Set[str] = frozenset()) -> list[str]:
    """A line for each object of the golden bucket that the other lacks, or has otherwise beyond the fields `ignored`.

    What the other has besides, objects or fields, is growth and no difference (K1).
    """
    one, two = _plain(golden, ignored), _plain(other, ignored)
    lacking = [f"is not written any more: {key}" for key in sorted(one.keys() - two.keys())]
    common = sorted(one.keys() & two.keys())
    return lacking + [f"{key}: {at}" for key in common if (at := _difference(one[key], two[key]))]


def _difference(golden: Any, other: Any, at: str = "") -> str:
    """Where `other` lacks or changes something; empty when it says all that `golden` says."""
    if isinstance(golden, dict) and isinstance(other, dict):
        absent = [f"{at}.{name} is gone" for name in golden if name not in other]
        inner = (_difference(golden[name], other[name], f"{at}.{name}") for name in golden if name in other)
        return next(filter(None, [*absent, *inner]), "")
    if isinstance(golden, list) and isinstance(other, list) and len(golden) == len(other):
        inner = (_difference(*pair, f"{at}[{n}]") for n, pair in enumerate(zip(golden, other, strict=True)))
        return next(filter(None, inner), "")
    return "" if golden == other else f"{at} was {golden!r:.300}, is {other!r:.300}"


def _plain(objects: Mapping[str, bytes], ignored: Set[str]) -> dict[str, Any]:
    """What each object says. How well a list is packed is the library's choice, and so is the digest that names it."""
    packed = {key[-64:]: body for key, body in objects.items() if body.startswith(_GZIP)}

    def said(value: Any) -> Any:
        if isinstance(value, list):
            return [said(each) for each in value]
        if not isinstance(value, dict):
            return value
        if value.get("sha256") in packed:
            held = [said(json.loads(row)) for row in gzip.decompress(packed[value["sha256"]]).splitlines()]
            # A line of a list of items leaves out what says nothing, so that nothing grows there unasked.
            held = [json.dumps(row) for row in held] if "items" in value else held
            value = {name: each for name, each in value.items() if name not in ("sha256", "bytes")} | {"holds": held}
        return {
            name: len(each) if name == TOLD_TO_PEOPLE and isinstance(each, list) else said(each)
            for name, each in value.items()
            if name not in ignored
        }

    plain: dict[str, Any] = {}
    for key, body in objects.items():
        if key[-64:] in packed:
            plain[key.replace(key[-64:], "<sha256>").replace(f"/{key[-64:-62]}/", "/<sha256[:2]>/")] = True
        elif key.endswith(MADE_OF_OTHERS):
            plain[key] = bool(body)
        else:
            plain[key] = said(json.loads(body)) if key.endswith(".json") else body
    return plain
