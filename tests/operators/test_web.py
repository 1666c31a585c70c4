"""Addresses on the web: those that are none, those of this network, and answers that never end."""

from __future__ import annotations

import http.server
import ipaddress
import threading
from collections.abc import Iterator

import pytest

from include.contract.errors import BadRequest, SourceAway
from operators import web
from operators.web import fetched, is_public
from tests.operators.serving import served


class Site(http.server.BaseHTTPRequestHandler):
    """A way to no address, and bytes that come one by one until nobody reads them."""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/astray" else 200)
        if self.path == "/astray":
            self.send_header("Location", "http://[nowhere/")
        self.end_headers()
        pause = threading.Event()
        while self.path == "/drip" and not pause.wait(0.05):
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with served(Site) as address:
        yield address


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/feed",
        "http://",
        "http://[nowhere/",
        "http://example.org:99999/",
        "http://./",
        f"http://{'a' * 70}.org/",
        "http://example.org/\x00",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadRequest, match="is not an address on the web"):
        fetched(url, max_bytes=1, allow_private=True)


def test_a_way_to_no_address_is_refused(site: str) -> None:
    with pytest.raises(BadRequest, match="leads to 'http://\\[nowhere/', which is no address"):
        fetched(f"{site}/astray", max_bytes=1, allow_private=True)


def test_an_answer_that_never_ends_is_given_up(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_FETCH_S", 0.2)
    with pytest.raises(SourceAway, match="takes more than 0.2 s"):
        fetched(f"{site}/drip", max_bytes=10_000, allow_private=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_only_what_the_internet_leads_to_is_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public
