"""The frames of clips."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorTrc
from PIL import Image

from include.contract.params import ClipStillParams
from include.contract.values import Camera, Transition
from include.runtime.composition.clip_inputs import read_clip
from include.runtime.composition.film import pictures_of
from include.runtime.composition.planes import Planes
from include.runtime.composition.stills import Stills
from include.runtime.media.typesetting import Typesetter
from tests.include.runtime.composition.media import clip_inputs, fonts, story_inputs
from tests.include.runtime.own.films import clip, hdr_clip
from tests.include.runtime.own.test_moving import moving

GREYS = (70, 180)
"""Of the two scenes' pictures."""
PARAMS = ClipStillParams(short_side_px=240, fps=10, title_card_s=1.0, scene_pause_s=0.4, subtitles=False)
"""Scenes of a second each, after a title card of a second, at ten frames a second."""


def greys(folder: Path) -> dict[str, dict[str, Path]]:
    """The inputs of each clip of two plain scenes."""
    story = story_inputs(folder, duration_s=1.0)
    for number, grey in enumerate(GREYS, start=1):
        Image.new("RGB", (426, 240), (grey, grey, grey)).save(story[f"image/{number:02d}"])
    return clip_inputs(story)


def painted(inputs: dict[str, Path], params: ClipStillParams = PARAMS) -> list[Planes]:
    """Every frame of one clip."""
    clip = read_clip(inputs, params)
    pictures = pictures_of(clip, params, Typesetter(fonts(), "en", 700), Stills())
    found = []
    for index in range(pictures.frames):
        planes = Planes.empty(*params.aspect.frame_px(240))
        pictures.paint(index, planes)
        found.append(planes)
    clip.close()
    return found


def corners(inputs: dict[str, Path], params: ClipStillParams = PARAMS) -> list[float]:
    """How light each frame is where no title ever stands."""
    return [float(np.median(planes.y[:24, :24])) for planes in painted(inputs, params)]


def luma(grey: int) -> float:
    return 16 + grey * 219 / 255


def test_each_scene_shows_its_own_picture_and_the_card_a_darker_one(tmp_path: Path) -> None:
    clips = greys(tmp_path)
    for name, grey in zip(("01", "02"), GREYS, strict=True):
        found = corners(clips[name])
        assert len(found) == 10
        assert found == pytest.approx([luma(grey)] * 10, abs=3)
    assert corners(clips["title"])[2] < luma(GREYS[0]) - 10


def test_one_scene_fades_into_the_next_and_the_film_into_black(tmp_path: Path) -> None:
    clips = greys(tmp_path)
    between = corners(clips["01-02"])
    assert len(between) == 4
    assert between == sorted(between)
    assert luma(GREYS[0]) < between[0] < between[-1] < luma(GREYS[1])
    ending = corners(clips["end"])
    assert ending == sorted(ending, reverse=True)
    assert ending[-1] == pytest.approx(16, abs=3)


def test_the_title_gives_way_to_the_first_picture_within_its_own_length(tmp_path: Path) -> None:
    found = corners(greys(tmp_path)["title"])
    assert len(found) == 10
    assert found[6] < found[8] < found[9] < luma(GREYS[0])


def test_a_transition_may_go_through_black(tmp_path: Path) -> None:
    params = PARAMS.model_copy(update={"transition": Transition.FADE_BLACK, "transition_s": 0.9, "scene_pause_s": 0.9})
    found = corners(greys(tmp_path)["01-02"], params)
    assert found[4] == pytest.approx(16, abs=1)
    assert found[:5] == sorted(found[:5], reverse=True)
    assert found[4:] == sorted(found[4:])


def test_a_picture_may_push_the_one_before_out_to_the_left(tmp_path: Path) -> None:
    frames = painted(greys(tmp_path)["01-02"], PARAMS.model_copy(update={"transition": Transition.SLIDE}))
    middle = luma(sum(GREYS) / 2)
    shares = [float((one.y > middle).mean()) for one in frames]
    assert shares == [float((one.y[0] > middle).mean()) for one in frames] == sorted(shares)
    assert 0 < shares[0] < 0.5 < shares[-1] < 1
    assert [bool(one.y[0, 0] > middle) for one in frames] == [False] * 4
    assert [bool(one.y[0, -1] > middle) for one in frames] == [True] * 4


def test_a_scene_may_say_how_what_is_before_gives_way_to_it(tmp_path: Path) -> None:
    between = greys(tmp_path)["01-02"]
    asked = tmp_path / "asked.json"
    asked.write_text('{"transition": "cut"}')
    assert corners(between | {"clip_setting": asked}) == pytest.approx([luma(GREYS[0])] * 4, abs=3)
    asked.write_text('{"transition": "fade_black"}')
    assert min(corners(between | {"clip_setting": asked})) < luma(GREYS[0]) - 20
    assert corners(between | {"clip_setting_before": asked}) == corners(between)
    title = greys(tmp_path)["title"]
    asked.write_text('{"transition": "cut"}')
    assert corners(title | {"clip_setting": asked})[-1] < corners(title)[-1] - 20


def test_a_scene_may_say_how_the_camera_moves_over_it(tmp_path: Path) -> None:
    asked = tmp_path / "asked.json"
    asked.write_text('{"camera": "none"}')
    clips = clip_inputs(story_inputs(tmp_path, duration_s=1.0))
    still = painted(clips["02"] | {"clip_setting": asked})
    assert all((planes.y == still[0].y).all() for planes in still)
    moved = painted(clips["02"])
    assert not (moved[0].y == moved[-1].y).all()


def test_a_closing_card_is_a_dark_picture_with_its_words(tmp_path: Path) -> None:
    params = PARAMS.model_copy(update={"closing_text": "THE END", "closing_card_s": 2.0})
    frames = painted(greys(tmp_path)["end"], params)
    assert len(frames) == 4 + 20
    shown = frames[15]
    assert np.median(shown.y[:24, :24]) < luma(GREYS[1]) - 20
    assert shown.y[80:160].max() > luma(GREYS[1])
    assert frames[-1].y.max() == pytest.approx(16, abs=1)


def test_a_closing_card_after_a_cut_is_all_there_is(tmp_path: Path) -> None:
    params = PARAMS.model_copy(update={"transition": Transition.CUT, "closing_text": "THE END", "closing_card_s": 2.0})
    assert len(painted(greys(tmp_path)["end"], params)) == 20


def test_a_scenes_camera_goes_on_evenly_over_the_joins(tmp_path: Path) -> None:
    """Where a bright spot is: body and transitions are one move."""
    story = story_inputs(tmp_path, texts=[["A."]] * 3, duration_s=1.0)
    for number in ("01", "02", "03"):
        Image.new("RGB", (426, 240), "black").save(story[f"image/{number}"])
    spot = np.zeros((240, 426, 3), np.float32)
    cv2.circle(spot, (110, 70), 24, (255, 255, 255), -1)
    Image.fromarray(cv2.GaussianBlur(spot, (0, 0), 6).astype(np.uint8)).save(story["image/02"])
    clips = clip_inputs(story)
    params = PARAMS.model_copy(update={"camera": Camera.LIVELY, "fps": 30})
    seen = [planes for name in ("01-02", "02", "02-03") for planes in painted(clips[name], params)]
    # The first and the last frames show too little of it to tell where it is.
    places = [centre(planes) for planes in seen][6:-6]
    steps = [after - before for before, after in itertools.pairwise(places)]
    turns = [abs(after - before) for before, after in itertools.pairwise(steps)]
    assert len(seen) == 12 + 30 + 12
    assert min(map(abs, steps)) > 0.05
    assert max(turns) < 0.03


def centre(planes: Planes) -> complex:
    """The middle of what is light, in pixels."""
    weights = planes.y.astype(float) - 16
    rows, columns = np.indices(weights.shape)
    return complex((columns * weights).sum(), (rows * weights).sum()) / weights.sum()


def test_a_cue_that_is_held_into_the_pause_is_drawn_by_the_transition_and_ends_with_it(tmp_path: Path) -> None:
    params = PARAMS.model_copy(update={"subtitles": True})
    clips = clip_inputs(story_inputs(tmp_path, duration_s=1.0))
    written, bare = (painted(clips["01-02"], one) for one in (params, PARAMS))
    changed = [int(np.abs(one.y.astype(int) - other.y).max()) for one, other in zip(written, bare, strict=True)]
    assert min(changed) > 100
    following = (painted(clips["02"], one)[0] for one in (params, PARAMS))
    first, without = following
    assert int(np.abs(first.y.astype(int) - without.y)[200:].max()) > 100, "the next scene's own cue"


def test_a_clip_that_the_brief_brings_goes_on_over_the_joins_and_ends_with_its_slot(tmp_path: Path) -> None:
    """Where a white bar is, which moves evenly: in the transition to it, its body, and the one away from it."""
    story = story_inputs(tmp_path, texts=[["A."]] * 3, duration_s=1.0)
    for number in ("01", "02", "03"):
        Image.new("RGB", (426, 240), "black").save(story[f"image/{number}"])
    own = clip(tmp_path / "own.mp4", frames=40, rate=10, size=(426, 240))
    clips = clip_inputs(story)
    places = [
        bar(planes)
        for name, more in (("01-02", {"own": own}), ("02", {"own": own}), ("02-03", {"own_before": own}))
        for planes in painted(clips[name] | more)
    ]
    assert len(places) == 4 + 10 + 4
    # In the transitions the bar is as light as it is mixed, and may not be told from what is beside it.
    found = [(at, place) for at, place in enumerate(places) if place is not None]
    assert len(found) >= 13
    assert [place for _, place in found] == pytest.approx([3.5 + at * 418 / 39 for at, _ in found], abs=3)


def bar(planes: Planes) -> float | None:
    """The middle of what is lightest in the lower half, if it is light."""
    row = planes.y[180].astype(float)
    return float(np.flatnonzero(row > row.max() - 12).mean()) if row.max() > 80 else None


def gif(folder: Path, shown_ms: int = 300, **settings: object) -> Path:
    path = folder / f"{shown_ms}{settings}.gif"
    path.write_bytes(moving("GIF", shown_ms=shown_ms, **settings))
    return path


def test_a_clip_after_a_cut_begins_with_its_first_frame_and_says_what_is_not_shown(tmp_path: Path) -> None:
    story = story_inputs(tmp_path, duration_s=1.0)
    own = clip(tmp_path / "own.mp4", frames=40, rate=10, size=(426, 240))
    asked = tmp_path / "asked.json"
    asked.write_text('{"transition": "cut"}')
    inputs = clip_inputs(story)["02"]
    assert bar(painted(inputs | {"own": own, "clip_setting": asked})[0]) == pytest.approx(3.5, abs=2)
    bright = hdr_clip(tmp_path / "bright.mp4", np.full((72, 128, 3), 0.4), ColorTrc.SMPTE2084, "libx264", frames=20)
    wide = "the clip is in high dynamic range (PQ); it is shown in standard range (BT.709)"
    for brought, said in (
        (clip(tmp_path / "long.mp4", frames=40), ["the clip lasts 4.0 s; its first 1.8 s are shown"]),
        (clip(tmp_path / "short.mp4", frames=5), ["the clip ends after 0.5 s; its last picture is held for 1.3 s"]),
        (gif(tmp_path, loop=0), []),
        (gif(tmp_path), ["the clip ends after 0.9 s; its last picture is held for 0.9 s"]),
        (gif(tmp_path, shown_ms=1000), ["the clip lasts 3.0 s; its first 1.8 s are shown"]),
        (bright, [wide, "the clip lasts 2.0 s; its first 1.8 s are shown"]),
    ):
        read = read_clip(inputs | {"own": brought}, PARAMS)
        pictures = pictures_of(read, PARAMS, Typesetter(fonts(), "en", 700), Stills())
        for index in range(pictures.frames):
            pictures.paint(index, Planes.empty(426, 240))
        assert read.scene is not None
        # The end of its slot is in the transition after it: a body tells what it knows.
        assert list(read.scene.told) == said
        read.close()
