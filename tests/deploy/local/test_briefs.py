from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.briefs import read_brief
from deploy.local.installation import PROJECT_ROOT
from include.contract.errors import BadRequest


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "examples").glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_is_a_brief(path: Path) -> None:
    file = read_brief(path)
    assert file.brief.id
    assert file.conf


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_bytes("topic: Café au lait\n".encode("utf-8-sig"))
    assert read_brief(path).brief.id == "cafe-au-lait"


def test_the_run_gets_what_the_file_says_and_no_defaults(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text("topic: Tea\naspect: 9:16\n")
    assert read_brief(path).conf == {"topic": "Tea", "aspect": "9:16"}


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda path: None, "there is no such file", id="missing"),
        pytest.param(_folder, "is a folder", id="folder"),
        pytest.param(lambda path: path.write_bytes(b"a: b\nc: \xff\xfe"), "line 2: is not UTF-8", id="binary"),
        pytest.param(lambda path: path.write_bytes(b"x" * 1_000_001), "more than 1000000 bytes", id="huge"),
        pytest.param(lambda path: path.write_text("topic: Tea\ncolour: red\n"), "line 2: `colour`", id="unknown field"),
        pytest.param(lambda path: path.write_text("topic: Tea\nscenes: none\n"), "line 2: `scenes`", id="wrong type"),
        pytest.param(lambda path: path.write_text("topic: [\n"), "is not YAML", id="not YAML"),
        pytest.param(lambda path: path.write_text(""), "a brief is a mapping", id="empty"),
    ],
)
def test_a_mistake_names_file_and_reason(tmp_path: Path, make: object, says: str) -> None:
    path = tmp_path / "brief.yaml"
    make(path)  # type: ignore[operator]
    with pytest.raises(BadRequest) as refused:
        read_brief(path)
    message = str(refused.value)
    assert message.startswith(str(path))
    assert says in message
    assert len(message.splitlines()) <= 2
