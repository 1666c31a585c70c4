"""`python -m tests.golden.runtime -m MODULE …`: the stage side's programs, as they know the golden recipes."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import include.runtime.models.files as files
from include.contract.registry import recipes
from tests.golden.recipes import GOLDEN_RECIPES, MODELS


def main(arguments: list[str]) -> int:
    """Run a program of the stage side, in a process of its own."""
    _, module, *words = arguments
    recipes().update(GOLDEN_RECIPES)
    files.REGISTRY_FILE = MODELS
    code: int = import_module(f"{module}.__main__").main(words)
    return code


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
