from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import atelier

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("airflow", "torch", "numpy", "PIL", "boto3", "botocore", "obstore", "include.runtime")
PROGRAM = f"""
import json, os, sys
import atelier
loaded = [name for name in {HEAVY} if name in sys.modules]
print(json.dumps({{"loaded": loaded, "threads": len(os.listdir("/proc/self/task"))}}))
"""


def in_a_clean_interpreter(program: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(cwd)}
    return subprocess.run([sys.executable, "-c", program], env=environment, cwd=cwd, capture_output=True, text=True)


@pytest.mark.parametrize("name", atelier.__all__)
def test_every_name_that_is_promised_is_there(name: str) -> None:
    assert getattr(atelier, name) is not None


def test_a_clean_interpreter_loads_nothing_heavy_and_has_one_thread() -> None:
    assert json.loads(in_a_clean_interpreter(PROGRAM).stdout) == {"loaded": [], "threads": 1}


def test_what_belongs_to_a_stage_says_in_the_airflow_image_where_it_is(tmp_path: Path) -> None:
    for name in ("atelier", "include"):
        (tmp_path / name).mkdir()
    (tmp_path / "atelier" / "__init__.py").symlink_to(ROOT / "atelier" / "__init__.py")
    (tmp_path / "include" / "__init__.py").symlink_to(ROOT / "include" / "__init__.py")
    (tmp_path / "include" / "contract").symlink_to(ROOT / "include" / "contract")
    done = in_a_clean_interpreter("from atelier import Recipe\nfrom atelier import Stage", tmp_path)
    assert "ImportError: `atelier.Stage` exists only where stages run; import it in the module" in done.stderr


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'atelier' has no attribute 'Stages'"):
        atelier.Stages  # noqa: B018 - asked for to see what is said
