"""The embedded store as the machine's owner reads it: progress, manifests, blobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deploy.local import weed
from deploy.local.credentials import Credentials
from deploy.local.installation import Installation
from include.contract.errors import AtelierError
from include.contract.failures import Progress
from include.contract.keys import runs_prefix
from include.contract.manifests import ItemLine, Manifest
from include.contract.parsing import model_in
from include.store.connection import Connection
from include.store.store import Store
from operators.items import items_in

MOST_LISTED = 1000
"""Objects of one task that are looked through for its newest report."""


def connect(installation: Installation, credentials: Credentials, ports: Mapping[str, int]) -> Store:
    """The embedded store, with its bucket."""
    keys = credentials.store_access_key, credentials.store_secret_key
    connection = Connection.with_keys(weed.endpoint_url(ports), *keys, weed.REGION, tries=3)
    store = Store(installation.deployment().store.domain(), connection)
    store.make_bucket()
    return store


def progress_of(store: Store, dag_id: str, run_id: str, task_id: str) -> Progress | None:
    """How far the task's newest attempt is, when it has said so and the store is there to be asked."""
    try:
        listed = store.listed(runs_prefix(dag_id, run_id, task_id), MOST_LISTED)
        reports = [each for each in listed if each.key.endswith("/progress.json")]
        if not reports:
            return None
        newest = max(reports, key=lambda each: each.modified_at)
        body = store.get(newest.key)
        return None if body is None else model_in(Progress, body, newest.key)
    except AtelierError:
        return None


def items_of(store: Store, manifest: Manifest) -> Iterator[ItemLine]:
    """Every item of a manifest, in order."""
    return items_in(store, manifest.parts, f"task `{manifest.run.task_id}`", manifest.producer or manifest.run.task_id)
