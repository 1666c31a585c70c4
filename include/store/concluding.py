"""What is written at the end of a stage, on either side: its content, and last the manifest (K3, W2–W4)."""

from __future__ import annotations

from include.contract.conclusion import Conclusion, content_of, is_later, says_the_same
from include.contract.keys import manifest_key, stage_key
from include.contract.manifests import Manifest
from include.contract.requests import StageRequest
from include.store.conditional import unless_right
from include.store.store import Store


def keep_content(store: Store, request: StageRequest, conclusion: Conclusion) -> None:
    """Write the content of the complete stage that `request` asked for, unless the same is there (W2)."""
    content = content_of(request, conclusion)
    key = stage_key(request.kind, request.stage_fingerprint)
    body = content.model_dump_json().encode()
    store.update(key, unless_right(body, lambda stored: says_the_same(stored, content)), seen=None)


def keep_manifest(store: Store, manifest: Manifest) -> None:
    """Write `manifest`, unless a later try of its task has written one, which stays."""
    key = manifest_key(manifest.run, manifest.request)
    body = manifest.model_dump_json().encode()
    store.update(key, unless_right(body, lambda stored: is_later(stored, manifest)), seen=None)
