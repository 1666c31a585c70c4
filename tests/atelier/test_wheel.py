"""`atelier-sdk`: what an author installs, on a machine that has neither Airflow nor torch nor this project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.airflow_home import ROOT
from tests.distributions import install

LIGHT = ("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection", "PyYAML")
"""All that the wheel needs, with what these need themselves."""
PROGRAM = """
import sys
from atelier import Recipe, Stage
from include.contract.registry import recipe_named
from include.runtime.stages import stage_of
assert isinstance(stage_of("haiku.poem"), Stage)
print(recipe_named("haiku.poem").params(season="autumn"))
print(sorted(name for name in ("airflow", "operators", "torch", "numpy", "boto3") if name in sys.modules))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdk")
    for name in ("atelier", "include"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder / "out"), str(folder)], check=True)
    (built,) = (folder / "out").glob("atelier_sdk-*.whl")
    return built


def test_it_has_all_that_is_imported_and_nothing_of_airflow(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"atelier", "include"}
    code = {str(path.relative_to(ROOT)) for top in ("atelier", "include") for path in (ROOT / top).rglob("*.py")}
    assert names >= code
    data = ("include/models.yaml", "include/prompts/script.md", "include/runtime/pages/templates/page.html")
    assert names >= {"atelier/py.typed", *data}
    (metadata,) = (name for name in names if name.endswith("METADATA"))
    needed = [line for line in zipfile.ZipFile(wheel).read(metadata).decode().splitlines() if "Requires-Dist" in line]
    assert [line.split()[1].partition(">")[0].partition("<")[0] for line in needed if "extra ==" not in line] == [
        "pydantic",
        "pyyaml",
    ]


def test_in_an_environment_of_its_own_a_recipe_is_read_and_its_stage_made(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    (site,) = (tmp_path / "env" / "lib").glob("python*/site-packages")
    for name in LIGHT:
        _link(name, site)
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*command, str(wheel)], check=True)
    install(site)
    python = tmp_path / "env" / "bin" / "python"
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [str(python), "-c", PROGRAM], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["topic=None language='en' season='autumn' motto='none'", "[]"]


def _link(name: str, site: Path) -> None:
    """Have a distribution of this environment in `site` too, without asking an index."""
    found = distribution(name)
    for top in {str(file).partition("/")[0] for file in found.files or () if not str(file).startswith("..")}:
        if top != "__pycache__":
            (site / top).symlink_to(str(found.locate_file(top)))
