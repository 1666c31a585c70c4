"""The stage image with stages that misbehave on request, in the cluster."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.development.images import (
    LOAD_COMMAND_ENV,
    STAGE,
    ImagesFailed,
    check_docker,
    current_context,
    load,
    load_command,
)

FOLDER = Path(__file__).with_name("stage")


def tests_image(core: Any) -> str:
    """Name of the image; built and loaded unless the cluster's node has it."""
    try:
        check_docker()
    except ImagesFailed as error:
        pytest.skip(f"needs Docker, for an image of its own: {error}")
    inspect = ["docker", "image", "inspect", "-f", "{{.Id}}", STAGE.name]
    found = subprocess.run(inspect, capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"needs the image {STAGE.name}: run `make images` first")
    digest = hashlib.sha256(found.stdout)
    for path in sorted(FOLDER.iterdir()):
        digest.update(path.read_bytes() if path.is_file() else b"")
    name = f"atelier-stage:tests-{digest.hexdigest()[:12]}"
    if not _is_loaded(core, name):
        if not os.environ.get(LOAD_COMMAND_ENV) and load_command(name, current_context()) is None:
            pytest.skip(f"needs {LOAD_COMMAND_ENV}: a command that brings an image archive into the cluster")
        subprocess.run(["docker", "build", "-q", "-t", name, str(FOLDER)], check=True, capture_output=True)
        load(name, current_context(), os.environ)
    return name


def _is_loaded(core: Any, name: str) -> bool:
    images = [found for node in core.list_node().items for found in node.status.images or ()]
    return any(known.endswith(name) for found in images for known in found.names or ())
