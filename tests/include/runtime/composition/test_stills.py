from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from include.contract.errors import CorruptInput
from include.runtime.composition.clip_inputs import ClipScene, read_clip
from include.runtime.composition.stills import KEPT, Stills
from tests.include.runtime.composition.media import SMALL_CLIPS, clip_inputs, picture, story_inputs


def scene_of(folder: Path, seed: int = 0) -> ClipScene:
    inputs = clip_inputs(story_inputs(folder))["01"]
    picture(inputs["image"], (426, 240), seed)
    scene = read_clip(inputs, SMALL_CLIPS).scene
    assert scene is not None
    return scene


def test_clips_that_show_one_picture_share_its_still(tmp_path: Path) -> None:
    stills, scenes = Stills(), [scene_of(tmp_path / str(number)) for number in range(2)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(stills.sharp, scenes * 8))
    assert all(one is found[0] for one in found)
    assert stills.blurred(scenes[0]) is stills.blurred(scenes[1]) is not found[0]


def test_a_still_is_made_again_when_others_were_used_since(tmp_path: Path) -> None:
    stills, scenes = Stills(), [scene_of(tmp_path / str(seed), seed) for seed in range(KEPT + 1)]
    first, *others = [stills.sharp(scene) for scene in scenes]
    assert stills.sharp(scenes[-1]) is others[-1]
    again = stills.sharp(scenes[0])
    assert again is not first
    assert (again.planes.y == first.planes.y).all()


def test_a_picture_that_cannot_be_decoded_fails_each_clip_by_its_own_name(tmp_path: Path) -> None:
    scene, stills = scene_of(tmp_path), Stills()
    path = tmp_path / "01.png"
    path.write_bytes(path.read_bytes()[:200])
    for _ in range(2):
        with pytest.raises(CorruptInput, match="input image:"):
            stills.sharp(scene)
