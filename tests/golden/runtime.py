"""`python -m tests.golden.runtime -m MODULE …`: the stage side's programs, as they know the golden recipes."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import include.runtime.models.files as files
import include.runtime.stages as stages
import tests.golden.stages as golden
from include.contract.recipes import RECIPES
from tests.golden.recipes import GOLDEN_RECIPES, MODELS


def main(arguments: list[str]) -> int:
    """Run a program of the stage side, in a process of its own."""
    _, module, *words = arguments
    RECIPES.update(GOLDEN_RECIPES)
    files.REGISTRY_FILE = MODELS
    sys.modules[f"{stages.__name__}.golden"] = golden
    stages._CLASSES.update({recipe: ("golden", each.__name__) for recipe, each in golden.STAGES.items()})
    code: int = import_module(f"{module}.__main__").main(words)
    return code


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
