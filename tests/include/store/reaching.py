"""Clients of a test's server."""

from __future__ import annotations

from atelier.testing.s3 import S3
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.objects import Objects


def objects_on(s3: S3, prefix: str = "", *, tries: int = 1, read_timeout_s: float = 30.0) -> Objects:
    """The objects below `prefix`."""
    return Objects(Domain(s3.bucket, prefix), connection_to(s3, tries=tries, read_timeout_s=read_timeout_s))


def connection_to(s3: S3, *, tries: int = 1, read_timeout_s: float = 30.0) -> Connection:
    """With the test's own keys."""
    return Connection.with_keys(
        s3.endpoint, s3.access_key, s3.secret_key, s3.region, tries=tries, read_timeout_s=read_timeout_s
    )
