"""A narration spoken sentence by sentence, with the time at which each of its lines is heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from include.contract.speakable import READS
from include.contract.voices import LOWERED_VOICES, Voice, VoiceEngine, resolve_voice
from include.runtime.languages.widths import columns_of
from include.runtime.languages.words import word_spans
from include.runtime.voices.audio import RATE_HZ, Samples, loudness_lufs, silence, speech_span
from include.runtime.voices.english import EnglishVoice
from include.runtime.voices.espeak import EspeakVoice
from include.runtime.voices.inner_dots import without_inner_dots
from include.runtime.voices.normalise import is_speakable, normalise
from include.runtime.voices.scripts import script_runs
from include.runtime.voices.segments import Sentence, sentences_of
from include.runtime.voices.spoken import SpokenAudio
from include.runtime.voices.traced import Traced
from include.runtime.voices.word_times import Heard, TimedBy, TimedWord, WordKey, heard_words, spread_words, timed_words

LEAD_S = 0.05
TAIL_S = 0.10
"""Silence before the first and after the last sound."""
SENTENCE_PAUSE_S = 0.40
PARAGRAPH_PAUSE_S = 0.70
VOICE_CHANGE_PAUSE_S = 0.08
READ_COLUMNS_PER_S = 17.0
"""How fast a subtitle is read; a wide (CJK) character takes two columns."""
LOUDNESS_LUFS = -23.0
"""All voices and scenes alike (EBU R 128). Louder, espeak's peaks, 21 dB above its loudness, would not fit."""
PEAK_DBFS = -1.5
TIMED_BY = {VoiceEngine.HIBARI: TimedBy.DURATIONS, VoiceEngine.ESPEAK: TimedBy.EVENTS}


@dataclass(frozen=True)
class Segment:
    """One line as written, and when it is heard."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Narration:
    """A narration as sound."""

    samples: Samples
    segments: tuple[Segment, ...]
    words: tuple[TimedWord, ...]
    """Those written, in order: all of the text but its blanks."""
    warnings: tuple[str, ...]
    spoken_text: str
    """What was handed to the engines; empty where nothing can be said."""


@dataclass(frozen=True)
class _Run:
    """Words that one voice says without a break, and the line that they belong to."""

    voice: Voice
    text: str
    line: int
    begins: tuple[tuple[WordKey, int], ...]
    """Each written word, and where in `text` it begins."""


@dataclass(frozen=True)
class _Clip:
    """One utterance, trimmed, and the silence after it."""

    voice: Voice
    samples: Samples
    starts: tuple[tuple[int, int], ...]
    """(line, sample at which it is first heard)."""
    words: Mapping[WordKey, Heard]
    pause_after_s: float


class Narrator:
    """Both engines behind one voice name."""

    def __init__(self, english: EnglishVoice, espeak: EspeakVoice) -> None:
        self._english = english
        self._espeak = espeak

    def narrate(self, written: str, voice: Voice, language: str, seed: int, silent_s: float) -> Narration:
        """`written` spoken by `voice`, words in other scripts by the voices of their languages.

        :param silent_s: the least time for which it is shown if nothing of it can be said.
        """
        sentences = sentences_of(written, language)
        lines = [line for sentence in sentences for line in sentence.lines]
        warnings: list[str] = []
        said: list[_Run] = []
        clips: list[_Clip] = []
        for sentence, first_line in _numbered(sentences):
            runs = _runs_of(sentence, first_line, voice, language, warnings)
            pause_s = PARAGRAPH_PAUSE_S if sentence.ends_paragraph else SENTENCE_PAUSE_S
            clips += self._clips(runs, pause_s, (seed, first_line))
            said += runs
        if not clips:
            return _shown_in_silence(lines, language, silent_s, warnings)
        samples, spans, heard = _joined(_levelled(clips))
        spoken_text = " ".join(run.text for run in said)
        words = timed_words(_words_of(lines, language), heard)
        return Narration(samples, _segments(lines, spans), words, tuple(dict.fromkeys(warnings)), spoken_text)

    def _clips(self, runs: Sequence[_Run], pause_s: float, seed: tuple[int, int]) -> list[_Clip]:
        """A sentence's clips: neighbouring runs of one voice are one utterance."""
        clips = []
        for number, (voice, group) in enumerate(groupby(runs, key=lambda run: run.voice)):
            utterance = list(group)
            spoken = self._spoken(voice, [run.text for run in utterance], (*seed, number))
            begin, end = speech_span(spoken.samples)
            if begin < end:
                starts = tuple(
                    (run.line, min(max(start, begin), end) - begin)
                    for run, start in zip(utterance, spoken.starts, strict=True)
                )
                words = _heard(voice, utterance, spoken, (begin, end))
                clips.append(_Clip(voice, spoken.samples[begin:end], starts, words, VOICE_CHANGE_PAUSE_S))
        return [*clips[:-1], *(replace(clip, pause_after_s=pause_s) for clip in clips[-1:])]

    def _spoken(self, voice: Voice, parts: Sequence[str], seed: Sequence[int]) -> SpokenAudio:
        if voice.engine is VoiceEngine.HIBARI:
            return self._english.speak(parts, seed, is_lowered=voice.engine_voice in LOWERED_VOICES)
        return self._espeak.speak(voice.engine_voice, parts)


def _heard(voice: Voice, utterance: Sequence[_Run], spoken: SpokenAudio, span: tuple[int, int]) -> dict[WordKey, Heard]:
    """When each word of an utterance is heard, which is cut to `span`, in samples of what is left."""
    begin, end = span
    found: dict[WordKey, Heard] = {}
    parts = zip(utterance, spoken.words, pairwise([*spoken.starts, len(spoken.samples)]), strict=True)
    for run, words, (start, next_start) in parts:
        inside = max(start, begin), max(begin, min(next_start, end))
        for key, one in heard_words(run.text, run.begins, words, inside, TIMED_BY[voice.engine]):
            first, last = (min(max(at, begin), end) - begin for at in (one.start, one.end))
            found[key] = Heard(first, last, one.timed_by)
    return found


def _words_of(lines: Sequence[str], language: str) -> dict[WordKey, str]:
    """All words as written, in order."""
    return {
        (line, begin): text[begin:end] for line, text in enumerate(lines) for begin, end in word_spans(text, language)
    }


def in_silence(written: str, language: str, least_s: float, exactly_s: float | None) -> Narration:
    """`written` only shown, because nobody is to speak.

    :param least_s: the least time for which it is shown, if not so long as it takes to read.
    :param exactly_s: how long it is shown instead.
    """
    lines = [line for sentence in sentences_of(written, language) for line in sentence.lines]
    read_s = _read_s(lines)
    told = []
    if exactly_s is not None and exactly_s < read_s:
        told.append(f"its text is shown for {exactly_s:g} s; reading it takes {read_s:.1f} s")
    return _shown(lines, language, max(least_s, read_s) if exactly_s is None else exactly_s, told)


def _read_s(lines: Sequence[str]) -> float:
    return sum(map(columns_of, lines)) / READ_COLUMNS_PER_S


def _shown_in_silence(lines: Sequence[str], language: str, least_s: float, warnings: Sequence[str]) -> Narration:
    """`lines` for as long as it takes to read them."""
    told = (*dict.fromkeys(warnings), "nothing of it can be spoken: it is shown in silence")
    return _shown(lines, language, max(least_s, _read_s(lines)), told)


def _shown(lines: Sequence[str], language: str, shown_s: float, warnings: Sequence[str]) -> Narration:
    text = " ".join(lines)
    segment = Segment(text, 0.0, round(shown_s, 3))
    words = spread_words(text, language, segment.start_s, segment.end_s)
    return Narration(silence(shown_s), (segment,), tuple(words), tuple(warnings), "")


def _numbered(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, int]]:
    """Each sentence with the number of its first line in the whole narration."""
    line = 0
    for sentence in sentences:
        yield sentence, line
        line += len(sentence.lines)


def _runs_of(sentence: Sentence, first_line: int, voice: Voice, language: str, warnings: list[str]) -> list[_Run]:
    """What is said of a sentence, line by line, and by which voice."""
    runs = []
    for line, written in enumerate(sentence.lines, first_line):
        normalised = normalise(written, language)
        warnings += normalised.warnings
        words = [((line, begin), normalised.places[begin]) for begin, _ in word_spans(written, language)]
        at = 0
        for script, text in script_runs(normalised.text, language):
            reader = voice if script is None else _reader_of(script, voice)
            if reader is None:
                warnings.append(f"no voice reads this script: {text.strip()[:40]}")
            elif is_speakable(text):
                begins = [(key, place - at) for key, place in words if at <= place < at + len(text)]
                runs.append(_changed(_Run(reader, text, line, tuple(begins)), text.strip()))
            at += len(text)
    return [_paced(run, is_end=number == len(runs)) for number, run in enumerate(runs, start=1)]


def _paced(run: _Run, is_end: bool) -> _Run:
    """`run` as one sentence says it: hibari knows abbreviations, espeak takes their dots for ends."""
    if run.voice.engine is not VoiceEngine.ESPEAK:
        return run
    return _changed(run, without_inner_dots(run.text, is_end))


def _changed(run: _Run, text: str) -> _Run:
    """`run` with another text of the same words."""
    said = Traced(run.text)
    said.become(text)
    return replace(run, text=text, begins=tuple((key, said.places[place]) for key, place in run.begins))


def _reader_of(script: str, voice: Voice) -> Voice | None:
    """The espeak voice that reads `script`, one like `voice` if there is one."""
    if script not in READS:
        return None
    return resolve_voice(voice.name if voice.engine is VoiceEngine.ESPEAK else "espeak-female", READS[script])


def _levelled(clips: Sequence[_Clip]) -> list[_Clip]:
    """The same clips, each voice brought to one loudness as a whole, so that its stress stays as it is."""
    gains = {}
    for voice in dict.fromkeys(clip.voice for clip in clips):
        speech = np.concatenate([clip.samples for clip in clips if clip.voice == voice])
        peak_dbfs = 20 * float(np.log10(max(float(np.abs(speech).max()), 1e-6)))
        gain_db = min(LOUDNESS_LUFS - loudness_lufs(speech), PEAK_DBFS - peak_dbfs)
        gains[voice] = np.float32(10 ** (round(gain_db, 1) / 20))
    return [replace(clip, samples=clip.samples * gains[clip.voice]) for clip in clips]


def _joined(clips: Sequence[_Clip]) -> tuple[Samples, dict[int, tuple[int, int]], dict[WordKey, Heard]]:
    """All clips with their pauses, and from which to which sample each line and each word is heard."""
    sound = [silence(LEAD_S)]
    spans: dict[int, tuple[int, int]] = {}
    heard: dict[WordKey, Heard] = {}
    at = len(sound[0])
    for clip in clips:
        ends = [start for _, start in clip.starts[1:]] + [len(clip.samples)]
        for (line, start), end in zip(clip.starts, ends, strict=True):
            spans[line] = (spans.get(line, (at + start, 0))[0], at + end)
        heard |= {key: Heard(at + one.start, at + one.end, one.timed_by) for key, one in clip.words.items()}
        sound += [_faded(clip.samples), silence(clip.pause_after_s)]
        at += len(sound[-2]) + len(sound[-1])
    return np.concatenate([*sound[:-1], silence(TAIL_S)]), spans, heard


def _faded(samples: Samples) -> Samples:
    """Without the click of a cut: 4 ms in and out."""
    ramp = np.minimum(np.arange(len(samples), dtype=np.float32) / np.float32(RATE_HZ * 0.004), np.float32(1))
    return np.asarray(samples * ramp * ramp[::-1], np.float32)


def _segments(lines: Sequence[str], spans: Mapping[int, tuple[int, int]]) -> tuple[Segment, ...]:
    """One segment per line; a line that is not heard is shown with the one before it, or with the first that is."""
    shown: list[tuple[list[str], tuple[int, int]]] = []
    unheard: list[str] = []
    for number, line in enumerate(lines):
        if number in spans:
            shown.append(([*unheard, line], spans[number]))
            unheard = []
        elif shown:
            shown[-1][0].append(line)
        else:
            unheard.append(line)
    return tuple(
        Segment(" ".join(texts), round(start / RATE_HZ, 3), round(end / RATE_HZ, 3)) for texts, (start, end) in shown
    )
