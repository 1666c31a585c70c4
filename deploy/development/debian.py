"""Print the Debian packages that registered models come from, each with one of its files."""

from __future__ import annotations

import sys

from deploy.development.setup import ROOT
from include.contract.models import ModelRegistry, read_registry


def debian_packages(registry: ModelRegistry) -> dict[str, str]:
    """Package name to the path of a file in it."""
    files = [file for model in registry.root.values() for file in model.files.values()]
    return {file.debian: file.path for file in files if file.debian}


if __name__ == "__main__":
    models = ROOT / "include" / "models.yaml"
    for package, path in sorted(debian_packages(read_registry(models.read_text(), str(models))).items()):
        sys.stdout.write(f"{package}\t{path}\n")
