from __future__ import annotations

import subprocess
import sys

import pytest

from deploy.local.console import tell
from deploy.local.installation import PROJECT_ROOT

TELLING = """
import sys
from deploy.local.console import tell

sys.stdin.readline()
for line in ("one", "two", "three"):
    tell(line)
sys.stderr.write("went on")
"""


def test_what_the_terminal_cannot_show_is_an_escape(capsys: pytest.CaptureFixture[str]) -> None:
    tell("lone \udc9d")
    assert capsys.readouterr().out == "lone \\udc9d\n"


def test_the_work_goes_on_where_nobody_reads_any_more() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TELLING],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stdin.write("\n")
    process.stdin.close()
    assert process.stderr.read() == "went on"
    assert process.wait() == 0
    process.stderr.close()
