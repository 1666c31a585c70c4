"""Finished files that are not what the episode has to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import CheckFailed
from include.contract.labels import Labelling
from include.runtime.labels.label import label_of
from include.runtime.media.audio import decode
from include.runtime.media.loudness import measure
from include.runtime.podcast import checks
from include.runtime.podcast.encoding import write_m4a, write_mp3
from include.runtime.podcast.episode import read_episode
from include.runtime.podcast.schedule import Chapter, lay_out
from include.runtime.podcast.tags import Tags
from include.runtime.podcast.transcript import chapters_of, cues_of, html_of, vtt_of
from tests.include.runtime.podcast.parts import inputs_of, tone

CHAPTERS = (Chapter("Welcome", 0.0, 1.0), Chapter("Humming", 1.0, 2.0))


def test_sound_at_another_loudness_or_length_is_found(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.wav", 2.0, 440)
    loudness_lufs = measure(decode(path, path.name, "stereo")).integrated_lufs
    assert checks.check_sound(path, 2.05, loudness_lufs + 0.4).integrated_lufs == loudness_lufs
    with pytest.raises(CheckFailed, match=r"finished a\.wav: loudness in LUFS"):
        checks.check_sound(path, 2.0, loudness_lufs + 0.6)
    with pytest.raises(CheckFailed, match=r"finished a\.wav: length in s"):
        checks.check_sound(path, 2.2, loudness_lufs)


@pytest.mark.parametrize("write", [write_mp3, write_m4a])
def test_tags_that_say_something_else_are_found(tmp_path: Path, write: Callable[..., None]) -> None:
    cover, other = tmp_path / "cover.jpg", tmp_path / "other.jpg"
    Image.new("RGB", (100, 100), "teal").save(cover)
    Image.new("RGB", (100, 100), "sienna").save(other)
    right = Tags("Bees", "Ann", "Show", "Of bees.", "eng", cover, CHAPTERS, DigitalSource.ALGORITHMIC.uri)
    path = tmp_path / "audio"
    write(path, decode(tone(tmp_path / "a.wav", 2.0, 440), "a.wav", "stereo"), right)
    checks.check_tags(path, right)
    wrong = {
        "title: found 'Bees'": replace(right, title="Wasps"),
        "comment: found": replace(right, comment="by hand"),
        "chapters: found": replace(right, chapters=()),
        "begin at another time": replace(right, chapters=(CHAPTERS[0], Chapter("Humming", 1.1, 2.0))),
        "sizes of its covers": replace(right, cover=other),
    }
    for message, tags in wrong.items():
        with pytest.raises(CheckFailed, match=message):
            checks.check_tags(path, tags)


def test_listed_chapters_are_those_of_the_episode(tmp_path: Path) -> None:
    path, schedule = tmp_path / "chapters", lay_out(read_episode(inputs_of(tmp_path / "in")), False, 0.4, 1.4)
    path.write_text(chapters_of("Bees", schedule))
    checks.check_chapters(path, schedule.chapters)
    with pytest.raises(CheckFailed, match=r"chapters: found \['Welcome', 'Humming'\]; allowed: \['Welcome'\]"):
        checks.check_chapters(path, schedule.chapters[:1])
    listed = json.loads(path.read_text())
    listed["chapters"][1]["startTime"] += 0.01
    path.write_text(json.dumps(listed))
    with pytest.raises(CheckFailed, match=r"begin at another time: found \['Humming'\]"):
        checks.check_chapters(path, schedule.chapters)


def test_cues_that_are_missing_or_overlap_are_found(tmp_path: Path) -> None:
    episode = read_episode(inputs_of(tmp_path / "in"))
    cues = cues_of(episode, lay_out(episode, False, 0.4, 1.4))
    path = tmp_path / "transcript.vtt"
    path.write_text(vtt_of(cues, "en"))
    checks.check_vtt(path, len(cues))
    with pytest.raises(CheckFailed, match="number of cues: found 4; allowed: 5"):
        checks.check_vtt(path, 5)
    path.write_text(vtt_of([replace(cues[0], end_s=cues[1].start_s + 0.5), *cues[1:]], "en"))
    with pytest.raises(CheckFailed, match="overlapping cues: found 1"):
        checks.check_vtt(path, len(cues))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Why do bees hum?", "Why do wasps hum?", "number of texts in <p>"),
        ("Humming</h2>", "Buzzing</h2>", "number of texts in <h2>"),
        (DigitalSource.TRAINED.value, DigitalSource.ALGORITHMIC.value, "what made it"),
        ("</body>", "<script>alert(1)</script></body>", "addresses, handlers and scripts"),
        ("<h1", '<h1 onclick="alert(1)"', "addresses, handlers and scripts"),
    ],
)
def test_a_transcript_that_says_or_does_something_else_is_found(tmp_path: Path, old: str, new: str, told: str) -> None:
    episode = read_episode(inputs_of(tmp_path / "in"))
    schedule, label = lay_out(episode, False, 0.4, 1.4), label_of(DigitalSource.TRAINED, "en", Labelling.SHOWN)
    html, path = html_of(episode, schedule, "en", label), tmp_path / "transcript.html"
    path.write_text(html)
    checks.check_page(path, episode, schedule, label)
    assert old in html
    path.write_text(html.replace(old, new))
    with pytest.raises(CheckFailed, match=told):
        checks.check_page(path, episode, schedule, label)


@pytest.mark.parametrize(
    ("form", "mode", "size"), [("PNG", "RGB", (64, 64)), ("JPEG", "L", (64, 64)), ("JPEG", "RGB", (64, 63))]
)
def test_a_cover_is_a_square_jpeg_of_its_width(tmp_path: Path, form: str, mode: str, size: tuple[int, int]) -> None:
    path = tmp_path / "cover"
    Image.new("RGB", (64, 64)).save(path, "JPEG")
    checks.check_cover(path, 64)
    Image.new(mode, size).save(path, form)
    with pytest.raises(CheckFailed, match="a square of 64 px"):
        checks.check_cover(path, 64)
