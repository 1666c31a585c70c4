from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from deploy.development.checks import COMMANDS, Check, main, run, searches
from deploy.local.installation import PROJECT_ROOT

SHARED = ("pydantic", "pydantic-core", "pyyaml", "obstore", "boto3", "botocore", "urllib3", "jinja2", "markupsafe")
"""What `include/contract`, `include/store` and `include/chat` import."""


def _check(name: str, code: int, also_fine: tuple[int, ...] = ()) -> Check:
    return Check(name, (sys.executable, "-c", f"raise SystemExit({code})"), also_fine)


def test_all_are_run_and_one_failure_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([_check("first", 1), _check("second", 0), _check("third", 5, also_fine=(5,))]) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "FAILED: first"
    assert "ok     second" in said
    assert "ok     third" in said


def test_lanes_wait_for_no_end_of_each_other_and_each_check_is_told_whole(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for pipe in (here, there):
        os.mkfifo(pipe)
    wait = "import sys; print('said by', sys.argv[1], flush=True)\n"
    first = wait + "open(sys.argv[2], 'w').close(); open(sys.argv[3]).close()"
    second = wait + "open(sys.argv[2]).close(); open(sys.argv[3], 'w').close(); raise SystemExit(3)"
    pipes = (str(here), str(there))
    checks = [
        _check("alone", 0),
        Check("first", (sys.executable, "-c", first, "first", *pipes), lane=1),
        Check("second", (sys.executable, "-c", second, "second", *pipes), lane=2),
        Check("third", (sys.executable, "-c", "print('said by third')"), lane=2),
    ]
    assert run(checks) == 1
    said = capfd.readouterr().out
    told = ["── alone", "── first", "said by first", "── second", "said by second", "── third", "said by third"]
    assert sorted(told, key=said.index) == told
    assert said.splitlines()[-1] == "FAILED: second"


def test_what_both_sides_share_stands_on_the_same_libraries_in_both_environments_so_that_they_are_tested_once() -> None:
    def locked(path: str) -> dict[str, str]:
        text = (PROJECT_ROOT / path).read_text()
        return dict(re.findall(rf"^({'|'.join(SHARED)})==(\S+)", text, flags=re.MULTILINE))

    airflow_side, stage_side = locked("requirements.txt"), locked("include/runtime/requirements.txt")
    assert airflow_side == stage_side
    assert airflow_side.keys() == set(SHARED)


def test_every_test_folder_is_in_a_part() -> None:
    paths = {word for check in COMMANDS["test"]() for word in check.command if word.startswith("tests/")}
    folders = [path for path in (PROJECT_ROOT / "tests").iterdir() if next(path.rglob("test_*.py"), None)]
    missing = [p.name for p in folders if not any(f"tests/{p.name}" in path for path in paths)]
    assert missing == []


def test_what_one_part_leaves_out_another_runs() -> None:
    words = [word for check in COMMANDS["test"]() for word in check.command]
    left_out = [word.removeprefix("--ignore=") for word in words if word.startswith("--ignore=")]
    assert left_out
    assert set(left_out) <= set(words)


def test_cluster_tests_are_run_long_or_not() -> None:
    markers = {check.command[check.command.index("-m", 3) + 1] for check in COMMANDS["test-cluster"]()}
    assert markers == {"cluster"}


def test_continuous_integration_runs_what_everybody_runs() -> None:
    script = (PROJECT_ROOT / ".ci" / "run").read_text().splitlines()
    assert script[-1] == "exec make test"


def test_a_search_shares_its_time_among_both_sides() -> None:
    shares = [word for check in searches(600) for word in check.command if word.startswith("--search-for")]
    assert shares == ["--search-for=300.0"] * 2


@pytest.mark.parametrize("seconds", [[], ["0"], ["-1"], ["long"]])
def test_a_search_needs_a_time(seconds: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", *seconds]) == 64
    assert "fuzz SECONDS" in capsys.readouterr().out
