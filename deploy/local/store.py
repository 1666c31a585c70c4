"""The embedded store, for the machine's owner."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.local import weed
from deploy.local.credentials import Credentials
from deploy.local.installation import Installation
from include.store.connection import Connection
from include.store.store import Store


def connect(installation: Installation, credentials: Credentials, ports: Mapping[str, int]) -> Store:
    """The embedded store, with its bucket."""
    keys = credentials.store_access_key, credentials.store_secret_key
    connection = Connection.with_keys(weed.endpoint_url(ports), *keys, weed.REGION, tries=3)
    store = Store(installation.deployment().store.domain(), connection)
    store.make_bucket()
    return store
