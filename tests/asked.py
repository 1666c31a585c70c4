"""What the store is asked for while a block runs, whichever client carries it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from include.store.boto import BotoObjects
from include.store.objects import Objects
from tests.faults import public_methods

CLIENTS: tuple[type, ...] = (Objects, BotoObjects)


@contextmanager
def asked_for() -> Iterator[list[tuple[str, str]]]:
    """Each question, such as `get` or `put`, with the key that it is about; of a copy, the key of the copy."""
    asked: list[tuple[str, str]] = []

    def noted(name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def note(objects: object, *arguments: Any, **named: Any) -> Any:
            asked.append((name, arguments[1 if name == "copy" else 0] if arguments else ""))
            return ask(objects, *arguments, **named)

        return note

    with pytest.MonkeyPatch.context() as patch:
        for client in CLIENTS:
            for name in public_methods(client):
                patch.setattr(client, name, noted(name, getattr(client, name)))
        yield asked
