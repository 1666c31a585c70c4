"""The inputs of an episode."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput
from include.runtime.podcast.episode import read_episode
from tests.include.runtime.podcast.parts import LINES, dialogue, inputs_of, without


def test_each_line_has_its_own_speech(tmp_path: Path) -> None:
    episode = read_episode(inputs_of(tmp_path, seconds=1.5))
    assert [one.line.text for one in episode.lines] == [text for _, text, _ in LINES]
    assert [one.number for one in episode.lines] == ["01", "02", "03", "04"]
    assert [one.speech.name for one in episode.lines] == [f"speech-{number:02d}.wav" for number in range(1, 5)]
    assert {one.speech_s for one in episode.lines} == {1.5}
    assert [one.segments[0].text for one in episode.lines] == [text for _, text, _ in LINES]
    assert episode.music is None


def test_music_is_taken_where_it_is_brought(tmp_path: Path) -> None:
    assert read_episode({**inputs_of(tmp_path), "music": tmp_path / "bed.wav"}).music == tmp_path / "bed.wav"


def test_one_line_that_a_trained_model_spoke_makes_the_whole_its_work(tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path)
    assert read_episode(inputs).source is DigitalSource.ALGORITHMIC
    timing = json.loads(inputs["timing/02"].read_text()) | {"digital_source": DigitalSource.TRAINED.value}
    inputs["timing/02"].write_text(json.dumps(timing))
    episode = read_episode(inputs)
    assert episode.source is DigitalSource.TRAINED
    assert episode.text_source is DigitalSource.ALGORITHMIC
    assert episode.lines[0].source is None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("script", "input script is missing"),
        ("image/01", "input image/01 is missing"),
        ("timing/03", "input timing/03 is missing"),
        ("speech/02", "has 4 lines and 3 pieces of speech"),
        ("digital_source", "input digital_source"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(CorruptInput, match=told):
        read_episode(without(inputs_of(tmp_path), name))


def test_a_script_that_is_no_conversation_is_named(tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path)
    inputs["script"].write_text(dialogue().model_dump_json()[:40])
    with pytest.raises(CorruptInput, match="input script, a conversation,"):
        read_episode(inputs)
