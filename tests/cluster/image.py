"""The stage image with stages that misbehave on request, in the cluster."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

FOLDER = Path(__file__).with_name("stage")
BASE = "atelier-stage:local"
LOAD_ENV = "ATELIER_LOAD_IMAGE"
"""A command that takes an image archive and brings it into the cluster."""


def tests_image(core: Any) -> str:
    """Name of the image; built and loaded unless the cluster's node has it."""
    found = subprocess.run(["docker", "image", "inspect", "-f", "{{.Id}}", BASE], capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"needs the image {BASE}: run `make images` first, where docker is")
    digest = hashlib.sha256(found.stdout)
    for path in sorted(FOLDER.iterdir()):
        digest.update(path.read_bytes() if path.is_file() else b"")
    name = f"atelier-stage:tests-{digest.hexdigest()[:12]}"
    if not _is_loaded(core, name):
        subprocess.run(["docker", "build", "-q", "-t", name, str(FOLDER)], check=True, capture_output=True)
        _load(name)
    return name


def _is_loaded(core: Any, name: str) -> bool:
    known = {
        image for node in core.list_node().items for found in node.status.images or () for image in found.names or ()
    }
    return any(image.endswith(name) for image in known)


def _load(name: str) -> None:
    command = os.environ.get(LOAD_ENV)
    if not command:
        pytest.skip(f"needs {LOAD_ENV}: a command that brings an image archive into the cluster")
    with TemporaryDirectory() as folder:
        archive = Path(folder) / "image.tar"
        subprocess.run(["docker", "save", name, "-o", str(archive)], check=True)
        subprocess.run([*command.split(), str(archive)], check=True, capture_output=True)
