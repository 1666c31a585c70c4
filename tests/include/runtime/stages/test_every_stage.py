"""What an author's stage is held to, the built-in ones are too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from atelier.testing import S3, check_stage
from include.contract.recipes import BUILT_IN
from include.runtime.stages import stage_of
from tests.include.runtime.stages.samples import broken_of, samples_of

MADE = sorted(recipe.name for recipe in BUILT_IN if recipe.is_memoised)
"""Every recipe whose items a stage makes; publishers have a check of their own."""

_LOADED = """
import sys
from include.runtime import runner, session
from include.runtime.models.smollm import load_smollm
from include.runtime.stages import stage_of
from include.runtime.writing.generation import TorchTextModel
for recipe in {recipes}:
    stage_of(recipe)
print(sorted({those} & set(sys.modules)))
"""
_OF_MODELS_OF_ONES_OWN = {
    "accelerate",
    "diffusers",
    "llguidance",
    "openai",
    "openvino",
    "openvino_genai",
    "peft",
    "torchao",
}


def test_what_ships_imports_nothing_that_only_models_of_ones_own_need() -> None:
    program = _LOADED.format(recipes=MADE, those=_OF_MODELS_OF_ONES_OWN)
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert loaded == "[]\n"


@pytest.mark.parametrize("recipe", MADE)
def test_a_stage_keeps_what_the_runner_stands_on(
    recipe: str,
    s3: S3,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ATELIER_CACHE", str(tmp_path_factory.getbasetemp() / "atelier-cache"))
    check_stage(type(stage_of(recipe)), *samples_of(recipe, tmp_path), s3=s3, folder=tmp_path, broken=broken_of(recipe))
