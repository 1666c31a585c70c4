"""Asking boto3 again by the rules that obstore keeps: botocore's own tries are over within a second of a refusal.

A server that has just come back closes connections for some seconds before it answers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import TypeVar

from include.store.connection import Connection
from include.store.settings import FIRST_PAUSE_S, GROWTH, LONGEST_PAUSE_S

T = TypeVar("T")


def patiently(ask: Callable[[], T], connection: Connection, is_passing: Callable[[Exception], bool]) -> T:
    """The answer to `ask`, which may be asked twice, with growing pauses after what `is_passing`."""
    ends_at = monotonic() + connection.tries * connection.read_timeout_s
    for pause_s in _pauses_s(connection.tries):
        try:
            return ask()
        except Exception as error:  # which ones pass is known to whoever asks
            if not is_passing(error) or monotonic() + pause_s > ends_at:
                raise
        sleep(pause_s)
    return ask()


def _pauses_s(tries: int) -> Iterator[float]:
    for number in range(tries - 1):
        longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * GROWTH**number)
        yield random.uniform(longest / 2, longest)
