"""What tasks have left in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.contract.keys import blob_key
from include.contract.manifests import Manifest, unpack_lines
from include.store.store import Store


def manifest(store: Store, reference: Mapping[str, Any]) -> Manifest:
    body = store.get(str(reference["manifest"]))
    assert body is not None
    return Manifest.model_validate_json(body)


def stage_contents(store: Store) -> list[str]:
    return [each.key for each in store.listed("v1/stages/")]


def outputs(store: Store, reference: Mapping[str, Any]) -> list[str]:
    parts = manifest(store, reference).parts
    return [o.sha256 for p in parts for line in unpack_lines(store.blob(p.sha256, "part")) for o in line.outputs]


def flip(store: Store, sha256: str) -> None:
    """Two bytes of a blob are others; its size stays."""
    body = bytearray(store.get(blob_key(sha256)) or b"")
    body[-2:] = bytes(byte ^ 0xFF for byte in body[-2:])
    store.put(blob_key(sha256), bytes(body))
