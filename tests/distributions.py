"""Distributions from outside, installed by writing what pip would: a package and its `.dist-info`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[1]
NAME, VERSION = "my-recipes", "1.2"
RECIPES = '''
    """A recipe from outside."""

    from __future__ import annotations

    from typing import Annotated, Literal

    from atelier import TEXT_TYPE, CleanText, Closed, Language, OutputSpec, Recipe, StageKind, Topic


    class HaikuPoemParams(Closed):
        """`haiku.poem`: a topic becomes three lines."""

        topic: Topic | None = None
        language: Language = "en"
        season: Literal["spring", "autumn"] = "spring"
        """When it plays."""
        motto: Annotated[str, CleanText(40)] = "none"


    HAIKU_POEM = Recipe(
        kind=StageKind.TEXT,
        name="haiku.poem",
        revision=1,
        params=HaikuPoemParams,
        model="haiku/rules",
        outputs=(OutputSpec("poem", TEXT_TYPE),),
        stage="my_recipes.stage:HaikuStage",
    )
'''
STAGE = '''
    """What makes it."""

    from __future__ import annotations

    from collections.abc import Sequence

    from atelier import AtelierError, ItemResult, Output, Stage, Work


    class HaikuStage(Stage):
        """Three lines."""

        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            """One poem each."""
            return [self._poem(work) for work in batch]

        def _poem(self, work: Work) -> ItemResult:
            path = work.scratch / "poem.txt"
            path.write_text(f"{work.params.topic}\\n{work.params.season}\\nthe end", encoding="utf-8")
            return ItemResult((Output("poem", path, "text/plain"),))
'''
MODELS = """
    haiku/rules: {kind: text, revision: '1', licence: MIT, files: {}}
"""
ENTRY_POINTS = """
    [atelier.recipes]
    haiku.poem = my_recipes.recipes:HAIKU_POEM

    [atelier.models]
    models = my_recipes:models.yaml
"""
FILES = {"__init__.py": "", "recipes.py": RECIPES, "stage.py": STAGE, "models.yaml": MODELS}


def install(
    folder: Path,
    name: str = NAME,
    version: str = VERSION,
    files: Mapping[str, str] = FILES,
    entry_points: str = ENTRY_POINTS,
) -> Path:
    """Install a distribution into `folder`, which has to be on `sys.path`; `files` are those of its only package."""
    package = folder / name.replace("-", "_")
    info = folder / f"{package.name}-{version}.dist-info"
    package.mkdir(parents=True)
    info.mkdir()
    for file, text in files.items():
        (package / file).write_text(dedent(text).lstrip())
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(dedent(entry_points).lstrip())
    return folder


def python_with(site: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """This environment's Python, in a process that finds the project and what is installed in `site`.

    :param more: of the process's environment, which is empty otherwise.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{site}",
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
