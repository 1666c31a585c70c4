"""Engines of a model on a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from include.runtime.deadline import Deadline
from include.runtime.models.server import ModelServer
from include.runtime.writing.engines import openai_engine
from include.runtime.writing.engines.openai_engine import OpenaiEngine
from tests.include.runtime.writing.engines.served import Opened
from tests.model_server.llama import KEY
from tests.model_server.proxy import Proxy


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens engines that ask as a test says; all are closed after it."""
    engines: list[OpenaiEngine] = []

    def open_on(proxy: Proxy, key: str | None = KEY, left_s: float = 240, **more: Any) -> OpenaiEngine:
        engines.append(OpenaiEngine(ModelServer(proxy.address, key), "smollm2", Deadline.after(left_s), **more))
        return engines[-1]

    yield open_on
    for each in engines:
        each.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are asked again at once."""
    monkeypatch.setattr(openai_engine, "FIRST_PAUSE_S", 0.0)
