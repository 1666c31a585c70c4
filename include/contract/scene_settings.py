"""What a brief asks of one scene, as the text stage hands it on: apart for each stage that it concerns (I8).

An item reads what concerns it alone: another camera draws no other picture. A scene that asks for nothing has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from include.contract.brief import DraftScene
from include.contract.canonical import canonical_bytes, canonical_tree
from include.contract.ports import JSON_TYPE
from include.contract.values import Camera, Closed, Fit, Transition


class ImageSetting(Closed):
    """Of the picture that somebody brings."""

    fit: Fit = Fit.COVER


class ClipSetting(Closed):
    """Of how a scene is filmed; what is None is as the stage's parameters say."""

    camera: Camera | None = None
    transition: Transition | None = None
    """How what is before gives way to it."""


IMAGE_SETTING, CLIP_SETTING = "image_setting", "clip_setting"
"""Names of the numbered outputs."""


def setting_outputs(scenes: Iterable[DraftScene]) -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes and media type of each output, numbered as the scenes are."""
    for number, scene in enumerate(scenes, start=1):
        asked = {
            IMAGE_SETTING: ImageSetting(fit=scene.fit or Fit.COVER),
            CLIP_SETTING: ClipSetting(camera=scene.camera, transition=scene.transition),
        }
        for name, setting in asked.items():
            if setting != type(setting)():
                yield f"{name}/{number:02d}", canonical_bytes(canonical_tree(setting)), JSON_TYPE
