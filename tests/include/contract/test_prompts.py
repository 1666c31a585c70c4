from __future__ import annotations

from pathlib import Path

import pytest

from include.contract import prompts
from include.contract.prompts import PROMPTS, prompts_digest

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "prompts_digest", prompts_digest.__wrapped__)


def digest_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(prompts, "PROMPTS", folder)
    return prompts.prompts_digest()


def test_another_word_or_another_name_is_another_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "script.md").write_text("Write a script.")
    first = digest_of(tmp_path, monkeypatch)
    (tmp_path / "script.md").write_text("Write a good script.")
    second = digest_of(tmp_path, monkeypatch)
    (tmp_path / "script.md").rename(tmp_path / "film.md")
    assert len({first, second, digest_of(tmp_path, monkeypatch)}) == 3


def test_what_an_editor_leaves_beside_them_is_no_prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "script.md").write_text("Write a script.")
    first = digest_of(tmp_path, monkeypatch)
    (tmp_path / ".script.md.swp").write_text("")
    (tmp_path / "script.md~").write_text("")
    assert digest_of(tmp_path, monkeypatch) == first


def test_those_that_ship_are_there() -> None:
    assert {path.stem for path in PROMPTS.glob("*.md")} == {"article", "dialogue", "product", "repair", "script"}
    assert all(path.read_text().strip() for path in PROMPTS.glob("*.md"))


@pytest.mark.parametrize("image", [".dockerignore", "include/runtime/Dockerfile.dockerignore"])
def test_both_images_have_them(image: str) -> None:
    assert "!include/prompts" in (ROOT / image).read_text().splitlines()
