from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROPERTIES = """
from hypothesis import example, given, strategies as st

rounds = []

def test_holds_for_two_rounds():
    rounds.append(len(rounds))
    assert len(rounds) < 3

@given(st.text())
@example("abc")
def test_breaks(text):
    assert text != "abc"

@given(st.integers())
def test_holds(number):
    print(f"tried {number}")
"""


def _pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_all.py").write_text(PROPERTIES)
    command = [sys.executable, "-m", "pytest", "-vs", "-p", "tests.properties", "-p", "no:cacheprovider", *options, "."]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )


def test_a_search_goes_on_with_what_holds_and_shows_once_which_input_breaks_the_rest(tmp_path: Path) -> None:
    result = _pytest(tmp_path, "--search-for=200", "-k", "breaks or two_rounds")
    assert result.returncode == 1
    assert "2 failed, 2 passed" in result.stdout
    assert result.stdout.count("::test_breaks FAILED") == 1
    assert "text='abc'" in result.stdout


def test_without_a_search_every_run_tries_the_same_inputs(tmp_path: Path) -> None:
    runs = [_pytest(tmp_path, "-k", "test_holds and not two_rounds").stdout.splitlines() for _ in range(2)]
    first, second = ([line for line in lines if line.startswith("tried")] for lines in runs)
    assert len(set(first)) > 10
    assert first == second
