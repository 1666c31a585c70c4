"""The webhook: signed, tried again where that helps, led nowhere else; against a real server on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from include.contract.errors import BadRequest
from operators.net.webhook import TRIES, LateNotifier, WebhookFailed, WebhookNotifier
from tests import airflow_home  # noqa: F401 - Airflow's home before anything imports Airflow
from tests.operators.context import Ti, context_of
from tests.operators.receiver import Receiver, serving

SECRET = "not much of a secret"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as told:
        yield told


def connect(monkeypatch: pytest.MonkeyPatch, url: str, secret: str = SECRET, **extra: Any) -> None:
    connection = {"conn_type": "http", "host": url, "password": secret, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_HOOK", json.dumps(connection))


def notify(**settings: Any) -> None:
    published = {"manifest": "v1/runs/…/manifest.json", "content_digest": "ab" * 32, "counts": {"made": 2}}
    context = context_of(Ti("publish", {"publish": published}))
    WebhookNotifier(connection_id="hook", **{"first_pause_s": 0.01, **settings})(context)


@pytest.mark.parametrize("secret", [SECRET, f"whsec_{base64.b64encode(SECRET.encode()).decode()}"])
def test_the_receiver_can_check_who_says_what_and_when(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    connect(monkeypatch, receiver.url, secret, allow_private=True)
    notify()
    ((headers, body),) = receiver.messages
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/json"
    message = json.loads(body)
    assert message["type"] == "atelier.published"
    assert message["data"]["run_id"] == "manual__1"
    assert message["data"]["counts"] == {"made": 2}


def test_a_run_that_is_late_is_told(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, receiver.url, allow_private=True)
    run = {"dag_id": "films", "dag_run_id": "manual__1"}
    LateNotifier(connection_id="hook")({"dag_run": run, "deadline": {"deadline_time": "2026-01-01T12:00:00Z"}})
    ((_, body),) = receiver.messages
    data = {"dag_id": "films", "run_id": "manual__1", "due": "2026-01-01T12:00:00Z"}
    assert json.loads(body) == {"type": "atelier.late", "data": data}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again_under_the_same_id(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    receiver.answers = [(status, {"Retry-After": "0"}), (status, {}), (204, {"Content-Length": "0"})]
    connect(monkeypatch, receiver.url, allow_private=True)
    notify()
    assert len(receiver.messages) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.messages}) == 1


def test_it_gives_up_in_the_end(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver.answers = [(500, {})]
    connect(monkeypatch, receiver.url, allow_private=True)
    with pytest.raises(WebhookFailed, match=rf"answers 500: 'told'; tried {TRIES} times"):
        notify()
    assert len(receiver.messages) == TRIES


def test_who_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        connect(monkeypatch, f"http://127.0.0.1:{unused.getsockname()[1]}/", allow_private=True)
        with pytest.raises(WebhookFailed, match=f"does not answer.*tried {TRIES} times"):
            notify()


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_a_refusal_is_final(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    receiver.answers = [(status, {})]
    connect(monkeypatch, receiver.url, allow_private=True)
    with pytest.raises(WebhookFailed, match=f"answers {status}"):
        notify()
    assert len(receiver.messages) == 1


def test_a_refusal_is_told_as_it_came_however_it_is_packed(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver.answers = [(400, {"Content-Encoding": "gzip, gzip"})]
    connect(monkeypatch, receiver.url, allow_private=True)
    with pytest.raises(WebhookFailed, match="answers 400: 'told'"):
        notify()


@pytest.mark.parametrize("led_to", ["javascript:x", "http://xn--a/", "http://[nowhere/"])
def test_a_redirect_to_nowhere_is_told_and_not_followed(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, led_to: str
) -> None:
    receiver.answers = [(302, {"Location": led_to})]
    connect(monkeypatch, receiver.url, allow_private=True)
    with pytest.raises(WebhookFailed, match="redirects to '.*', which is not followed; set the final address"):
        notify()


def test_a_redirect_is_not_followed(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Receiver()
    with serving(other):
        receiver.answers = [(307, {"Location": other.url})]
        connect(monkeypatch, receiver.url, allow_private=True)
        with pytest.raises(WebhookFailed, match="redirects to 'http://127.0.0.1:.*', which is not followed"):
            notify()
    assert other.messages == []


def test_an_address_inside_this_network_is_refused(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, receiver.url)
    with pytest.raises(BadRequest, match=r"leads to 127\.0\.0\.1, an address inside this network"):
        notify()
    assert receiver.messages == []


@pytest.mark.parametrize(
    "host",
    ["[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "0.0.0.0", "127.1",
     "2130706433", "10.0.0.1", "[fd00::1]", "[fe80::1]", "224.0.0.1", "localhost"],
)  # fmt: skip
def test_no_way_of_writing_it_leads_inside(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    connect(monkeypatch, f"http://{host}:9/hook")
    with pytest.raises(BadRequest, match="an address inside this network"):
        notify()


def test_a_name_is_looked_up_once_for_each_try_and_asked_where_it_was_found(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(receiver.url.split(":")[2].split("/")[0])
    lookups: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *arguments: Any, **named: Any) -> Any:
        if host != "hooks.example.org":
            return real(host, *arguments, **named)
        lookups.append(host)
        address = "127.0.0.1" if len(lookups) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    connect(monkeypatch, f"http://hooks.example.org:{port}/hook", allow_private=True)
    notify()
    ((headers, _),) = receiver.messages
    assert lookups == ["hooks.example.org"]
    assert headers["host"] == f"hooks.example.org:{port}"


@pytest.mark.parametrize(
    ("host", "secret", "message"),
    [
        ("", SECRET, "needs an address as its host"),
        ("https://hooks.example.org", "", "as password, a secret to sign with"),
        ("https://hooks.example.org", "whsec_!", "is not base64 after `whsec_`"),
        ("file:///etc/passwd", SECRET, "is not an address on the web"),
    ],
)
def test_a_wrong_connection_is_told(monkeypatch: pytest.MonkeyPatch, host: str, secret: str, message: str) -> None:
    connect(monkeypatch, host, secret)
    with pytest.raises(BadRequest, match=message):
        notify()
