from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.installation import HOME_ENV, PROJECT_ROOT


@pytest.mark.parametrize(
    ("content", "says"),
    [("topic: Tea\ncolour: red\n", "brief.yaml, line 2: `colour`: is not a field"), (None, "there is no such file")],
)
def test_a_wrong_brief_ends_it_before_anything_is_started(tmp_path: Path, content: str | None, says: str) -> None:
    brief = tmp_path / "brief.yaml"
    if content:
        brief.write_text(content)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local.demo", str(brief)],
        cwd=PROJECT_ROOT,
        env={**os.environ, HOME_ENV: str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert says in done.stdout
    assert done.stderr == ""
    assert not (tmp_path / "home").exists()
