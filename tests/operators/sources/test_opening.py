from __future__ import annotations

import http.server
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, SourceAway
from include.contract.keys import Domain
from include.contract.source import Fetched
from include.store.store import Store
from operators.sources import tables
from operators.sources.opening import MAX_FEED_BYTES, fetch_feed, open_source
from tests.operators.serving import served


class Site(http.server.BaseHTTPRequestHandler):
    """A feed, a way to it, too much, one that is down, and nothing."""

    def do_GET(self) -> None:
        status = {"/feed": 200, "/big": 200, "/moved": 301, "/loop": 302, "/broken": 503}.get(self.path, 404)
        self.send_response(status)
        if self.path == "/feed":
            self.send_header("Content-Type", 'text/xml; Charset="windows-1251"; v=1')
        if status in (301, 302):
            self.send_header("Location", "/feed" if self.path == "/moved" else "/loop")
        self.end_headers()
        if status == 200:
            self.wfile.write(b"<rss/>" if self.path == "/feed" else b"x" * (MAX_FEED_BYTES + 1))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with served(Site) as address:
        yield address


@pytest.fixture
def inside(deployment: Deployment) -> Deployment:
    return deployment.model_copy(update={"allow_private_addresses": True})


def test_a_file_of_the_deployment_and_an_object_of_the_store_are_read_alike(
    deployment: Deployment, store: Store
) -> None:
    (Path(deployment.files or "") / "c.csv").write_bytes(b"date\n")
    store.put("c.csv", b"date\n")
    for name in ("c.csv", f"s3://{store.domain.bucket}/team/c.csv"):
        with open_source(name, deployment, store, "source") as body:
            assert (body.read(), body.seek(0)) == (b"date\n", 0)


@pytest.mark.parametrize("name", ["none.csv", "../none.csv", "s3://{bucket}/none.csv", "s3://{bucket}"])
def test_what_is_not_there_is_told(deployment: Deployment, store: Store, name: str) -> None:
    named = name.format(bucket=store.domain.bucket)
    with pytest.raises(BadRequest, match="source: `"), open_source(named, deployment, store, "source"):
        pass


def test_a_table_that_is_too_big_is_not_brought(
    deployment: Deployment, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(Domain(store.domain.bucket), store.connection).put("c.csv", b"date\n")
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 4)
    with (
        pytest.raises(BadRequest, match=r"c\.csv: has 5 bytes; allowed: at most 4"),
        open_source(f"s3://{store.domain.bucket}/c.csv", deployment, store, "source"),
    ):
        pass


def test_a_feed_is_fetched_wherever_it_has_moved(inside: Deployment, site: str) -> None:
    assert (
        fetch_feed(f"{site}/feed", inside) == fetch_feed(f"{site}/moved", inside) == Fetched(b"<rss/>", "windows-1251")
    )


@pytest.mark.parametrize(
    ("path", "error", "says"),
    [
        ("/none", BadRequest, "answers 404; check the address"),
        ("/loop", BadRequest, "redirects more than 5 times"),
        ("/big", BadRequest, f"has more than {MAX_FEED_BYTES} bytes"),
        ("/broken", SourceAway, "answers 503; this may pass"),
    ],
)
def test_a_feed_that_does_not_come_is_told(
    inside: Deployment, site: str, path: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        fetch_feed(f"{site}{path}", inside)


def test_an_address_inside_this_network_is_refused(deployment: Deployment, site: str) -> None:
    with pytest.raises(BadRequest, match="an address inside this network"):
        fetch_feed(f"{site}/feed", deployment)
