"""Content types: a wrong file says file, line, what was found and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.content_types import ContentType, read_content_type
from include.contract.errors import BadRequest
from include.contract.values import StageKind
from include.contract.yaml12 import read_yaml

SHIPPED = Path(__file__).resolve().parents[3] / "dags" / "content_types"
NARRATED = (SHIPPED / "narrated_video.yaml").read_text()


def read(text: str) -> ContentType:
    return read_content_type(read_yaml(text, "nv.yaml"))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_content_type_is_right_and_named_like_its_file(path: Path) -> None:
    assert read_content_type(read_yaml(path.read_text(), path.name)).name == path.stem


def test_stages_come_after_those_they_read() -> None:
    kinds = [recipe.kind for _, recipe in read(NARRATED).recipes()]
    assert kinds.index(StageKind.TEXT) < min(kinds.index(StageKind.IMAGE), kinds.index(StageKind.SPEECH))
    assert kinds[-1] is StageKind.VIDEO


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("owner: content", "ownr: content", "line 4: `ownr` is not a field; allowed here: name, title"),
        ("recipe: image.scene", "recipe: image.sceen", "is not a recipe; allowed: image.scene, script.narrated"),
        (
            "recipe: script.narrated",
            "recipe: speech.narration",
            "`speech.narration` is speech; allowed: script.narrated",
        ),
        ("short_side_px: 1080, fps", "short_side: 1080, fps", "its parameters: aspect, short_side_px, fps"),
        ("short_side_px: 1080, fps", "language: en, fps", "which each brief sets; put it under `brief`"),
        ("scenes: 5", "scenes: 99", "less than or equal to 40"),
        ("scenes: 5", "topic: Bees", "each brief's own; remove it"),
        (
            "  text:\n    recipe: script.narrated\n    profile: cpu-medium\n    timeout_s: 1200\n",
            "",
            "reads text, which is not",
        ),
        ("owner: content", "owner: content\nschedule: sometimes", "line 5: `schedule`: is not a cron expression"),
        ("owner: content", "owner: content\nschedule: '@daily'", "`schedule` needs a `start_date`"),
        ("name: narrated_video", "name: ../evil", "line 1: `name`"),
    ],
)
def test_a_mistake_is_told_where_it_stands(old: str, new: str, says: str) -> None:
    assert old in NARRATED
    with pytest.raises(BadRequest) as caught:
        read(NARRATED.replace(old, new))
    assert str(caught.value).startswith("nv.yaml, line ")
    assert says in str(caught.value)
