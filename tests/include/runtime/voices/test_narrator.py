from __future__ import annotations

import numpy as np
import pytest

from include.contract.voices import resolve_voice
from include.runtime.voices.audio import RATE_HZ, frame_levels_db, loudness_lufs, seconds, speech_span
from include.runtime.voices.english import EnglishVoice
from include.runtime.voices.espeak import EspeakVoice
from include.runtime.voices.narrator import (
    LEAD_S,
    LOUDNESS_LUFS,
    PARAGRAPH_PAUSE_S,
    SENTENCE_PAUSE_S,
    TAIL_S,
    Narration,
    Narrator,
)
from include.runtime.voices.word_times import TimedBy


@pytest.fixture
def narrator(english: EnglishVoice, espeak: EspeakVoice) -> Narrator:
    return Narrator(english, espeak)


def narrated(narrator: Narrator, text: str, language: str = "en", voice: str = "auto") -> Narration:
    return narrator.narrate(text, resolve_voice(voice, language), language, seed=7, silent_s=0.5)


def shown(narration: Narration) -> str:
    return "".join("".join(segment.text.split()) for segment in narration.segments)


@pytest.mark.parametrize(
    ("language", "voice", "text"),
    [
        ("en", "heart", "Bees matter. They fly far, and they come home."),
        ("en-GB", "espeak-female", "Bees matter. They fly far, and they come home."),
        ("de", "auto", "Bienen zählen. Sie fliegen weit, und sie kommen heim."),
        ("zh-Hans", "auto", "蜜蜂很重要。它们飞得很远，然后回家！"),
        ("ja", "auto", "蜂は大切です。遠くまで飛びます。"),
        ("ar", "auto", "النحل مهم. يطير بعيدا ثم يعود."),
    ],
)
def test_segments_follow_one_another_and_hold_the_text_as_written(
    narrator: Narrator, language: str, voice: str, text: str
) -> None:
    narration = narrated(narrator, text, language, voice)
    assert shown(narration) == "".join(text.split())
    assert narration.segments[0].start_s == LEAD_S
    assert narration.segments[-1].end_s == pytest.approx(seconds(narration.samples) - TAIL_S, abs=0.002)
    assert "".join(word.text for word in narration.words) == "".join(text.split())
    bounds = [at_s for word in narration.words for at_s in (word.start_s, word.end_s)]
    assert bounds == sorted(bounds)
    pairs = list(zip(narration.segments, narration.segments[1:], strict=False))
    assert all(a.start_s < a.end_s for a in narration.segments)
    assert all(b.start_s - a.end_s == pytest.approx(SENTENCE_PAUSE_S, abs=0.002) for a, b in pairs)


def test_between_segments_it_is_silent_and_within_them_it_is_not(narrator: Narrator) -> None:
    narration = narrated(narrator, "Bees matter.\n\nThey come home.")
    first, second = narration.segments
    assert second.start_s - first.end_s == pytest.approx(PARAGRAPH_PAUSE_S, abs=0.002)
    levels = frame_levels_db(narration.samples)
    assert levels[round(first.end_s * 100) + 1 : round(second.start_s * 100) - 1].max() < -90
    assert levels[round(second.start_s * 100) : round(second.end_s * 100)].max() > -30


def test_every_voice_is_as_loud_and_margins_are_short(narrator: Narrator) -> None:
    text = "The quick brown fox jumps over the lazy dog. She sells sea shells by the shore."
    for voice in ("heart", "espeak-male", "espeak-female"):
        samples = narrated(narrator, text, "en", voice).samples
        assert loudness_lufs(samples) == pytest.approx(LOUDNESS_LUFS, abs=1.0)
        assert abs(samples).max() < 1.0
        begin, end = speech_span(samples)
        assert begin / RATE_HZ <= LEAD_S + 0.02
        assert (len(samples) - end) / RATE_HZ <= TAIL_S + 0.02


def test_words_in_another_script_are_spoken_by_their_own_voice(narrator: Narrator) -> None:
    without = narrated(narrator, "They say in Moscow.")
    mixed = narrated(narrator, "They say Привет, мир in Moscow.")
    assert seconds(mixed.samples) > seconds(without.samples) + 0.6
    assert mixed.warnings == ()
    assert shown(mixed) == "TheysayПривет,мирinMoscow."


def test_a_script_that_no_voice_reads_is_named(narrator: Narrator) -> None:
    narration = narrated(narrator, "The runes ᚠᚢᚦ are old.")
    assert narration.warnings == ("no voice reads this script: ᚠᚢᚦ",)
    assert shown(narration) == "Therunesᚠᚢᚦareold."


def test_what_is_not_heard_is_shown_with_its_neighbour(narrator: Narrator) -> None:
    narration = narrated(narrator, "🐝\nBees matter.\n🎉 🎉\nThey do.")
    assert [segment.text for segment in narration.segments] == ["🐝 Bees matter. 🎉 🎉", "They do."]


def test_a_stage_direction_is_shown_with_what_is_said_beside_it(narrator: Narrator) -> None:
    narration = narrated(narrator, "[laughs]\nBees matter. [applause]")
    assert shown(narration) == "[laughs]Beesmatter.[applause]"
    assert narration.spoken_text == "Bees matter."
    assert narration.warnings == (
        "stage directions are not spoken: [laughs]",
        "stage directions are not spoken: [applause]",
    )


def test_without_a_word_all_is_shown_in_silence(narrator: Narrator) -> None:
    narration = narrated(narrator, "🐝 … !\n👍")
    assert [segment.text for segment in narration.segments] == ["🐝 … ! 👍"]
    assert not narration.samples.any()
    assert narration.spoken_text == ""
    assert narration.warnings[0] == "emoji are not spoken: 🐝"


def test_a_sentence_sounds_the_same_whatever_stands_after_it(narrator: Narrator) -> None:
    alone = narrated(narrator, "Bees matter.").samples
    followed = narrated(narrator, "Bees matter. They do.").samples
    length = len(alone) - round(TAIL_S * RATE_HZ)
    a, b = alone[:length], followed[:length]
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Hl. Geist kam zur Fa. Maier."),
        ("ru", "А. С. Пушкин жил на ул. Ленина."),
        ("pl", "To jest ul. Nowa."),
    ],
)
def test_nobody_pauses_within_a_sentence_at_the_dot_of_an_abbreviation(
    narrator: Narrator, language: str, text: str
) -> None:
    samples = narrated(narrator, text, language).samples
    sound = np.abs(samples[: len(samples) // 240 * 240].reshape(-1, 240)).max(axis=1) > 0.004
    heard = np.flatnonzero(sound)
    assert np.diff(heard).max() * 0.01 < 0.18


@pytest.mark.parametrize(
    ("language", "text", "written"),
    [
        ("en", "At −5 °C, 25 bees left.", ["At", "−5", "°C,", "25", "bees", "left."]),
        ("de", "Am 3. März kosten 25 Bienen 12,50 €.", ["Am", "3.", "März", "kosten", "25", "Bienen", "12,50", "€."]),
        ("ar", "يطير 25 بعيدا", ["يطير", "25", "بعيدا"]),
        ("zh-Hans", "2024年蜜蜂回家。", ["2024年", "蜜蜂", "回家。"]),
        ("ja", "3匹の蜂が飛びます。", ["3匹の", "蜂が", "飛びます。"]),
    ],
)
def test_words_are_those_written_and_each_is_heard_when_it_is_said(
    narrator: Narrator, language: str, text: str, written: list[str]
) -> None:
    narration = narrated(narrator, text, language)
    assert [word.text for word in narration.words] == written
    assert {word.timed_by for word in narration.words} == {TimedBy.DURATIONS if language == "en" else TimedBy.EVENTS}
    levels = frame_levels_db(narration.samples)
    for word in narration.words:
        assert word.end_s - word.start_s > 0.04
        assert levels[round(word.start_s * 100) : round(word.end_s * 100)].max() > -38


def test_what_no_voice_tells_is_shared_by_letters(narrator: Narrator) -> None:
    by = [word.timed_by for word in narrated(narrator, "ผึ้งมีความสำคัญ 25 ตัว", "th").words]
    assert by[0] is TimedBy.LETTERS
    assert by[-1] is TimedBy.EVENTS
    silent = narrated(narrator, "🐝 👍")
    assert [(word.text, word.start_s, word.end_s) for word in silent.words] == [("🐝", 0.0, 0.25), ("👍", 0.25, 0.5)]
