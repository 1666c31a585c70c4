from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput
from include.contract.params import ClipStillParams
from include.contract.ports import Place
from include.contract.values import SubtitleStyle
from include.runtime.composition.clip_inputs import read_clip
from include.runtime.composition.stills import Stills
from include.runtime.labels.marks import save_marked
from tests.include.runtime.composition.media import SMALL_CLIPS, clip_inputs, story_inputs


def test_what_a_clip_reads_says_where_it_stands(tmp_path: Path) -> None:
    read = {name: read_clip(inputs, SMALL_CLIPS) for name, inputs in clip_inputs(story_inputs(tmp_path)).items()}
    assert {name: clip.place for name, clip in read.items()} == {
        "title": Place.OPENING,
        "01": Place.PART,
        "01-02": Place.BETWEEN,
        "02": Place.PART,
        "end": Place.ENDING,
    }
    assert read["title"].title == "Why honey never spoils"
    assert [len(read[name].cues) for name in ("title", "01", "01-02", "end")] == [0, 1, 0, 0]


def test_every_clip_that_shows_a_picture_moves_over_it_alike(tmp_path: Path) -> None:
    clips = clip_inputs(story_inputs(tmp_path))
    body, after = (read_clip(clips[name], SMALL_CLIPS) for name in ("02", "01-02"))
    assert body.scene is not None
    assert after.scene is not None
    assert after.before is not None
    still = Stills().sharp(body.scene)
    assert body.scene.move(still) == after.scene.move(still) != after.before.move(still)


@pytest.mark.parametrize(("style", "is_heard"), [("lines", False), ("highlight", False), ("word", True)])
def test_in_a_scene_that_is_shown_in_silence_no_word_is_lit(tmp_path: Path, style: str, is_heard: bool) -> None:
    inputs = clip_inputs(story_inputs(tmp_path))["01"]
    params = SMALL_CLIPS.model_copy(update={"subtitle_style": SubtitleStyle(style)})
    spoken = read_clip(inputs, params).cues
    inputs["timing"].write_text(json.dumps(json.loads(inputs["timing"].read_text()) | {"is_silent": True}))
    silent = read_clip(inputs, params).cues
    assert [(cue.start_s, cue.end_s, cue.lines) for cue in silent] == [
        (cue.start_s, cue.end_s, cue.lines) for cue in spoken
    ]
    assert all(word.end_s > word.start_s for cue in spoken for word in cue.words)
    assert any(word.end_s > word.start_s for cue in silent for word in cue.words) is is_heard


@pytest.mark.parametrize("name", ["digital_source", "image", "timing"])
def test_a_clip_says_what_made_what_it_shows(tmp_path: Path, name: str) -> None:
    inputs = dict(clip_inputs(story_inputs(tmp_path))["title"])
    assert read_clip(inputs, SMALL_CLIPS).source is DigitalSource.ALGORITHMIC
    if name == "digital_source":
        inputs[name].write_text(DigitalSource.TRAINED)
    elif name == "timing":
        told = json.loads(inputs[name].read_text()) | {"digital_source": DigitalSource.TRAINED}
        inputs[name].write_text(json.dumps(told))
    else:
        with Image.open(inputs[name]) as drawn:
            save_marked(drawn.copy(), inputs[name], "PNG", DigitalSource.TRAINED)
    assert read_clip(inputs, SMALL_CLIPS).source is DigitalSource.TRAINED


@pytest.mark.parametrize(
    ("clip", "name", "content"),
    [
        ("title", "title", b"\xff\xfe not UTF-8"),
        ("title", "title", b" \n"),
        ("title", "digital_source", b"someone"),
        ("01", "image", b"no picture"),
        ("01", "timing", b"{"),
        ("01", "timing", b'{"duration_s": -1, "segments": []}'),
        ("01", "timing", b'{"duration_s": Infinity, "segments": []}'),
        ("01-02", "image_before", b"no picture"),
        ("end", "timing_before", b"{}"),
    ],
)
def test_a_broken_input_is_named(tmp_path: Path, clip: str, name: str, content: bytes) -> None:
    inputs = clip_inputs(story_inputs(tmp_path))[clip]
    inputs[name].write_bytes(content)
    with pytest.raises(CorruptInput, match=name):
        read_clip(inputs, ClipStillParams())


@pytest.mark.parametrize(("clip", "name"), [("01", "timing"), ("01-02", "image_before")])
def test_a_missing_input_is_named(tmp_path: Path, clip: str, name: str) -> None:
    inputs = dict(clip_inputs(story_inputs(tmp_path))[clip])
    del inputs[name]
    with pytest.raises(CorruptInput, match=name):
        read_clip(inputs, ClipStillParams())
