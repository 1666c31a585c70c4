"""The real entry point of the runtime as a process of its own, with a test's stages in the place of the real ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from include.runtime import __main__ as entry
from include.runtime import session
from include.runtime.models import asked
from include.runtime.stage import ModelFiles, Stage


def replace_stages(stage_of: Callable[[str], Stage]) -> None:
    """Have this process make its stages by `stage_of`, and look for no model."""
    vars(session)["stage_of"], vars(asked)["located"] = stage_of, _no_files


def run_and_exit(arguments: Sequence[str]) -> NoReturn:
    """Run the entry point; what threads are still at is not waited for."""
    code = entry.main(list(arguments))
    sys.stdout.flush()
    os._exit(code)


def _no_files(*_: object) -> ModelFiles:
    return ModelFiles("nothing", "", {})
