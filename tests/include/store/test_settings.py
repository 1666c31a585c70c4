"""The connection says it all: the environment mixes nothing in, and a private authority is trusted where named."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import certifi
import pytest

from atelier.testing.s3 import S3
from include.contract.errors import BadRequest, StoreAway
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.objects import Objects
from include.store.settings import client_options, config, retry_config
from include.store.stored import JSON
from tests.certificates import certificates
from tests.faults import Fault, How, faulty
from tests.include.store.reaching import connection_to, objects_on


def of_amazon(region: str) -> Connection:
    return Connection(boto3.Session(aws_access_key_id="a", aws_secret_access_key="s", region_name=region))


def test_at_amazon_the_bucket_is_in_the_host_s_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    told = config(of_amazon("eu-central-1"), "films")
    assert told["endpoint"] == told["aws_endpoint_url_s3"] == "https://films.s3.eu-central-1.amazonaws.com"
    assert told["virtual_hosted_style_request"]
    assert config(of_amazon("cn-north-1"), "films")["endpoint"] == "https://films.s3.cn-north-1.amazonaws.com.cn"
    dotted = config(of_amazon("eu-central-1"), "films.example.org")  # no certificate is for a name with more dots
    assert dotted["endpoint"] == "https://s3.eu-central-1.amazonaws.com"
    assert not dotted["virtual_hosted_style_request"]
    assert not client_options(of_amazon("eu-central-1"))["allow_http"]


def test_what_tls_protects_is_not_hashed_for_the_signature_as_well(s3: S3) -> None:
    checked = of_amazon("eu-central-1")
    assert config(checked, "films")["unsigned_payload"]
    assert not config(Connection(checked.session, trusted=False), "films")["unsigned_payload"], "TLS with anyone"
    assert not config(connection_to(s3), s3.bucket)["unsigned_payload"]


def test_a_store_of_one_s_own_has_the_bucket_in_the_path(s3: S3) -> None:
    told = config(connection_to(s3), s3.bucket)
    assert told["endpoint"] == s3.endpoint
    assert not told["virtual_hosted_style_request"]
    assert client_options(connection_to(s3))["allow_http"]


@pytest.mark.parametrize(
    "wrong", ["store:8333", "ftp://store", "http://", "nonsense", "http://a store", "http://store:port"]
)
def test_an_endpoint_that_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(BadRequest, match="allowed: http://"):
        _ = Connection.with_keys(wrong, "a", "s", "us-east-1").endpoint


def test_a_request_is_tried_as_often_as_the_connection_says(s3: S3) -> None:
    told = retry_config(connection_to(s3, tries=4, read_timeout_s=10.0))
    assert told["max_retries"] == 3
    assert told["retry_timeout"] == timedelta(seconds=40)


def test_nothing_of_the_environment_is_mixed_in(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "foreign",
        "AWS_SECRET_ACCESS_KEY": "foreign",
        "AWS_SESSION_TOKEN": "foreign",
        "AWS_DEFAULT_REGION": "nowhere-1",
        "AWS_REGION": "nowhere-1",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        "AWS_ALLOW_HTTP": "false",
        "AWS_BUCKET": "foreign",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    seen: list[Mapping[str, str]] = []
    with faulty(s3) as (proxy, server):
        server.meet(Fault("none", How.ANSWER, only=lambda method, path, headers: bool(seen.append(headers))))
        objects_on(proxy).put("k", b"1", JSON)
    assert f"{s3.access_key}/" in seen[0]["Authorization"]
    assert s3.region in seen[0]["Authorization"]
    assert "x-amz-security-token" not in seen[0]


class Answering(BaseHTTPRequestHandler):
    """S3 as far as one object goes."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in {
            "Content-Length": "1",
            "ETag": '"e"',
            "Last-Modified": "Sat, 28 Nov 2026 00:00:00 GMT",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"1")


@pytest.fixture
def private(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A store behind TLS, and the certificate of the authority that vouches for it."""
    authority, server_file = certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that refuses the certificate is meant
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}", authority
    server.shutdown()
    server.server_close()


def test_a_private_authority_is_trusted_where_it_is_named(
    private: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, authority = private
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)

    def asked(trusted: str | bool | None) -> bytes:
        session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="s", region_name="us-east-1")
        return Objects(Domain("b"), Connection(session, url, trusted, tries=1)).get("k").body

    with pytest.raises(StoreAway, match=r"its certificate is not trusted \(UnknownIssuer\)"):
        asked(None)
    assert asked(str(authority)) == b"1"
    bundle = authority.with_name("bundle.pem")
    bundle.write_bytes(Path(certifi.where()).read_bytes() + authority.read_bytes())
    assert asked(str(bundle)) == b"1"
    assert asked(False) == b"1"
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority))
    assert asked(None) == b"1"
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nonexistent.pem")
    with pytest.raises(BadRequest, match="certificates.*cannot be read.*nonexistent"):
        asked(None)
    for other in ("no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        bundle.write_text(other)
        with pytest.raises(BadRequest, match="certificates.*cannot be read.*bundle.pem"):
            asked(str(bundle))
