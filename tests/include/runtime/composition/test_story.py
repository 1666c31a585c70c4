from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput
from include.contract.ports import BROUGHT, Place
from include.runtime.composition.story import read_story
from tests.include.runtime.composition.media import story_inputs

PLACES = (Place.OPENING, Place.PART, Place.BETWEEN, Place.PART, Place.ENDING)


def told(folder: Path, places: Sequence[Place] = PLACES, more: Mapping[str, object] | None = None) -> dict[str, Path]:
    """A film's inputs, whose clips are only named; `more` facts of an intro and an outro."""
    inputs = {
        name: path
        for name, path in story_inputs(folder).items()
        if name.partition("/")[0] in ("digital_source", "speech", "timing")
    }
    for number, place in enumerate(places, 1):
        facts = {"place": place, "width": 426, "height": 240, "fps": 30, "frames": 20}
        facts |= (more or {}) if place in BROUGHT else {}
        content = {
            "clip": b"a clip",
            "facts": json.dumps(facts | {"digital_source": DigitalSource.ALGORITHMIC}).encode(),
        }
        if place is Place.OPENING:
            content |= {"poster": b"a poster", "clip_trained": b"another clip", "poster_trained": b"another poster"}
        for name, body in content.items():
            inputs[f"{name}/{number:02d}"] = folder / f"{name}-{number}"
            inputs[f"{name}/{number:02d}"].write_bytes(body)
    return inputs


def test_clips_and_scenes_come_in_the_requests_order(tmp_path: Path) -> None:
    story = read_story(told(tmp_path))
    assert [scene.number for scene in story.scenes] == ["01", "02"]
    assert [scene.speech_s for scene in story.scenes] == [1.2, 1.2]
    assert [clip.facts.place for clip in story.clips] == list(PLACES)
    assert (story.poster.read_bytes(), story.music) == (b"a poster", None)
    assert story.source is DigitalSource.ALGORITHMIC


def test_after_an_intro_the_poster_is_still_the_titles(tmp_path: Path) -> None:
    places = (Place.INTRO, *PLACES, Place.OUTRO)
    story = read_story(told(tmp_path, places, {"has_sound": True}))
    assert [clip.facts.place for clip in story.clips] == list(places)
    assert story.poster.name == "poster-2"
    assert [clip.facts.place for clip in story.heard] == [*BROUGHT]
    assert not read_story(told(tmp_path / "silent", places)).heard


def test_subtitles_are_read_when_they_are_written_and_not_kept(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    cue = {"start_s": 0.1, "end_s": 0.9, "lines": ["Honey keeps."]}
    inputs["facts/02"].write_text(json.dumps(json.loads(inputs["facts/02"].read_text()) | {"cues": [cue]}))
    story = read_story(inputs)
    assert not any(clip.facts.cues for clip in story.clips)
    assert [[cue.lines for cue in facts.cues] for facts in story.whole_facts()] == [[], [("Honey keeps.",)], [], [], []]


@pytest.mark.parametrize("name", ["digital_source", "facts/04", "timing/02"])
def test_a_trained_model_behind_any_part_is_told_by_the_title_card(tmp_path: Path, name: str) -> None:
    inputs = told(tmp_path)
    source = DigitalSource.TRAINED
    if name == "digital_source":
        inputs[name].write_text(source)
    else:
        inputs[name].write_text(json.dumps(json.loads(inputs[name].read_text()) | {"digital_source": source}))
    story = read_story(inputs)
    assert story.source is source
    assert [story.clips[0].path.read_bytes(), story.poster.read_bytes()] == [b"another clip", b"another poster"]
    assert {clip.path.read_bytes() for clip in story.clips[1:]} == {b"a clip"}


def test_a_title_card_that_knew_it_already_has_no_other(tmp_path: Path) -> None:
    inputs = {name: path for name, path in told(tmp_path).items() if "trained" not in name}
    facts = json.loads(inputs["facts/01"].read_text()) | {"digital_source": DigitalSource.TRAINED}
    inputs["facts/01"].write_text(json.dumps(facts))
    assert read_story(inputs).clips[0].path.read_bytes() == b"a clip"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("facts/03", b"{}"),
        ("facts/03", b"\xff"),
        ("speech/02", b"RIFF\x00\x00"),
        ("speech/02", b"ID3 an mp3 maybe"),
        ("timing/01", b"{"),
        ("timing/01", b'{"duration_s": 1, "segments": [{"text": "a", "start_s": NaN, "end_s": NaN}]}'),
        ("timing/01", b'{"duration_s": 1, "segments": [{"text": "\\ud800", "start_s": 0, "end_s": 1}]}'),
        ("timing/01", b"[" * 100_000),
        ("timing/01", json.dumps({"duration_s": 1, "segments": [{"text": "a", "start_s": 0}]}).encode()),
        ("timing/01", json.dumps({"duration_s": 9, "segments": [{"text": "a", "start_s": 0, "end_s": 9}]}).encode()),
        ("timing/01", json.dumps({"duration_s": 1, "segments": [{"text": "a", "start_s": 1, "end_s": 0}]}).encode()),
        ("timing/01", json.dumps({"duration_s": 3.0, "segments": []}).encode()),
        ("timing/01", json.dumps({"duration_s": 0.5, "segments": []}).encode()),
    ],
)
def test_a_broken_input_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    inputs = told(tmp_path)
    inputs[name].write_bytes(content)
    with pytest.raises(CorruptInput, match=name):
        read_story(inputs)


@pytest.mark.parametrize("name", ["digital_source", "facts/02", "poster/01", "timing/01"])
def test_a_missing_input_is_named(tmp_path: Path, name: str) -> None:
    inputs = told(tmp_path)
    del inputs[name]
    with pytest.raises(CorruptInput, match=name):
        read_story(inputs)


def test_every_scene_has_a_clip_and_a_speech(tmp_path: Path) -> None:
    inputs = told(tmp_path)
    with pytest.raises(CorruptInput, match="2 scenes with a clip and 1 with speech"):
        read_story(without(inputs, "speech/02", "timing/02"))
    with pytest.raises(CorruptInput, match="1 scenes with a clip and 2 with speech"):
        read_story(without(inputs, "clip/04", "facts/04"))


def without(inputs: Mapping[str, Path], *names: str) -> dict[str, Path]:
    return {name: path for name, path in inputs.items() if name not in names}
