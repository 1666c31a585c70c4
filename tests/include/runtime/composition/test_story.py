from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.contract.errors import CorruptInput
from include.runtime.composition.story import read_story
from tests.include.runtime.composition.media import story_inputs


def test_scenes_come_in_the_requests_order(tmp_path: Path) -> None:
    story = read_story(story_inputs(tmp_path))
    assert [scene.number for scene in story.scenes] == ["01", "02"]
    assert [scene.speech_s for scene in story.scenes] == [1.2, 1.2]
    assert story.title == "Why honey never spoils"
    assert story.music is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("title", b"\xff\xfe not UTF-8"),
        ("speech/02", b"RIFF\x00\x00"),
        ("speech/02", b"ID3 an mp3 maybe"),
        ("timing/01", b"{"),
        ("timing/01", b'{"duration_s": 1, "segments": [{"text": "a", "start_s": NaN, "end_s": NaN}]}'),
        ("timing/01", b'{"duration_s": 1, "segments": [{"text": "\\ud800", "start_s": 0, "end_s": 1}]}'),
        ("timing/01", b"[" * 100_000),
        ("timing/01", json.dumps({"duration_s": 1, "segments": [{"text": "a", "start_s": 0}]}).encode()),
        ("timing/01", json.dumps({"duration_s": 9, "segments": [{"text": "a", "start_s": 0, "end_s": 9}]}).encode()),
        ("timing/01", json.dumps({"duration_s": 1, "segments": [{"text": "a", "start_s": 1, "end_s": 0}]}).encode()),
    ],
)
def test_a_broken_input_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    inputs = story_inputs(tmp_path)
    inputs[name].write_bytes(content)
    with pytest.raises(CorruptInput, match=name):
        read_story(inputs)


@pytest.mark.parametrize("name", ["title", "speech/02", "timing/01"])
def test_a_missing_input_is_named(tmp_path: Path, name: str) -> None:
    inputs = dict(story_inputs(tmp_path))
    del inputs[name]
    with pytest.raises(CorruptInput, match=name):
        read_story(inputs)
