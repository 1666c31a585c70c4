"""Sources opened for reading: a file of the deployment, an object of the store, an address on the web."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.source import Fetched
from include.store.store import Store
from operators.net.safe_http import fetched
from operators.sources.files import S3, file_below, opened_below, place_in_store
from operators.sources.tables import check_table_size

MAX_FEED_BYTES = 8 * 2**20


@contextmanager
def open_source(name: str, deployment: Deployment, store: Store | None, what: str) -> Iterator[IO[bytes]]:
    """The file called `name`, from its beginning; an object of the store is brought to disk first.

    :param what: where it is named, for messages.
    :raises BadRequest: there is none.
    """
    if store is None or not name.startswith(S3):
        with opened_below(name, deployment, what) as file:
            yield file
        return
    bucket, key = place_in_store(name, what)
    with tempfile.TemporaryFile() as body:
        there = store.in_bucket(bucket)
        check_table_size(there.size(key) or 0, name)
        if there.digest(key, body) is None:
            raise _absent(name, what)
        body.seek(0)
        yield body


def check_source(name: str, deployment: Deployment, store: Store | None, what: str) -> None:
    """Check that there is a file called `name`, without reading it.

    :raises BadRequest: there is none.
    """
    if store is None or not name.startswith(S3):
        file_below(name, deployment, what)
        return
    bucket, key = place_in_store(name, what)
    if store.in_bucket(bucket).size(key) is None:
        raise _absent(name, what)


def _absent(name: str, what: str) -> BadRequest:
    return BadRequest(f"{what}: `{name:.200}` does not exist; allowed: s3://bucket/key of a file in the store")


def fetch_feed(url: str, deployment: Deployment) -> Fetched:
    """The feed at `url`.

    :raises BadRequest: there is none.
    :raises SourceAway: nobody answers now.
    """
    return fetched(url, max_bytes=MAX_FEED_BYTES, allow_private=deployment.allow_private_addresses)
