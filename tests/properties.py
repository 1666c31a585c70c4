"""How property tests search: in every `make test` the same few inputs, in `make fuzz` others for as long as it is told.

A property is any test with hypothesis's `@given`. The inputs that once broke a reader stand beside it as `@example`.
"""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings

BOUNDED, SEARCHING = "bounded", "searching"
_SLOW_MACHINES = (HealthCheck.too_slow,)

settings.register_profile(
    BOUNDED, derandomize=True, database=None, deadline=None, max_examples=100, suppress_health_check=_SLOW_MACHINES
)
settings.register_profile(
    SEARCHING,
    deadline=None,
    max_examples=200,
    print_blob=True,
    suppress_health_check=_SLOW_MACHINES,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--search-for", type=float, metavar="SECONDS", help="run the properties at random for that long")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(BOUNDED if config.getoption("--search-for") is None else SEARCHING)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the collected tests round after round until the time is over; what has failed is left out from then on."""
    seconds = session.config.getoption("--search-for")
    if seconds is None or session.testsfailed or session.config.option.collectonly:
        return None
    until, left = time.monotonic() + seconds, list(session.items)
    while left and time.monotonic() < until:
        for item, following in pairwise((*left, None)):
            is_last = following is None or time.monotonic() > until
            failed_before = session.testsfailed
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=None if is_last else following)
            if session.testsfailed > failed_before:
                left.remove(item)
            if is_last:
                break
    return True
