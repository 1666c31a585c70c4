from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from include.runtime.composition.ahead import ahead


def test_values_come_in_order_and_never_further_ahead_than_asked() -> None:
    made: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(1, 51):
            made.append(number)
            yield number

    for used, value in enumerate(ahead(numbers(), 3), start=1):
        assert value == used
        assert len(made) <= used + 3 + 1
    assert used == 50


def test_an_error_is_raised_where_the_values_are_used() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no second")

    values = ahead(broken(), 2)
    assert next(values) == 1
    with pytest.raises(ValueError, match="no second"):
        next(values)


def test_leaving_early_ends_the_thread() -> None:
    before = threading.active_count()
    values = ahead(iter(range(1000)), 2)
    next(values)
    values.close()
    assert threading.active_count() == before
