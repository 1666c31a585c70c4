"""`examples/recipes/` as its author has it: installed into both environments, tested, and a piece made with it."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atelier.testing import S3
from tests.airflow_home import ROOT
from tests.dags.films import run_of_another

EXAMPLE = ROOT / "examples" / "recipes"
STAGE_PYTHON = ROOT / ".venv" / "stage" / "bin" / "python"
ITS_OWN = {"house_style", "atelier", "pydantic", "PIL", "pytest"}
CONTENT_TYPE = """\
name: house
title: The house's articles
description: Articles with pictures in the two colours of the house.
source: {json_lines: briefs.jsonl}
stages:
  text: {recipe: article.sections}
  image: {recipe: image.scene, params: {short_side_px: 240}}
  duotone: {recipe: image.duotone, params: {midtone: "#a05a2c"}}
  page: {recipe: page.article}
  publish: {recipe: publish.article}
"""
SECTION = {"heading": "At night", "text": "The dough rests.", "image_prompt": "a loaf of bread", "image_alt": "Bread"}
BRIEF = {"id": "bread", "article": {"title": "Bread", "sections": [SECTION]}}


def installed(python: Path, folder: Path) -> Path:
    """The example as that environment's pip builds and installs it, in a folder that comes after its packages."""
    source, site = folder / "source", folder / "site"
    shutil.copytree(EXAMPLE, source)
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    command = [str(python), "-m", "pip", "install", "-q", *offline, "--target", str(site), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return site


@pytest.fixture(scope="module")
def stage_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(STAGE_PYTHON, tmp_path_factory.mktemp("stage"))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*.py")), ids=lambda path: path.name)
def test_it_imports_atelier_and_its_own_dependencies_alone(path: Path) -> None:
    packages = {name.partition(".")[0] for name in imports_of(path)}
    assert packages - sys.stdlib_module_names <= ITS_OWN


def test_the_guide_shows_what_is_there() -> None:
    guide = (ROOT / "docs" / "extending.md").read_text().partition("## A recipe and a source of your own")[2]
    there = [path.read_text() for path in EXAMPLE.rglob("*") if path.suffix in (".py", ".toml")]
    blocks = re.findall(r"^```(?:python|toml)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    parts = [part.strip() for block in blocks for part in block.split("\n\n\n")]
    assert len(parts) > 4
    assert [part for part in parts if not any(part in text for text in there)] == []


def test_its_own_tests_pass_where_it_is_installed(stage_site: Path, tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    shutil.copytree(EXAMPLE / "tests", tests)
    done = subprocess.run(
        [str(STAGE_PYTHON), "-m", "pytest", "-q", "-W", "error", str(tests)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{stage_site}"},
        cwd=tests,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.timeout(900)
def test_a_piece_is_made_with_it(airflow: dict[str, str], s3: S3, stage_site: Path, tmp_path: Path) -> None:
    site = installed(Path(sys.executable), tmp_path / "airflow")
    types = Path(airflow["AIRFLOW__CORE__DAGS_FOLDER"]) / "content_types"
    (types / "house.yaml").write_text(CONTENT_TYPE)
    (tmp_path / "briefs.jsonl").write_text(f"{json.dumps(BRIEF)}\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={stage_site} exec {STAGE_PYTHON} "$@"\n')
    python.chmod(0o755)
    deployment = Path(airflow["ATELIER_DEPLOYMENT"])
    told = deployment.read_text().replace(".venv/stage/bin/python", str(python))
    deployment.write_text(told.replace("files: examples", f"files: {tmp_path}"))
    run = run_of_another({**airflow, "PYTHONPATH": f"{airflow['PYTHONPATH']}:{site}"}, "house")
    assert {task: state for task, (state, *_) in run["tasks"].items()} == dict.fromkeys(run["tasks"], "success")
    left: dict[str, Any] = {task: left for task, (_, _, left) in run["tasks"].items()}
    assert left["duotone"]["counts"]["made"] == 1
    assert left["duotone"]["content_digest"] != left["image"]["content_digest"]
    keys = [row["Key"] for row in s3.client().list_objects_v2(Bucket=s3.bucket, Prefix="published/")["Contents"]]
    assert any("/bread/" in key and key.endswith("/index.html") for key in keys), keys
