"""What a brief asks of one scene, as the text stage hands it on: apart for each stage that it concerns (I8).

An item reads what concerns it alone: another camera draws no other picture. A scene that asks for nothing has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from include.contract.brief import DraftScene
from include.contract.ports import JSON_TYPE
from include.contract.values import Camera, Closed, Fit, Speech, Transition


class ImageSetting(Closed):
    """Of the picture that somebody brings."""

    fit: Fit = Fit.COVER


class SpeechSetting(Closed):
    """Of how a scene is heard."""

    is_silent: bool = False
    seconds: float | None = None
    """How long its speech lasts, with what follows it in silence: at least, or exactly if it is silent."""


class ClipSetting(Closed):
    """Of how a scene is filmed; what is None is as the stage's parameters say."""

    camera: Camera | None = None
    transition: Transition | None = None
    """How what is before gives way to it."""


IMAGE_SETTING, SPEECH_SETTING, CLIP_SETTING = "image_setting", "speech_setting", "clip_setting"
"""Names of the numbered outputs."""
SETTINGS: dict[str, type[Closed]] = {
    IMAGE_SETTING: ImageSetting,
    SPEECH_SETTING: SpeechSetting,
    CLIP_SETTING: ClipSetting,
}


def setting_outputs(scenes: Iterable[DraftScene]) -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes and media type of each output, numbered as the scenes are."""
    for number, scene in enumerate(scenes, start=1):
        asked = {
            IMAGE_SETTING: ImageSetting(fit=scene.fit or Fit.COVER),
            SPEECH_SETTING: SpeechSetting(is_silent=scene.speech is Speech.NONE, seconds=scene.seconds),
            CLIP_SETTING: ClipSetting(camera=scene.camera, transition=scene.transition),
        }
        for name, setting in asked.items():
            if setting != type(setting)():
                yield f"{name}/{number:02d}", setting.model_dump_json().encode(), JSON_TYPE
