"""Keys are renewed before they end, whoever gives them out, and their end is the true one."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import boto3
import pytest
from botocore.credentials import CredentialProvider, CredentialResolver, Credentials, RefreshableCredentials
from botocore.session import get_session

from include.contract.errors import BadRequest, StoreAway
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.credentials import SessionCredentials
from include.store.objects import Objects
from include.store.stored import JSON

HOUR = timedelta(hours=1)
BRIEF = timedelta(seconds=1.5)
ANSWER = """<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token-{key}</SessionToken>
<Expiration>{ends_at}</Expiration></Credentials></{action}Result></{action}Response>"""
REFUSAL = "<ErrorResponse><Error><Code>{}</Code><Message>no</Message></Error></ErrorResponse>"
STORE_REFUSAL = "<Error><Code>{}</Code></Error>"


class Amazon:
    """STS and S3 in one: it gives out keys that end, and takes no others."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.lasting = HOUR
        self.refusal: tuple[int, str] | None = None
        self.ends: dict[str, datetime] = {}
        self.used: list[str] = []
        self._number = itertools.count(1)

    def given_out(self) -> tuple[str, datetime]:
        """A key and its end, in whole seconds as STS has them."""
        key, ends_at = f"KEY{next(self._number)}", (datetime.now(UTC) + self.lasting).replace(microsecond=0)
        self.ends[key] = ends_at
        return key, ends_at

    def refreshed(self) -> dict[str, str]:
        """As a session asks that an Airflow connection with a role makes."""
        key, ends_at = self.given_out()
        return {"access_key": key, "secret_key": "s", "token": f"token-{key}", "expiry_time": ends_at.isoformat()}


class Handler(BaseHTTPRequestHandler):
    amazon: Amazon
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.amazon.refusal:
            self._answer(self.amazon.refusal[0], REFUSAL.format(self.amazon.refusal[1]))
            return
        key, ends_at = self.amazon.given_out()
        self._answer(200, ANSWER.format(action=asked["Action"][0], key=key, ends_at=ends_at.isoformat()))

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Authorization"].split("Credential=")[1].split("/")[0]
        self.amazon.used.append(key)
        if self.headers["x-amz-security-token"] != f"token-{key}":
            self._answer(403, STORE_REFUSAL.format("InvalidToken"))
        elif datetime.now(UTC) >= self.amazon.ends[key]:
            self._answer(400, STORE_REFUSAL.format("ExpiredToken"))
        else:
            self._answer(200, "")

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.send_header("ETag", '"etag"')
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    server.RequestHandlerClass = type("Own", (Handler,), {"amazon": (amazon := Amazon(server.server_address[1]))})
    yield amazon
    server.shutdown()
    server.server_close()


@pytest.fixture
def web_identity(amazon: Amazon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """As in a pod whose service account has a role (IRSA)."""
    token = tmp_path / "token"
    token.write_text("a token of the cluster's")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/stage")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", amazon.url)
    return boto3.Session(region_name="eu-central-1")


@pytest.fixture
def assumed_role(amazon: Amazon) -> boto3.Session:
    """As of an Airflow connection that assumes a role."""

    class Assumed(CredentialProvider):
        def load(self) -> RefreshableCredentials:
            return RefreshableCredentials.create_from_metadata(amazon.refreshed(), amazon.refreshed, "sts-assume-role")

    under = get_session()
    under.register_component("credential_provider", CredentialResolver([Assumed()]))
    return boto3.Session(botocore_session=under, region_name="eu-central-1")


@pytest.fixture(params=["web_identity", "assumed_role"])
def session(request: pytest.FixtureRequest, amazon: Amazon) -> Callable[[timedelta], boto3.Session]:
    """A session whose keys last so long."""

    def made(lasting: timedelta) -> boto3.Session:
        amazon.lasting = lasting
        found: boto3.Session = request.getfixturevalue(request.param)
        return found

    return made


def test_requests_go_on_over_the_end_of_their_keys(
    amazon: Amazon, session: Callable[[timedelta], boto3.Session]
) -> None:
    objects = Objects(Domain("bucket"), Connection(session(BRIEF), amazon.url, tries=1))
    first_ends_at: datetime | None = None
    while first_ends_at is None or datetime.now(UTC) < first_ends_at + BRIEF:
        objects.put("k", b"1", JSON)
        first_ends_at = first_ends_at or amazon.ends[amazon.used[0]]
    assert len(set(amazon.used)) > 1


def test_keys_that_last_are_asked_for_once_and_end_when_they_end(
    amazon: Amazon, session: Callable[[timedelta], boto3.Session]
) -> None:
    credentials = SessionCredentials(session(HOUR).get_credentials)
    keys = [credentials() for _ in range(3)]
    assert {each["access_key_id"] for each in keys} == {"KEY1"}
    assert keys[0]["expires_at"] == amazon.ends["KEY1"]


def test_keys_are_renewed_minutes_before_their_end(
    amazon: Amazon, session: Callable[[timedelta], boto3.Session]
) -> None:
    credentials = SessionCredentials(session(timedelta(minutes=4)).get_credentials)
    assert credentials()["access_key_id"] != credentials()["access_key_id"]


def test_keys_without_an_end_are_found_once() -> None:
    found: list[Credentials] = []

    def find() -> Credentials:
        found.append(Credentials("key", "secret"))
        return found[-1]

    credentials = SessionCredentials(find)
    keys = [credentials() for _ in range(3)][-1]
    assert keys == {"access_key_id": "key", "secret_access_key": "secret", "token": None, "expires_at": None}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("refusal", "error", "says"),
    [
        ((400, "Throttling"), StoreAway, "are given out now"),
        ((500, "InternalError"), StoreAway, "are given out now"),
        ((403, "AccessDenied"), BadRequest, "are refused.*AccessDenied"),
    ],
)
def test_a_giver_s_refusal_is_typed(
    amazon: Amazon,
    web_identity: boto3.Session,
    monkeypatch: pytest.MonkeyPatch,
    refusal: tuple[int, str],
    error: type[Exception],
    says: str,
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    amazon.refusal = refusal
    with pytest.raises(error, match=says):
        Objects(Domain("bucket"), Connection(web_identity, amazon.url)).get("k")


def test_a_giver_that_is_away_is_typed(web_identity: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StoreAway, match="cannot be obtained now"):
        SessionCredentials(web_identity.get_credentials)()


def test_no_credentials_and_a_missing_profile_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadRequest, match="credentials are missing"):
        SessionCredentials(lambda: None)()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    with pytest.raises(BadRequest, match="settings are wrong"):
        SessionCredentials(lambda: boto3.Session(profile_name="no-such-profile").get_credentials())()
