"""Fixtures for tests of models on servers: the real one, shared by the session, and a proxy of each test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model_server.llama import LlamaServer, running
from tests.model_server.proxy import Proxy, proxied


@pytest.fixture(scope="session")
def llama_server() -> Iterator[LlamaServer]:
    """llama.cpp's own server."""
    with running() as server:
        yield server


@pytest.fixture
def model_server(llama_server: LlamaServer) -> Iterator[Proxy]:
    """A proxy in front of it, which a test may have misbehave."""
    with proxied(llama_server.port) as proxy:
        yield proxy


@pytest.fixture
def unreal_server() -> Iterator[Proxy]:
    """A proxy with nothing behind it, for tests in which no question gets through."""
    with proxied(0) as proxy:
        yield proxy
