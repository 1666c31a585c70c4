"""What docs/films.md has producers and platform engineers type is what briefs and deployments take."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.media_limits import MediaLimits
from include.contract.own_media import own_media
from include.contract.yaml12 import read_yaml

ROOT = Path(__file__).resolve().parents[2]
OWN = (ROOT / "docs/films.md").read_text().partition("## Your own")[2].partition("\n## ")[0]


def blocks() -> list[dict[str, Any]]:
    found = re.findall(r"```yaml\n(.*?)```", OWN, flags=re.S)
    return [dict(read_yaml(text, "docs/films.md").value) for text in found]


def test_its_briefs_are_briefs_and_bring_what_they_name() -> None:
    scenes, whole, _, _ = blocks()
    brief = Brief.model_validate({**whole, **scenes})
    assert [each.artifact for each in own_media(brief)] == ["logo", "intro", "outro", "image/01", "image/02"]
    assert (brief.music, brief.music_level_db) == ("bed.mp3", -14)


def test_its_deployment_is_one_and_says_the_usual_limits() -> None:
    _, _, hosts, limits = blocks()
    rest = (ROOT / "include/deployments/local.yaml").read_text()
    deployment = Deployment.model_validate({**read_yaml(rest, "local.yaml").value, **hosts, **limits})
    assert deployment.own_media == MediaLimits()
    assert deployment.picture_hosts == ("images.example.com", "*.shop.example")
    assert set(limits["own_media"]) == set(MediaLimits.model_fields)


def test_it_tells_of_each_thing_that_a_scene_may_say() -> None:
    for field in ("image", "clip", "fit", "voice", "speech", "seconds", "camera", "transition"):
        assert f"\n| `{field}` |" in OWN
