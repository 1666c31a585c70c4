from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from include.contract.dialogue import Speaker
from include.contract.digital_source import DigitalSource
from include.contract.labels import Labelling
from include.contract.registry import recipes
from include.contract.voices import resolve_voice
from include.runtime.labels.label import label_of
from include.runtime.labels.words import SENTENCES
from include.runtime.media.speech import speech_duration_s
from include.runtime.models.files import located, registry
from include.runtime.podcast.announcement import Announcer
from include.runtime.podcast.episode import read_episode
from include.runtime.podcast.schedule import lay_out
from include.runtime.podcast.transcript import cues_of, html_of, vtt_of
from tests.include.runtime.podcast.parts import inputs_of


@pytest.fixture(scope="module")
def announcer() -> Iterator[Announcer]:
    models = registry()
    made = Announcer(located(models.identity(recipes()["audio.podcast"].model), models).files)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("language", "voice"), [("de", "auto"), ("ar", "auto"), ("th", "auto"), ("am", "espeak-female")]
)
def test_the_first_speaker_says_the_label_and_takes_over_the_first_chapter(
    announcer: Announcer, tmp_path: Path, language: str, voice: str
) -> None:
    episode = read_episode(inputs_of(tmp_path / "in"))
    label = label_of(DigitalSource.ALGORITHMIC, language, Labelling.SHOWN)
    said, first, *rest = announcer.announced(episode, label, resolve_voice(voice, language), tmp_path).lines
    assert (said.line.speaker, said.line.text, said.line.chapter) == (Speaker.FIRST, label.sentence, "Welcome")
    assert " ".join(segment.text for segment in said.segments) == label.sentence
    assert said.source is DigitalSource.ALGORITHMIC
    assert said.language == ("en" if language == "am" else None)
    assert said.speech_s == pytest.approx(speech_duration_s(said.speech, "label"), abs=0.01)
    assert (first.line.text, first.line.chapter, tuple(rest)) == ("Hello, and welcome!", None, episode.lines[1:])


def test_a_label_in_english_where_there_are_no_words_is_told_as_english(announcer: Announcer, tmp_path: Path) -> None:
    episode = read_episode(inputs_of(tmp_path / "in"))
    label = label_of(DigitalSource.ALGORITHMIC, "sd", Labelling.SHOWN)
    announced = announcer.announced(episode, label, resolve_voice("auto", "sd"), tmp_path)
    assert announced.lines[0].language == "en"
    schedule = lay_out(announced, False, 0.4, 1.4)
    vtt, html = vtt_of(cues_of(announced, schedule), "sd"), html_of(announced, schedule, "sd", label)
    assert f"<lang en>{label.sentence}</lang></v>" in vtt
    assert vtt.count("<lang") == 1
    assert f'<p lang="en" dir="ltr">{label.sentence}</p>' in html
    assert html.count('lang="en"') == 2


@pytest.mark.long
@pytest.mark.parametrize("language", sorted(set(SENTENCES) - {"en"}))
def test_every_label_is_spoken_whole(announcer: Announcer, language: str) -> None:
    for sentence in (SENTENCES[language].trained, SENTENCES[language].algorithmic):
        narration = announcer.narrator.narrate(sentence, resolve_voice("espeak-male", language), language, 0, 0.0)
        assert narration.warnings == ()
        assert " ".join(segment.text for segment in narration.segments) == sentence
        assert narration.spoken_text
