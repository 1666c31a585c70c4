"""`pip install my-recipes` beside Atelier, and `recipe: haiku.poem` works wherever recipes are named."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from atelier.testing.s3 import S3
from tests.airflow_home import ROOT
from tests.distributions import FILES, RECIPES, install, python_with

POEMS = """\
name: poems
title: Poems
description: A poem a day.
stages:
  text: {recipe: haiku.poem, params: {season: autumn}}
  picture: {recipe: image.scene}
"""
ONLY_POEMS = POEMS.rpartition("  picture")[0]
SEEN = """
import json, sys
from pathlib import Path
from include.contract.schema import content_type_schema
from operators.configuration import registered_everywhere
from operators.dags.loading import load_dags
loaded = load_dags(Path(sys.argv[1]), "include/deployments/local.yaml")
dag = loaded.dags["poems"]
stage = content_type_schema()["$defs"]["StageSettings"]
print(json.dumps({
    "errors": [*loaded.import_errors.values()],
    "page": dag.doc_md,
    "task": dag.get_task("text").doc_md,
    "form": list(dag.params),
    "schema": content_type_schema()["$defs"]["HaikuPoemSettings"],
    "recipes": stage["properties"]["recipe"]["enum"],
    "built_in": "haiku" in json.dumps(content_type_schema(of_built_in=True)),
    "model": registered_everywhere().identity("haiku/rules").name,
}))
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with the distribution, and none of the environment's own."""
    return install(tmp_path / "site")


def python(site: Path, home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return python_with(site, *arguments, AIRFLOW_HOME=str(home), **more)


def content_type(folder: Path, text: str = ONLY_POEMS) -> Path:
    path = folder / "types" / "poems.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def validated(site: Path, tmp_path: Path, text: str = ONLY_POEMS) -> str:
    return python(site, tmp_path, "-m", "operators.cli", "validate", str(content_type(tmp_path, text))).stdout


def test_it_is_on_the_page_in_the_form_in_the_schema_and_among_the_models(site: Path, tmp_path: Path) -> None:
    done = python(site, tmp_path, "-c", SEEN, str(content_type(tmp_path).parent))
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert seen["errors"] == []
    assert "| text | `haiku.poem` r1 | `haiku/rules` |" in seen["page"]
    assert "comes with my-recipes 1.2" in seen["task"]
    assert "**season** `autumn`" in seen["task"]
    assert {"topic", "language"} <= set(seen["form"])
    assert "season" not in seen["form"], "what no brief has is the content type's"
    assert seen["recipes"][-1] == "haiku.poem"
    assert list(seen["schema"]["properties"]) == ["season", "motto"]
    assert seen["schema"]["properties"]["season"]["description"] == "When it plays."
    assert seen["model"] == "haiku/rules"
    assert seen["built_in"] is False


def test_the_command_line_knows_its_parameters_and_says_what_is_allowed(site: Path, tmp_path: Path) -> None:
    assert "No mistakes in 1 content type" in validated(site, tmp_path)
    assert validated(site, tmp_path, ONLY_POEMS.replace("autumn", "winter")).startswith(
        "poems.yaml, line 5: `stages.text.params.season`: is not known (found 'winter'); allowed: spring, autumn\n"
    )


def test_a_plan_counts_its_items(site: Path, tmp_path: Path, s3: S3) -> None:
    deployment = (ROOT / "include" / "deployments" / "local.yaml").read_text()
    (tmp_path / "here.yaml").write_text(re.sub(r"bucket: \S+?(?=[,}\s])", f"bucket: {s3.bucket}", deployment))
    command = ["-m", "operators.cli", "--deployment", str(tmp_path / "here.yaml"), "plan", str(content_type(tmp_path))]
    done = python(site, tmp_path, *command, "--param", "topic=Bees", **s3.environment())
    assert done.returncode == 0, done.stderr
    (row,) = (line.split() for line in done.stdout.splitlines() if line.startswith("text "))
    assert row[:4] == ["text", "0", "1", "0"]


def test_a_stage_that_reads_what_it_does_not_give_is_told_which_recipes_do(site: Path, tmp_path: Path) -> None:
    told = validated(site, tmp_path, POEMS)
    assert "`stages.picture`: reads `image_prompt/` (text/plain) of each brief" in told
    assert "add one: article.sections" in told


def test_one_that_breaks_says_which_distribution_failed_and_why_and_leaves_the_others(tmp_path: Path) -> None:
    site = install(tmp_path / "site", files={**FILES, "recipes.py": "\nimport poetry_of_ours\n"})
    told = validated(site, tmp_path)
    assert told.startswith(
        "poems.yaml, line 5: `stages.text.recipe`: is not a recipe (found 'haiku.poem'): it comes with my-recipes 1.2, "
        "which cannot be used: my_recipes/recipes.py, line 1: ModuleNotFoundError: No module named 'poetry_of_ours'; "
        "allowed: script.narrated, "
    )
    assert "1 mistake" in told
    shipped = python(site, tmp_path, "-m", "operators.cli", "validate", "dags/content_types/narrated_video.yaml")
    assert "No mistakes in 1 content type" in shipped.stdout, shipped.stderr


def test_two_that_bring_one_recipe_are_refused_by_name(site: Path, tmp_path: Path) -> None:
    other = {**FILES, "recipes.py": RECIPES.replace("my_recipes", "other_recipes")}
    lines = "[atelier.recipes]\nhaiku.poem = other_recipes.recipes:HAIKU_POEM\n"
    install(site, "other-recipes", "0.3", other, lines)
    assert "my-recipes 1.2 and other-recipes 0.3 both bring it; uninstall all but one" in validated(site, tmp_path)


def test_without_its_source_there_is_no_help_text_and_no_error(site: Path, tmp_path: Path) -> None:
    source = site / "my_recipes" / "recipes.py"
    python(site, tmp_path, "-c", f"import py_compile; py_compile.compile({str(source)!r}, {str(source)!r} + 'c')")
    source.unlink()
    done = python(site, tmp_path, "-m", "operators.cli", "schema", str(tmp_path / "schema.json"))
    assert done.returncode == 0, done.stderr
    settings = json.loads((tmp_path / "schema.json").read_text())["$defs"]["HaikuPoemSettings"]
    assert settings["description"] == "a topic becomes three lines."
    assert "description" not in settings["properties"]["season"]
