from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.contract.errors import ModelAway, ModelRefused
from include.runtime.deadline import Deadline
from include.runtime.models.server import ModelServer
from include.runtime.writing.engines.openai_engine import OpenaiEngine
from include.runtime.writing.text_engine import Message, Prompt, Role
from tests.certificates import certificates
from tests.model_server.llama import KEY
from tests.model_server.proxy import Fault, Proxy, proxied

ADDRESS = "https://llm.example/v1"
QUESTION = Prompt((Message(Role.USER, "Hello"),), None, 4, seed=1, temperature=0, top_p=1)


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEY", "ADDRESS", "CA", "KEY_HOLDER"):
        monkeypatch.delenv(f"ATELIER_MODEL_{name}", raising=False)


def tell(monkeypatch: pytest.MonkeyPatch, **told: str) -> None:
    for name, value in told.items():
        monkeypatch.setenv(f"ATELIER_MODEL_{name}", value)


@pytest.mark.parametrize(
    "meant", ["https://llm.example/v1", "https://llm.example", "https://llm.example:443/other", "llm.example"]
)
def test_a_key_goes_to_the_server_that_it_is_for(meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, KEY=f"{KEY}\n", ADDRESS=meant)
    assert ModelServer.at(ADDRESS).key == KEY


@pytest.mark.parametrize(
    "meant", ["http://llm.example", "https://llm.example:8443", "https://other.example", "https://llm.example.evil"]
)
def test_a_card_leads_a_key_nowhere_else(meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, KEY=KEY, ADDRESS=meant, KEY_HOLDER="the Secret `llm`")
    server = ModelServer.at(ADDRESS)
    assert server.key is None
    assert f"the one in the Secret `llm` is for {meant}" in server.refusing


def test_a_key_without_its_server_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, KEY=KEY, KEY_HOLDER="the Secret `llm`")
    with pytest.raises(ModelRefused, match="the Secret `llm` holds a key and does not say for which server") as caught:
        ModelServer.at(ADDRESS)
    assert "`ATELIER_MODEL_ADDRESS`" in str(caught.value)


@pytest.mark.parametrize("key", ["two words", "sk-ü", "a\nb"])
def test_a_key_that_no_header_can_have_is_told_and_not_shown(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, KEY=key, ADDRESS=ADDRESS)
    with pytest.raises(ModelRefused, match="other characters than printable ASCII") as caught:
        ModelServer.at(ADDRESS)
    assert key not in str(caught.value)


def test_a_key_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(monkeypatch, KEY=KEY, ADDRESS=ADDRESS)
    server = ModelServer.at(ADDRESS)
    assert KEY not in f"{server!r} {server.name} {server.refusing} {server.told(f'{KEY} {KEY}')}"
    assert len(server.told("x" * 5000)) < 300


@pytest.fixture
def private(tmp_path: Path) -> Iterator[tuple[Proxy, str]]:
    """A server behind TLS, and the certificate of the authority that vouches for it."""
    authority, own = certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    with proxied(0, context) as proxy:
        proxy.lasting = Fault(status=429, headers={"Retry-After": "9000"})
        yield proxy, authority.read_text()


def ask(address: str) -> None:
    engine = OpenaiEngine(ModelServer.at(address), "m", Deadline.after(60))
    try:
        engine.generate([QUESTION])
    finally:
        engine.close()


def test_a_private_authority_is_trusted_where_it_is_named(
    private: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, authority = private
    with pytest.raises(ModelRefused, match="certificate that is not trusted: unable to get.*`ATELIER_MODEL_CA`"):
        ask(proxy.address)
    tell(monkeypatch, CA=authority)
    with pytest.raises(ModelAway, match="status 429"):
        ask(proxy.address)
    with pytest.raises(ModelRefused, match="certificate that is not trusted: Hostname mismatch"):
        ask(proxy.address.replace("127.0.0.1", "localhost"))
    for other in ("no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        tell(monkeypatch, CA=other)
        with pytest.raises(ModelRefused, match="`ATELIER_MODEL_CA` holds no certificates in PEM"):
            ask(proxy.address)


def test_a_server_without_tls_is_told(unreal_server: Proxy) -> None:
    with pytest.raises(ModelRefused, match="does not speak TLS"):
        ask(unreal_server.address.replace("http:", "https:"))
