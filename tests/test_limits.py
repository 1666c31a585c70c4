from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.limits import SLOW, SLOW_S, pytest_collection_modifyitems

ROOT = Path(__file__).resolve().parents[1]
HANGS = """
import threading

import pytest


def wait_for_ever():
    threading.Event().wait()


@pytest.mark.timeout(1)
def test_that_hangs():
    wait_for_ever()


def test_after_it(pytestconfig):
    assert float(pytestconfig.getini("timeout")) == 300
"""


def test_one_that_hangs_fails_with_its_name_and_stack_and_the_next_one_runs(tmp_path: Path) -> None:
    (tmp_path / "test_hanging.py").write_text(HANGS)
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "FAILED test_hanging.py::test_that_hangs - Failed: Timeout" in done.stdout
    assert "in wait_for_ever" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


@pytest.mark.parametrize("marker", SLOW)
def test_who_waits_for_more_than_its_own_servers_has_longer(request: pytest.FixtureRequest, marker: str) -> None:
    own = pytest.Function.from_parent(request.node.parent, name="own", callobj=lambda: None)
    own.add_marker(marker)
    pytest_collection_modifyitems([own])
    limit = own.get_closest_marker("timeout")
    assert limit is not None
    assert limit.args == (SLOW_S,)
    longer = pytest.Function.from_parent(request.node.parent, name="longer", callobj=lambda: None)
    longer.add_marker(marker)
    longer.add_marker(pytest.mark.timeout(2 * SLOW_S))
    pytest_collection_modifyitems([longer])
    assert [mark.args for mark in longer.iter_markers("timeout")] == [(2 * SLOW_S,)]
