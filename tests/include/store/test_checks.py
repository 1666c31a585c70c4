"""A server is judged by what it does, and is told what it did."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import UnfitStore
from include.contract.keys import Domain
from include.store.checks import check_store
from include.store.objects import Objects
from include.store.stored import Headers, Stored
from tests.include.store.reaching import connection_to, objects_on


@pytest.fixture(scope="module")
def moto() -> Iterator[S3]:
    """Another maker's server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    s3 = S3(f"http://{host}:{port}", "atelier")
    s3.client().create_bucket(Bucket=s3.bucket)
    yield s3
    server.stop()


@pytest.mark.parametrize("server", ["s3", "moto"])
def test_a_server_that_keeps_its_promises_passes_and_is_left_as_it_was(
    server: str, request: pytest.FixtureRequest
) -> None:
    s3: S3 = request.getfixturevalue(server)
    check_store(objects_on(s3, "domain/"))
    assert not s3.client().list_objects_v2(Bucket=s3.bucket).get("Contents")


class WithoutConditions(Objects):
    """A real server whose conditions are lost on the way, as some S3 servers ignore them."""

    def put(
        self, key: str, body: bytes, headers: Headers, *, if_absent: bool = False, if_match: str | None = None
    ) -> str:
        return super().put(key, body, headers)


class WithoutMetadata(Objects):
    """A server that forgets what was said of an object."""

    def get(self, key: str) -> Stored:
        stored = super().get(key)
        return Stored(stored.body, stored.etag, stored.modified_at)


class WithoutDeletion(Objects):
    """A server that keeps what was deleted."""

    def delete(self, key: str) -> None:
        pass


@pytest.mark.parametrize(
    ("liar", "told"),
    [
        (
            WithoutConditions,
            "If-None-Match let a second writer in.*If-Match let a write replace.*exactly one of many writers wins",
        ),
        (WithoutMetadata, r"is read back as it was written: its metadata: \{\}, not \{'sha256': 'abc'\}"),
        (WithoutDeletion, "what was deleted is gone: it still lists .* objects"),
    ],
)
def test_a_server_that_does_not_is_told_what_it_did(s3: S3, liar: type[Objects], told: str) -> None:
    with pytest.raises(UnfitStore) as caught:
        check_store(liar(Domain(s3.bucket), connection_to(s3)))
    assert re.search(told, str(caught.value))
