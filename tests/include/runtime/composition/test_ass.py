"""Subtitles with karaoke tags, as libass shows them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from include.contract.clips import ClipWord
from include.runtime.composition.ass import ass
from include.runtime.composition.subtitles import SubtitleCue
from include.runtime.languages.words import word_spans
from tests.include.runtime.composition.media import fonts

FRAME = (640, 360)
Shown = np.ndarray
"""A frame, rows by columns by red, green and blue, as numbers with a sign."""


def cue(*lines: str, start_s: float = 0.0) -> SubtitleCue:
    """Of words of half a second each."""
    words, at_s = [], start_s
    for number, line in enumerate(lines):
        for begin, end in word_spans(line, "en"):
            words.append(ClipWord(line=number, begin=begin, end=end, start_s=at_s, end_s=at_s + 0.5))
            at_s += 0.5
    return SubtitleCue(start_s, at_s + 0.5, lines, tuple(words))


def shown(folder: Path, cues: list[SubtitleCue], time_s: float, language: str = "en") -> Shown:
    """The frame at `time_s` of a black film."""
    (folder / "cues.ass").write_text(ass(cues, language, FRAME), encoding="utf-8")
    (folder / "fonts").mkdir(exist_ok=True)
    for name, path in fonts().items():
        if not (folder / "fonts" / f"{name}.ttf").exists():
            (folder / "fonts" / f"{name}.ttf").symlink_to(path)
    source = f"color=c=black:s={FRAME[0]}x{FRAME[1]}:d=10:r=10"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source]
    command += ["-vf", "ass=cues.ass:fontsdir=fonts", "-ss", str(time_s), "-frames:v", "1"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(FRAME[1], FRAME[0], 3).astype(int)


def yellow(frame: Shown) -> Shown:
    """The columns that have something in the colour of words that have begun."""
    return np.flatnonzero((frame[..., 0] - frame[..., 2] > 100).any(axis=0))


def rows(frame: Shown) -> Shown:
    return np.flatnonzero((frame.sum(axis=2) > 300).any(axis=1))


def test_words_change_their_colour_when_they_are_heard(tmp_path: Path) -> None:
    cues = [cue("Bees fly home", "and rest", start_s=1.0)]
    assert shown(tmp_path, cues, 0.9).sum() == 0
    widths = [len(yellow(shown(tmp_path, cues, 1.2 + 0.5 * word))) for word in range(3)]
    assert 0 < widths[0] < widths[1] < widths[2]


def test_lines_that_read_from_the_right_are_lit_from_the_right(tmp_path: Path) -> None:
    cues = [cue("النحل يطير بعيدا")]
    first, second = (yellow(shown(tmp_path, cues, at, "ar")) for at in (0.2, 0.7))
    assert first.min() > FRAME[0] / 2
    assert second.min() < first.min()
    assert second.max() == first.max()


@pytest.mark.parametrize("text", [r"{\an8}top", r"{\pos(10,10)}x", r"a\Nb", r"\{\an8}", "{" * 3, "\\"])
def test_no_text_is_markup(tmp_path: Path, text: str) -> None:
    frame = shown(tmp_path, [cue(text)], 0.2)
    assert rows(frame).min() > FRAME[1] * 0.7
    assert np.ptp(rows(frame)) < 30, "it is one line"


def test_braces_are_seen(tmp_path: Path) -> None:
    with_braces, without = (shown(tmp_path, [cue(text)], 0.2) for text in ("{b}", "b"))
    assert (with_braces.sum(axis=2) > 300).sum() > 1.5 * (without.sum(axis=2) > 300).sum()


def test_a_words_time_lasts_until_the_next_one_begins_and_all_of_them_until_the_cue_ends() -> None:
    words = (
        ClipWord(line=0, begin=0, end=4, start_s=1.2, end_s=1.5),
        ClipWord(line=0, begin=5, end=8, start_s=1.504, end_s=1.8),
        ClipWord(line=1, begin=0, end=4, start_s=2.0, end_s=2.4),
    )
    (event,) = ass([SubtitleCue(1.0, 3661.5, ("Bees fly", "home"), words)], "en", FRAME).splitlines()[-1:]
    assert event.endswith(r",,{\k20}{\k30}Bees{\k50} fly\N{\k365950}home")
    assert event.startswith("Dialogue: 0,0:00:01.00,1:01:01.50,Default,")


def test_a_word_that_began_before_its_cue_loses_that_time() -> None:
    words = (
        ClipWord(line=0, begin=0, end=4, start_s=0.5, end_s=0.9),
        ClipWord(line=0, begin=5, end=8, start_s=0.9, end_s=1.4),
    )
    text = ass([SubtitleCue(1.0, 2.0, ("Bees fly",), words)], "en", FRAME)
    assert re.findall(r"\\k(\d+)", text) == ["0", "0", "100"]


def test_a_film_without_subtitles_has_a_head_alone() -> None:
    assert ass([], "en", FRAME).endswith("Effect, Text\n")
