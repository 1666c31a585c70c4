"""How long a test may take. Past it the test fails with the stacks of all threads, and the run goes on.

`timeout` in pyproject.toml holds for a test that is alone with its servers. One that waits for a whole Airflow, a
cluster or images has `SLOW_S`, unless it says itself that it needs more. The limits are for what hangs: a machine that
has twenty times as much to do as it can still meets them. What SIGALRM does not reach, `faulthandler_timeout` tells.
"""

from __future__ import annotations

import pytest

SLOW_S = 1800
SLOW = ("long", "e2e", "cluster", "compose", "ray")
"""Markers of tests that wait for more than this process and its servers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests their limit."""
    for item in items:
        is_slow = any(item.get_closest_marker(name) for name in SLOW)
        if is_slow and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_S))
