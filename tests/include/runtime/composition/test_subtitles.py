from __future__ import annotations

import html
import itertools
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.contract.clips import ClipCue, ClipFacts, SubtitleLook
from include.contract.digital_source import DigitalSource
from include.contract.ports import Place
from include.contract.timing import TimedText, Timing
from include.contract.values import Aspect
from include.runtime.composition.subtitles import (
    LINE_UNITS,
    MIN_CUE_S,
    SubtitleCue,
    film_cues,
    make_cues,
    srt,
    vtt,
)
from include.runtime.composition.timeline import timeline_of
from include.runtime.languages.widths import columns_of

HOSTILE = [r"<b>bold</b> & <i>it</i>", r"{\an8}top {\pos(0,0)}", "a --> b", "1\n\n00:00:01,000 --> 00:00:02,000\nfake"]


def cues_of(segments: list[tuple[str, float, float]], aspect: Aspect = Aspect.WIDE) -> list[SubtitleCue]:
    spoken = [TimedText(text=text, start_s=start, end_s=end) for text, start, end in segments]
    speech_s = max((end for _, _, end in segments), default=1.0)
    return make_cues(Timing(duration_s=speech_s, segments=tuple(spoken)), speech_s + 0.6, LINE_UNITS[aspect], "und")


def facts(cues: list[SubtitleCue], frames: int) -> ClipFacts:
    shown = tuple(ClipCue(start_s=cue.start_s, end_s=cue.end_s, lines=cue.lines, words=cue.words) for cue in cues)
    source = DigitalSource.ALGORITHMIC
    return ClipFacts(place=Place.PART, width=2, height=2, fps=30, frames=frames, digital_source=source, cues=shown)


def test_a_cue_starts_with_its_words_on_the_films_clock() -> None:
    cues = cues_of([("First sentence here.", 0.0, 1.4), ("Second sentence there.", 2.2, 3.5)])
    scene = facts(cues, 123)
    title = scene.model_copy(update={"place": Place.OPENING, "frames": 75, "cues": ()})
    clips = [title, scene, scene]
    found = film_cues(clips, timeline_of(clips))
    assert [round(cue.start_s, 3) for cue in found] == [2.5, 4.7, 6.6, 8.8]
    assert all(cue.end_s >= said for cue, said in zip(found, [3.9, 6.0, 8.0, 10.1], strict=True))


def test_a_cue_has_the_look_of_its_scene() -> None:
    scene = facts(cues_of([("Here.", 0.0, 1.4)]), 60)
    large = scene.model_copy(update={"look": SubtitleLook(size=1.5)})
    assert [cue.look.size for cue in film_cues([scene, large], timeline_of([scene, large]))] == [1.0, 1.5]


def test_no_cue_outlasts_its_scene() -> None:
    assert cues_of([("Late.", 0.0, 1.0)])[0].end_s == pytest.approx(1.35)
    late = Timing(duration_s=1.0, segments=(TimedText(text="Late.", start_s=0.8, end_s=1.0),))
    assert make_cues(late, 1.0, 42, "en")[0].end_s == 1.0


def test_a_part_of_a_long_segment_is_shown_when_its_words_are_heard() -> None:
    words = [("Bees", 0.0, 0.2), ("dance", 0.2, 0.5), ("slowly,", 0.5, 3.0), ("and", 3.1, 3.2), ("rest", 3.2, 4.0)]
    timed = [TimedText(text=text, start_s=start_s, end_s=end_s) for text, start_s, end_s in words]
    whole = TimedText(text=" ".join(text for text, _, _ in words), start_s=0.0, end_s=4.0)
    cues = make_cues(Timing(duration_s=4.0, segments=(whole,), words=tuple(timed)), 4.5, 10, "en")
    assert [cue.lines for cue in cues] == [("Bees dance", "slowly,"), ("and rest",)]
    assert [cue.start_s for cue in cues] == [0.0, 3.1]
    assert [(word.line, word.begin, word.end, word.start_s) for word in cues[0].words] == [
        (0, 0, 4, 0.0),
        (0, 5, 10, 0.2),
        (1, 0, 7, 0.5),
    ]


def test_words_move_with_their_scene_to_the_films_clock() -> None:
    scene = facts(cues_of([("Honey never spoils.", 0.1, 1.4)]), 60)
    title = scene.model_copy(update={"place": Place.OPENING, "frames": 75, "cues": ()})
    ((first, *_),) = [cue.words for cue in film_cues([title, scene], timeline_of([title, scene]))]
    assert first.start_s == pytest.approx(2.6)


@pytest.mark.parametrize("aspect", Aspect)
def test_cues_never_overlap_can_be_read_and_fit(aspect: Aspect) -> None:
    words = [(f"word{index}", index * 0.21, index * 0.21 + 0.2) for index in range(60)]
    sentence = [("蜂蜜会加入一种酶，让蜂蜜变成弱酸性。" * 4, 13.0, 22.0), ("No!", 22.0, 22.1), ("Yes.", 22.1, 22.2)]
    cues = cues_of(words + sentence, aspect)
    for cue, following in itertools.pairwise(cues):
        assert cue.end_s <= following.start_s
    for cue in cues:
        assert cue.end_s - cue.start_s >= MIN_CUE_S - 1e-9
        assert len(cue.lines) <= 2
        assert all(columns_of(line) <= LINE_UNITS[aspect] for line in cue.lines)
    assert cues[-1].end_s <= 22.2 + 0.6
    shown = "".join("".join(cue.lines) for cue in cues).replace(" ", "")
    assert shown == "".join(text for text, _, _ in words + sentence)


def test_words_are_joined_to_sentences() -> None:
    cues = cues_of([("Honey", 0, 0.4), ("never", 0.4, 0.8), ("spoils.", 0.8, 1.4), ("Ever.", 1.4, 2.4)])
    assert [cue.lines for cue in cues] == [("Honey never spoils.",), ("Ever.",)]


@pytest.mark.parametrize(("suffix", "write"), [("srt", srt), ("vtt", vtt)])
def test_files_open_again_with_the_same_times(tmp_path: Path, suffix: str, write) -> None:
    cues = [SubtitleCue(0.5, 1.75, ("one", "two")), SubtitleCue(3661.0, 3662.5, ("late",))]
    path = tmp_path / f"cues.{suffix}"
    path.write_text(write(cues, "en"), encoding="utf-8")
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux() if packet.pts is not None]
    assert [(packet.pts, packet.duration) for packet in packets] == [(500, 1250), (3_661_000, 1500)]
    assert bytes(packets[0]).decode().split("\n") == ["one", "two"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_srt_is_never_markup(tmp_path: Path, text: str) -> None:
    cues = cues_of([(text, 0.0, 2.0), ("after", 2.5, 4.0)])
    path = tmp_path / "cues.srt"
    path.write_text(srt(cues, "en"), encoding="utf-8")
    with av.open(str(path)) as container:
        events = [event for packet in container.demux() for event in packet.decode()]
    assert len(events) == len(cues)
    shown = events[0].dialogue.decode().replace("\u2060", "").translate({0xFF5B: "{", 0xFF5D: "}"})
    assert shown.split() == text.split()


@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_vtt_is_never_markup(tmp_path: Path, text: str) -> None:
    cues = cues_of([(text, 0.0, 2.0), ("after", 2.5, 4.0)])
    path = tmp_path / "cues.vtt"
    path.write_text(vtt(cues, "en"), encoding="utf-8")
    with av.open(str(path)) as container:
        payloads = [bytes(packet).decode() for packet in container.demux() if packet.pts is not None]
    assert len(payloads) == len(cues)
    assert "<" not in payloads[0]
    assert ">" not in payloads[0]
    assert html.unescape(payloads[0]).split() == text.split()


@pytest.mark.parametrize("write", [srt, vtt])
def test_players_read_a_line_of_a_right_to_left_language_from_the_right_whatever_it_begins_with(write) -> None:
    cues = [SubtitleCue(0.0, 1.0, ("YouTube הוא אתר,", "נכון?"))]
    assert "\u200fYouTube הוא אתר,\nנכון?\n" in write(cues, "he")
    assert "\u200f" not in write(cues, "en")


def test_an_abbreviation_does_not_end_a_cue() -> None:
    parts = [("We went to meet Dr.", 0.0, 1.2), ("Smith.", 1.2, 1.9), ("Then we left.", 1.9, 3.0)]
    assert [cue.lines for cue in cues_of(parts)] == [("We went to meet Dr. Smith.",), ("Then we left.",)]


def test_more_cues_than_there_is_time_for_share_the_film() -> None:
    cues = cues_of([("A sentence.", 0.0, 1.0)] * 9)
    assert all(cue.end_s > cue.start_s for cue in cues)
    assert all(first.end_s <= second.start_s + 1e-9 for first, second in zip(cues, cues[1:], strict=False))
    assert cues[0].start_s >= 0


def test_a_film_in_which_nothing_is_said_has_files_without_cues(tmp_path: Path) -> None:
    assert cues_of([]) == []
    assert (srt([], "en"), vtt([], "en")) == ("\n", "WEBVTT\n")


TIMES = st.floats(0, 5, allow_nan=False)


@given(st.lists(st.tuples(st.sampled_from(["A.", "Bees hum", "蜂蜜。", "x" * 90]), TIMES, TIMES), max_size=40))
def test_whatever_a_timing_says_cues_are_in_order_and_none_ends_before_it_starts(
    timed: list[tuple[str, float, float]],
) -> None:
    cues = cues_of([(text, min(one, other), max(one, other)) for text, one, other in timed])
    assert all(0 <= cue.start_s < cue.end_s for cue in cues)
    assert all(first.end_s <= second.start_s + 1e-9 for first, second in zip(cues, cues[1:], strict=False))
