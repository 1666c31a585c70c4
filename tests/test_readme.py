"""The README is true: what it names exists, and what it tells a stranger to type is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from include.contract.brief import Brief
from include.contract.yaml12 import read_model, read_yaml

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
NAMED = sorted(
    set(re.findall(r"`((?:dags|operators|plugins|include|deploy|examples|benchmarks|tests|docs)/[\w./-]+)`", README))
    | set(re.findall(r"\]\(([\w./-]+)\)", README))
)
MADE_BY_THE_READER = {"dags/content_types/my_type.yaml"}


@pytest.mark.parametrize("name", NAMED)
def test_every_file_that_it_names_exists(name: str) -> None:
    assert name in MADE_BY_THE_READER or (ROOT / name).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?make ([a-z][a-z-]+)", README))))
def test_every_make_target_that_it_names_exists(target: str) -> None:
    assert f"\n{target}:" in (ROOT / "Makefile").read_text()


def test_its_brief_is_one_with_each_value_that_its_comments_offer() -> None:
    (brief,) = re.findall(r"```yaml\n(.*?)```", README, flags=re.S)
    assert read_model(Brief, read_yaml(brief, "README.md")).id == "honey"
    offered = {"music": ("true", "calm", "nostalgic", "tender"), "aspect": ("9:16", "1:1"), "variation": ("1",)}
    for field, values in offered.items():
        for value in values:
            changed = re.sub(rf"^{field}: \S+", f"{field}: {value}", brief, flags=re.M)
            assert changed != brief
            assert read_model(Brief, read_yaml(changed, "README.md")).id == "honey"


def test_every_file_that_its_blocks_read_ships_or_is_one_that_the_reader_was_told_to_write() -> None:
    blocks = "".join(re.findall(r"```\w*\n(.*?)```", README, flags=re.S))
    read = set(re.findall(r"[\w./-]+\.(?:yaml|csv|mp3|wav)\b", blocks))
    assert "examples/tea-at-dawn.zh.yaml" in read
    assert [name for name in sorted(read) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", sorted(set(re.findall(r"BRIEF=(\S+?)[`\s]", README))))
def test_every_brief_that_it_has_made_is_there_or_written_before(name: str) -> None:
    written = f"Save this as `{name}`"
    assert (ROOT / name).is_file() or README.index(written) < README.index(f"BRIEF={name}")


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_brief_that_ships_is_one(path: Path) -> None:
    assert read_model(Brief, read_yaml(path.read_text(), path.name)).id
