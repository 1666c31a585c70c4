"""Runs of scripted stages by the process engine, on a real store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from include.contract.deployments import Deployment
from tests.operators.conftest import Run


def scripted(deployment: Deployment, folder: Path, *, unstuck: bool = False) -> Deployment:
    """The deployment with stages that really run, as child processes."""
    python = folder / "scripted-python"
    word = "unstuck" if unstuck else "as-told"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("scripted.py")} {word} "$@"\n')
    python.chmod(0o755)
    assert deployment.process is not None
    process = deployment.process.model_copy(update={"python": str(python)})
    return deployment.model_copy(update={"process": process})


def brief(name: str, scenes: int = 3) -> dict[str, Any]:
    """A brief whose pictures misbehave as its name says."""
    script = [{"narration": f"Bees fly {n} times.", "image_prompt": f"{n} bees at a flower"} for n in range(scenes)]
    return {"id": name, "topic": "Honey", "script": {"title": "Honey", "scenes": script}}


def begun(deployment: Deployment, name: str, run_id: str, scenes: int = 3) -> Run:
    """A run whose text is made."""
    run = Run(deployment, run_id=run_id)
    run.brief(brief(name, scenes))
    run.text()
    return run
