"""Every check, and how long each takes: `make lint`, `make fuzz`, `make test` and the targets that start with `test-`.

Standard library only; each check runs in the environment that it needs. Tests mostly wait for servers, so `make test`
runs them in four lanes side by side.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
AIRFLOW_BIN = ROOT / ".venv" / "airflow" / "bin"
STAGE_BIN = ROOT / ".venv" / "stage" / "bin"
AIRFLOW_TESTS = (
    "tests/test_readme.py",
    "tests/test_limits.py",
    "tests/test_properties.py",
    "tests/docs",
    "tests/golden",
    "tests/atelier",
    "tests/include/chat",
    "tests/include/contract",
    "tests/operators",
    "tests/deploy",
)
PLUGIN_TESTS = ("tests/plugins",)
STAGE_TESTS = ("tests/include/runtime", "tests/benchmarks")
PUBLISHING_TESTS = ("tests/include/runtime/publishing",)
"""Of the stage side, but in another lane, so that all lanes take about as long."""
STORE_TESTS = ("tests/include/store",)
"""As the contract's, they run once: what both sides share stands in both environments on the same libraries."""
RUN_TESTS = ("tests/examples", "tests/dags")
"""Of whole runs, by an Airflow of each one's own."""
E2E_TESTS = ("tests/e2e",)
CLUSTER_TESTS = ("tests/cluster",)
COMPOSE_TESTS = ("tests/compose",)
RAY_TESTS = ("tests/ray",)
"""Alone: on a busy machine a Ray node does not start."""
NOTHING_COLLECTED = 5
"""pytest's exit code if no test has the requested marker."""


@dataclass(frozen=True)
class Check:
    """One command that has to succeed."""

    name: str
    command: tuple[str, ...]
    also_fine: tuple[int, ...] = ()
    lane: int = 0
    """Checks of one lane run in their order, beside those of other lanes; those of lane 0 run alone."""


@dataclass(frozen=True)
class CheckResult:
    """How one check ended."""

    check: Check
    code: int
    took_s: float

    @property
    def is_fine(self) -> bool:
        """Whether the exit code is one that the check allows."""
        return self.code == 0 or self.code in self.check.also_fine


def lint() -> list[Check]:
    """Checks of style, types and layers."""
    airflow_side = (
        "atelier",
        "dags",
        "operators",
        "plugins",
        "deploy",
        "include/chat",
        "include/contract",
        "include/store",
    )
    stage_side = ("atelier", "include", "examples/recipes/src/house_style")
    return [
        Check("style", (str(AIRFLOW_BIN / "ruff"), "check", ".")),
        Check("format", (str(AIRFLOW_BIN / "ruff"), "format", "--check", ".")),
        Check("types, Airflow side", (str(AIRFLOW_BIN / "mypy"), *existing(airflow_side)), lane=3),
        Check("layers", (str(AIRFLOW_BIN / "lint-imports"),), lane=3),
        Check("types, stage side", (str(STAGE_BIN / "mypy"), *stage_side), lane=4),
    ]


def tests(marker: str, *, side_by_side: bool) -> list[Check]:
    """Every test that `marker` selects, each in the environment it needs.

    :param side_by_side: whether they run in lanes, each of which waits for much of its time.
    """
    parts = (
        ("tests, Airflow side", AIRFLOW_BIN, AIRFLOW_TESTS, 1),
        ("tests, stage side", STAGE_BIN, STAGE_TESTS, 2),
        ("tests, store", AIRFLOW_BIN, STORE_TESTS, 3),
        ("tests, runs", AIRFLOW_BIN, RUN_TESTS, 3),
        ("tests, publishing", STAGE_BIN, PUBLISHING_TESTS, 4),
        ("tests, plugins", AIRFLOW_BIN, PLUGIN_TESTS, 4),
        ("tests, end to end", AIRFLOW_BIN, E2E_TESTS, 4),
        ("tests, cluster", AIRFLOW_BIN, CLUSTER_TESTS, 4),
        ("tests, compose", AIRFLOW_BIN, COMPOSE_TESTS, 4),
        ("tests, Ray", AIRFLOW_BIN, RAY_TESTS, 0),
    )
    apart = tuple(f"--ignore={path}" for path in PUBLISHING_TESTS)
    return [
        Check(
            name,
            (
                *(str(folder / "python"), "-m", "pytest", "-q", "--durations=5", "-m", marker, *existing(paths)),
                *(apart if paths is STAGE_TESTS else ()),
            ),
            also_fine=(NOTHING_COLLECTED,),
            lane=lane if side_by_side else 0,
        )
        for name, folder, paths, lane in parts
        if existing(paths)
    ]


def searches(seconds: int) -> list[Check]:
    """Every property of both sides, with other inputs than in `make test`, for `seconds` altogether."""
    sides = (
        ("Airflow side", AIRFLOW_BIN, (*AIRFLOW_TESTS, *PLUGIN_TESTS, *STORE_TESTS)),
        ("stage side", STAGE_BIN, STAGE_TESTS),
    )
    options = ("-q", "-m", "hypothesis", f"--search-for={seconds / len(sides)}")
    return [
        Check(f"search, {side}", (str(folder / "python"), "-m", "pytest", *options, *existing(paths)))
        for side, folder, paths in sides
    ]


def existing(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `paths` that are there."""
    return tuple(path for path in paths if (ROOT / path).exists())


def everything() -> list[Check]:
    """The checks that every change has to pass."""
    return [*lint(), *tests("not long and not compose", side_by_side=True)]


def long_tests() -> list[Check]:
    """The tests that take minutes."""
    return tests("long", side_by_side=False)


def cluster_tests() -> list[Check]:
    """The tests that need a Kubernetes cluster, long or not."""
    return tests("cluster", side_by_side=False)


def compose_tests() -> list[Check]:
    """The tests that need Docker and run the compose file."""
    return tests("compose", side_by_side=False)


def ray_tests() -> list[Check]:
    """The tests that start Ray clusters on this machine, long or not."""
    return tests("ray", side_by_side=False)


COMMANDS: dict[str, Callable[[], list[Check]]] = {
    "lint": lint,
    "test": everything,
    "test-long": long_tests,
    "test-cluster": cluster_tests,
    "test-compose": compose_tests,
    "test-ray": ray_tests,
}


def run(checks: list[Check]) -> int:
    """Run all of them, whatever fails; then report how long each took and which failed."""
    results: list[CheckResult] = []
    for is_alone, group in groupby(checks, lambda check: check.lane == 0):
        if is_alone:
            results += _in_order(group, {})
        else:
            results += _side_by_side(list(group))
    for each in results:
        _say(f"  {'ok    ' if each.is_fine else 'FAILED'} {each.check.name:<22}{each.took_s:>8.1f} s")
    failed = [each.check.name for each in results if not each.is_fine]
    _say(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _side_by_side(checks: list[Check]) -> list[CheckResult]:
    """Each lane beside the others. The first writes as it goes; what the others wrote follows, each whole."""
    lanes: dict[int, list[Check]] = defaultdict(list)
    for check in checks:
        lanes[check.lane].append(check)
    first, *others = lanes.values()
    with ExitStack() as stack:
        outputs = {check: stack.enter_context(TemporaryFile()) for lane in others for check in lane}
        pool = stack.enter_context(ThreadPoolExecutor(max(1, len(others))))
        running = [pool.submit(_in_order, lane, outputs) for lane in others]
        results = _in_order(first, {})
        for lane in running:
            for result in lane.result():
                results.append(result)
                outputs[result.check].seek(0)
                _say(_heading(result.check))
                _say(outputs[result.check].read().decode(errors="replace"))
    return results


def _in_order(checks: Iterable[Check], outputs: Mapping[Check, IO[bytes]]) -> list[CheckResult]:
    """Run one after another; what each writes goes to its output, or where this process writes."""
    results = []
    for check in checks:
        output = outputs.get(check)
        if output is None:
            _say(_heading(check))
        started = time.monotonic()
        done = subprocess.run(
            check.command, cwd=ROOT, env=_environment(), stdout=output, stderr=output and subprocess.STDOUT, check=False
        )
        results.append(CheckResult(check, done.returncode, time.monotonic() - started))
    return results


def _heading(check: Check) -> str:
    return f"\n── {check.name}: {' '.join(_short(word) for word in check.command)}"


def _environment() -> dict[str, str]:
    """Both environments find the project; another Airflow's settings stay out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _short(word: str) -> str:
    return word.removeprefix(f"{ROOT}/")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Run the named set of checks."""
    match arguments:
        case [name] if name in COMMANDS:
            return run(COMMANDS[name]())
        case ["fuzz", seconds] if seconds.isdecimal() and int(seconds) > 0:
            return run(searches(int(seconds)))
    _say(f"usage: python -m deploy.development.checks {'|'.join(COMMANDS)}|fuzz SECONDS")
    return os.EX_USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
