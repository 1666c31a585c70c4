from __future__ import annotations

from deploy.development.debian import debian_packages
from deploy.local.installation import PROJECT_ROOT
from include.contract.models import read_registry


def test_only_files_that_debian_brings_count_each_package_once() -> None:
    registry = read_registry((PROJECT_ROOT / "include" / "models.yaml").read_text(), "models.yaml")
    files = [file for model in registry.root.values() for file in model.files.values()]
    packages = debian_packages(registry)
    assert packages.keys() == {file.debian for file in files if file.debian}
    for package, path in packages.items():
        assert package in {file.debian for file in files if file.path == path}
