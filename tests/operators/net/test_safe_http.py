"""Addresses on the web: those that are none, those of this network, international names, and answers that never end."""

from __future__ import annotations

import gzip
import http.server
import socket
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.errors import AtelierError, BadRequest, SourceAway
from operators.net import safe_http as web
from operators.net.safe_http import fetched
from tests.operators.serving import served

BOOKS, BOOKS_ASCII = "bücher.example", "xn--bcher-kva.example"
MAX_BYTES = 2**16
NO_ADDRESSES = [
    "ftp://example.org/feed",
    "http://",
    "http://[nowhere/",
    "http://example.org:99999/",
    "http://./",
    "http://a..b/",
    f"http://{'a' * 70}.org/",
    f"http://{'ü' * 70}.org/",
    f"http://{'a.' * 200}org/",
    "http://example.org/\x00",
    "http://example.org/\ud800",
    "http://a b/",
    "http:\\\\127.0.0.1",
    "javascript:x",
    "data:,x",
]


class Site(http.server.BaseHTTPRequestHandler):
    """Redirects to what its address asks for, tells its host, sends a packed body, and drips without an end."""

    body = b""
    coding = "identity"

    def do_GET(self) -> None:
        what, _, led_to = self.path.removeprefix("/").partition("?")
        self.send_response(302 if what == "astray" else 200)
        if what == "astray":
            self.send_header("Location", unquote(led_to).encode().decode("latin-1"))
        if what == "packed":
            self.send_header("Content-Encoding", self.coding)
        self.end_headers()
        self.wfile.write({"host": self.headers["Host"].encode(), "packed": self.body}.get(what, b""))
        pause = threading.Event()
        while what == "drip" and not pause.wait(0.05):
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(Site) as address:
        yield address


@pytest.fixture(scope="module", autouse=True)
def names() -> Iterator[list[str]]:
    """The names that were looked up: numbers are themselves, the books' shop is here, others are not known."""
    real, asked = socket.getaddrinfo, list[str]()

    def known(host: str, port: int, *arguments: Any, **named: Any) -> Any:
        asked.append(host)
        if host == BOOKS_ASCII:
            host = "127.0.0.1"
        return real(host, port, *arguments, **named, flags=socket.AI_NUMERICHOST)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", known)
        yield asked


def packed(site: str, body: bytes, coding: str) -> bytes:
    Site.body, Site.coding = body, coding
    return fetched(f"{site}/packed", max_bytes=MAX_BYTES, allow_private=True).body


def port_of(site: str) -> str:
    return site.rpartition(":")[2]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadRequest, match="is not an address on the web"):
        fetched(url, max_bytes=1, allow_private=True)


@pytest.mark.parametrize("location", ["http://[nowhere/", "javascript:x", "data:,x", "//\\127.0.0.1", "http://-ü/"])
def test_a_way_to_no_address_is_refused_and_both_are_told(site: str, location: str) -> None:
    with pytest.raises(BadRequest) as caught:
        fetched(f"{site}/astray?{quote(location)}", max_bytes=1, allow_private=True)
    assert (
        str(caught.value)
        == f"{site}/astray?{quote(location)}: redirects to {location!r}, which is not an address on the web"
    )


def test_a_redirect_that_leads_nowhere_is_told(site: str) -> None:
    with pytest.raises(SourceAway, match="http://xn--a/: the name `xn--a` is not known"):
        fetched(f"{site}/astray?http://xn--a/", max_bytes=1, allow_private=True)


@pytest.mark.parametrize("host", [BOOKS, "BÜCHER.example", "bu\u0308cher。example", BOOKS_ASCII, BOOKS_ASCII.title()])
def test_an_international_name_is_looked_up_and_asked_for_in_ascii(site: str, names: list[str], host: str) -> None:
    names.clear()
    answer = fetched(f"http://{host}:{port_of(site)}/host", max_bytes=MAX_BYTES, allow_private=True)
    assert names[0] == BOOKS_ASCII
    assert answer.body.decode() == f"{BOOKS_ASCII}:{port_of(site)}"


def test_a_redirect_to_an_international_name_is_followed(site: str) -> None:
    led_to = quote(f"http://{BOOKS}:{port_of(site)}/host")
    assert fetched(f"{site}/astray?{led_to}", max_bytes=MAX_BYTES, allow_private=True).body.startswith(
        BOOKS_ASCII.encode()
    )


def test_an_international_name_of_an_address_inside_is_refused_as_such(site: str) -> None:
    for host in (BOOKS, "１２７.0.0.1"):
        with pytest.raises(BadRequest, match=r"leads to 127\.0\.0\.1, an address inside this network"):
            fetched(f"http://{host}:{port_of(site)}/host", max_bytes=1, allow_private=False)


def test_a_certificate_is_asked_for_by_the_name_in_ascii(tmp_path: Path) -> None:
    names: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(BOOKS_ASCII, tmp_path))
    context.sni_callback = lambda _, name, __: names.append(name)
    with served(Site, context) as site, pytest.raises(SourceAway, match="certificate verify failed"):
        fetched(f"https://{BOOKS}:{port_of(site)}/host", max_bytes=1, allow_private=True)
    assert names == [BOOKS_ASCII]


def certificate(name: str, folder: Path) -> Path:
    """A file with a key and a certificate for `name` that nobody vouches for."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now, now + timedelta(days=1))
    signed = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain) + b"\n" + signed
    )
    return path


def test_an_answer_that_never_ends_is_given_up(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_FETCH_S", 0.2)
    with pytest.raises(SourceAway, match=r"takes more than 0\.[12] s"):
        fetched(f"{site}/drip", max_bytes=10_000, allow_private=True)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_an_answer_that_is_gzipped_once_is_unpacked(site: str, coding: str) -> None:
    assert packed(site, gzip.compress(b"<rss/>"), coding) == b"<rss/>"


@pytest.mark.parametrize(
    ("body", "coding", "says"),
    [
        (gzip.compress(gzip.compress(b"<rss/>")), "gzip, gzip", "is compressed as 'gzip, gzip'; allowed: gzip, once"),
        (zlib.compress(b"<rss/>"), "deflate", "is compressed as 'deflate'"),
        (b"<rss/>", "br", "is compressed as 'br'"),
        (b"no gzip", "gzip", "its gzipped answer cannot be unpacked"),
        (gzip.compress(b"<rss/>")[:-9], "gzip", "its gzipped answer cannot be unpacked"),
        (gzip.compress(bytes(MAX_BYTES + 1)), "gzip", f"holds more than {MAX_BYTES} bytes"),
        (bytes(MAX_BYTES + 1), "identity", f"has more than {MAX_BYTES} bytes"),
    ],
)
def test_an_answer_that_is_packed_otherwise_or_broken_or_too_big_is_refused(
    site: str, body: bytes, coding: str, says: str
) -> None:
    with pytest.raises(BadRequest, match=says):
        packed(site, body, coding)


def test_a_small_answer_that_unpacks_to_much_takes_little_memory(site: str) -> None:
    bomb = gzip.compress(bytes(2**25))
    assert len(bomb) < MAX_BYTES
    tracemalloc.start()
    with pytest.raises(BadRequest, match="holds more than"):
        packed(site, bomb, "gzip")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 2**21


def typed(read: Callable[[], object]) -> None:
    """Fails when anything else than what this project means by an error comes out of `read`."""
    try:
        read()
    except AtelierError as error:
        str(error).encode()


@given(st.text() | st.text("ht:/.xn-[]@%?#\\ü\ud800\x00").map("http://{}".format))
@example("http://xn--/")
@example("http://\u200b/")
@example("http://[v1.a]/")
@example("http://%61/")
def test_whatever_an_address_is_only_typed_errors_come_of_it(url: str) -> None:
    typed(lambda: fetched(url, max_bytes=1, allow_private=False))


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("htp:/.xn-[]@%?#\\ü\r\n\x00").map("//{}".format))
@example("http://xn--a/")
def test_wherever_a_redirect_leads_only_typed_errors_come_of_it(site: str, location: str) -> None:
    typed(lambda: fetched(f"{site}/astray?{quote(location)}", max_bytes=MAX_BYTES, allow_private=False))
    typed(lambda: fetched(f"{site}/astray?{quote(location)}", max_bytes=MAX_BYTES, allow_private=True))


@given(
    st.binary() | st.binary().map(gzip.compress),
    st.sampled_from(["gzip", "deflate", "gzip, gzip", "identity", "br"]) | st.text("gzipdeflate, ;=q"),
)
def test_however_an_answer_is_packed_only_typed_errors_come_of_it(site: str, body: bytes, coding: str) -> None:
    typed(lambda: packed(site, body, coding))
