"""What kustomize makes of an overlay, by way of kubectl."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.kubernetes.manifests import BASE

KUBERNETES = BASE.parent


def build(folder: Path, kustomization: str) -> dict[tuple[str, str], dict[str, Any]]:
    """All objects of an overlay beside the base, by kind and name; skips where there is no kubectl."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("needs kubectl on the PATH, to build with kustomize")
    copy = folder / "kubernetes"
    shutil.copytree(KUBERNETES, copy)
    (copy / "mine").mkdir()
    (copy / "mine" / "kustomization.yaml").write_text(kustomization)
    done = subprocess.run([kubectl, "kustomize", str(copy / "mine")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(done.stdout)}
