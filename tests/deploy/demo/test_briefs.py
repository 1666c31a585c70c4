from __future__ import annotations

from pathlib import Path

import pytest

from deploy.demo.briefs import read_brief
from deploy.local.installation import PROJECT_ROOT, Installation
from include.contract.errors import BadRequest


def type_of(example: Path) -> str:
    """The content type that an example is for, by the words in its name."""
    kinds = {"article": "illustrated_article", "podcast": "podcast", "mug": "product_cards"}
    return next((kind for word, kind in kinds.items() if word in example.name), "narrated_video")


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "examples").glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_is_a_brief(path: Path) -> None:
    file = read_brief(path, type_of(path))
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
        pytest.param(
            lambda path: path.write_text("topic: Tea\nquestions: 3\n"),
            "line 2: `questions`: no stage of `narrated_video` reads it",
            id="unread field",
        ),
        pytest.param(
            lambda path: path.write_text("topic: Tea\nmusic: gone.mp3\n"),
            "line 2: `music`: `gone.mp3` is not a file in the folder `examples`",
            id="no such music",
        ),
        pytest.param(
            lambda path: path.write_text("topic: Tee\nlanguage: de\n"),
            "line 2: `language`: the built-in writer writes en only",
            id="unwritten language",
        ),
        pytest.param(
            lambda path: path.write_text("topic: Tea\nscenes: 2\nvariations:\n  image/02: 1\n  image/03: 1\n"),
            "line 5: `variations.image/03`: is not an item of this brief; allowed: `image/01` to `image/02`",
            id="no such item",
        ),
    ],
)
def test_a_mistake_names_file_and_reason(tmp_path: Path, make: object, says: str) -> None:
    path = tmp_path / "brief.yaml"
    make(path)  # type: ignore[operator]
    with pytest.raises(BadRequest) as refused:
        read_brief(path, deployment=Installation.here().deployment())
    message = str(refused.value)
    assert message.startswith(str(path))
    assert says in message
    assert len(message.splitlines()) <= 2


@pytest.mark.parametrize(("more", "also"), [("", []), (", clip: gone.mp4", ["line 8: script.scenes.1.clip"] * 2)])
def test_all_files_that_a_brief_names_are_looked_at_before_anything_is_started(
    tmp_path: Path, more: str, also: list[str]
) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(
        f"""topic: Tea
music: gone.mp3
intro: honey-bees.yaml
script:
  title: Tea
  scenes:
    - {{narration: Tea., voice: gone.wav}}
    - {{narration: Hot., image: s3://bucket/there.png{more}}}
"""
    )
    with pytest.raises(BadRequest) as refused:
        read_brief(path, deployment=Installation.here().deployment())
    told = [line.removeprefix(f"{path}, ") for line in str(refused.value).splitlines()]
    assert [line.split("`")[0] + line.split("`")[1] for line in told] == [
        "line 2: music",
        "line 3: intro",
        "line 7: script.scenes.0.voice",
        *also,
    ]
    assert "`honey-bees.yaml` is a text file; allowed: " in told[1]
