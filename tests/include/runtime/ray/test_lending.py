"""A driver's side of being lent workers, beside a dispatcher that is there, away or slow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import ray

from include.runtime.ray import lending as lending_module
from include.runtime.ray.dispatcher import Grant, Wish
from include.runtime.ray.lending import Lending
from tests.include.runtime.desk import eventually
from tests.include.runtime.ray.test_pools import pool


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Ray: a call's answer is there, or raises."""
    monkeypatch.setattr(lending_module, "SAY_S", 0.01)

    def got(answer: Any, timeout: float) -> Any:
        return answer()

    monkeypatch.setattr(ray, "get", got)


class Dispatcher:
    """Says what it is told to say, once."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []
        self.answers: list[Grant | Exception] = []
        self.left: list[frozenset[str]] = []
        self.sync = SimpleNamespace(remote=lambda wish: lambda: self._said(wish))
        self.gone = SimpleNamespace(remote=lambda job, worn: lambda: self.left.append(worn))

    def _said(self, wish: Wish) -> Grant:
        self.wishes.append(wish)
        answer = self.answers.pop(0) if self.answers else Grant(is_up=True)
        if isinstance(answer, Exception):
            raise answer
        return answer


@contextmanager
def lent(*dispatchers: Dispatcher) -> Iterator[Lending]:
    found = iter(dispatchers)
    find: Callable[[], Dispatcher] = lambda: next(found)  # noqa: E731 - a stand-in
    with Lending("job", pool(), find) as lending:
        lending.need(4, 16, 0)
        yield lending


def test_what_is_lent_is_held_until_it_is_given_back() -> None:
    dispatcher = Dispatcher()
    dispatcher.answers = [Grant(new=("a", "b"))]
    with lent(dispatcher) as lending:
        assert eventually(lambda: lending.held == {"a", "b"})
        assert sorted(lending.new()) == ["a", "b"]
        assert lending.new() == []
        lending.keep(["a"], ended=["b"])
        assert eventually(lambda: dispatcher.wishes[-1].held == {"a"})
        assert dispatcher.wishes[-1].worn == {"b"}
        assert (dispatcher.wishes[-1].batches, dispatcher.wishes[-1].items) == (4, 16)
    assert dispatcher.left == [{"b"}]


def test_what_came_a_moment_ago_is_not_given_back_unseen() -> None:
    dispatcher = Dispatcher()
    dispatcher.answers = [Grant(new=("a",))]
    with lent(dispatcher) as lending:
        assert eventually(lambda: lending.held == {"a"})
        lending.keep([], ended=[])
        assert lending.held == {"a"}


def test_what_is_lost_is_held_no_more() -> None:
    dispatcher = Dispatcher()
    dispatcher.answers = [Grant(new=("a", "b")), Grant(lost=("a",))]
    with lent(dispatcher) as lending:
        assert eventually(lambda: lending.held == {"b"})


def test_a_dispatcher_that_is_away_is_looked_for_again_and_told_what_is_held() -> None:
    first, second = Dispatcher(), Dispatcher()
    first.answers = [Grant(new=("a",)), ray.exceptions.ActorDiedError()]
    with lent(first, second) as lending:
        assert eventually(lambda: bool(second.wishes))
        assert second.wishes[0].held == {"a"}
        assert lending.held == {"a"}
    assert (first.left, second.left) == ([], [frozenset()])


def test_nothing_is_said_of_a_job_that_needs_nothing() -> None:
    with Lending("job", pool(), lambda: pytest.fail("it is asked")):
        pass
