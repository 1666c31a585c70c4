from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from operators.cli.main import COMMANDS, main

ROOT = Path(__file__).resolve().parents[3]


def test_help_lists_every_subcommand() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "operators.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert all(f"\n    {command.name} " in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("words", [[], ["plna"], ["plan"], ["plan", "films", "--from", "tomorrow"]])
def test_a_wrong_command_line_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: atelier" in capsys.readouterr().err


def test_a_refusal_is_one_message_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--deployment", "nowhere.yaml", "plan", "narrated_video"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("the deployment: nowhere.yaml: there is no such file")
