"""Neither another store nor another version of the code shares actors (W7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.keys import Domain
from include.runtime.ray import namespace
from include.runtime.ray.namespace import family_of, namespace_of

STAGES = "tests.include.runtime.ray.stand_in"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one file."""
    monkeypatch.setattr(namespace, "_ROOT", tmp_path)
    (tmp_path / "code.py").write_text("one = 1\n")
    namespace._code_digest.cache_clear()
    return tmp_path


def test_other_buckets_and_prefixes_are_elsewhere() -> None:
    domains = [Domain("a"), Domain("b"), Domain("a", "team/")]
    assert len({namespace_of(domain, STAGES) for domain in domains}) == 3
    assert len({family_of(domain) for domain in domains}) == 3
    assert namespace_of(Domain("a"), STAGES).startswith(f"{family_of(Domain('a'))}-")


def test_other_code_other_stages_and_another_image_are_elsewhere(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [namespace_of(Domain("a"), STAGES), namespace_of(Domain("a"), "tests.include.runtime.ray.telling")]
    monkeypatch.setenv("ATELIER_IMAGE_DIGEST", "sha256:1")
    found.append(namespace_of(Domain("a"), STAGES))
    (project / "code.py").write_text("one = 2\n")
    namespace._code_digest.cache_clear()
    found.append(namespace_of(Domain("a"), STAGES))
    (project / "code.py").rename(project / "renamed.py")
    namespace._code_digest.cache_clear()
    found.append(namespace_of(Domain("a"), STAGES))
    assert len(set(found)) == 5


def test_what_python_compiles_makes_no_difference(project: Path) -> None:
    before = namespace_of(Domain("a"), STAGES)
    (project / "__pycache__").mkdir()
    (project / "__pycache__" / "code.pyc").write_bytes(b"compiled")
    namespace._code_digest.cache_clear()
    assert namespace_of(Domain("a"), STAGES) == before


def test_the_project_itself_has_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert "runtime/ray/namespace.py" in dict(namespace._files(STAGES))
