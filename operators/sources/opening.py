"""Sources opened for reading: a file of the deployment, an object of the store, an address on the web."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from operators.files import S3, opened_below, place_in_store
from operators.sources.tables import check_table_size
from operators.store import Store
from operators.web import fetched

MAX_FEED_BYTES = 8 * 2**20


@contextmanager
def open_source(name: str, deployment: Deployment, store: Store) -> Iterator[IO[bytes]]:
    """The file called `name`, from its beginning; an object of the store is brought to disk first.

    :raises BadRequest: there is none.
    """
    if not name.startswith(S3):
        with opened_below(name, deployment, "source") as file:
            yield file
        return
    bucket, key = place_in_store(name, "source")
    with tempfile.TemporaryFile() as body:
        check_table_size(store.size_at(bucket, key) or 0, name)
        if not store.fetch_at(bucket, key, body):
            raise BadRequest(f"source: `{name:.200}` does not exist; allowed: s3://bucket/key of a file in the store")
        body.seek(0)
        yield body


def fetch_feed(url: str, deployment: Deployment) -> bytes:
    """The feed at `url`.

    :raises BadRequest: there is none.
    :raises SourceAway: nobody answers now.
    """
    return fetched(url, max_bytes=MAX_FEED_BYTES, allow_private=deployment.allow_private_addresses)
