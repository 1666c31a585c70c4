"""What a brief asks of a scene goes to the stages that it concerns, and to no others."""

from __future__ import annotations

import json

from include.contract.brief import DraftScene
from include.contract.scene_settings import setting_outputs
from include.contract.values import Camera, Fit, Speech, Transition


def test_a_scene_that_asks_for_nothing_has_no_settings() -> None:
    assert list(setting_outputs([DraftScene(narration="A bee."), DraftScene(image="bee.jpg", fit=Fit.COVER)])) == []


def test_each_setting_stands_apart_under_the_number_of_its_scene() -> None:
    scenes = [
        DraftScene(narration="A bee.", camera=Camera.NONE, seconds=4, speech=Speech.NONE),
        DraftScene(narration="A hive.", image="hive.jpg", fit=Fit.BLUR, transition=Transition.CUT),
    ]
    told = {name: json.loads(body) for name, body, _ in setting_outputs(scenes)}
    assert told == {
        "speech_setting/01": {"is_silent": True, "seconds": 4.0},
        "clip_setting/01": {"camera": "none", "transition": None},
        "image_setting/02": {"fit": "blur"},
        "clip_setting/02": {"camera": None, "transition": "cut"},
    }
