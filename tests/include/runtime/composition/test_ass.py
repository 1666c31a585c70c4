"""Subtitles with karaoke tags, as libass shows them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np
import pytest

from include.contract.clips import ClipWord, SubtitleLook
from include.contract.params import ClipStillParams
from include.contract.values import SubtitlePosition, SubtitleStyle
from include.runtime.composition.ass import ass, ass_cues
from include.runtime.composition.captions import Captions
from include.runtime.composition.overlays import Overlay
from include.runtime.composition.planes import Planes
from include.runtime.composition.subtitles import SubtitleCue
from include.runtime.composition.typefaces import typesetter_of
from include.runtime.languages.words import word_spans
from tests.include.runtime.composition.media import compositor, fonts

FRAME = (640, 360)
PLAIN, HIGHLIGHT = SubtitleLook(), SubtitleLook(style=SubtitleStyle.HIGHLIGHT)
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


def shown(folder: Path, cues: list[SubtitleCue], time_s: float, language: str = "en", behind: str = "black") -> Shown:
    """The frame at `time_s` of a film of one colour."""
    (folder / "cues.ass").write_text(ass(ass_cues(cues, FRAME), language, FRAME), encoding="utf-8")
    (folder / "fonts").mkdir(exist_ok=True)
    for name, path in fonts().items():
        if not (folder / "fonts" / f"{name}.ttf").exists():
            (folder / "fonts" / f"{name}.ttf").symlink_to(path)
    source = f"color=c={behind}:s={FRAME[0]}x{FRAME[1]}:d=10:r=10"
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


@pytest.mark.parametrize(
    "look",
    [
        PLAIN,
        HIGHLIGHT.model_copy(update={"position": SubtitlePosition.TOP, "size": 1.4}),
        PLAIN.model_copy(update={"position": SubtitlePosition.MIDDLE, "size": 0.7, "box": "#204080"}),
        PLAIN.model_copy(update={"style": SubtitleStyle.WORD}),
        HIGHLIGHT.model_copy(update={"colour": "#00ffcc", "box": "#000000"}),
    ],
)
def test_they_stand_where_they_stand_in_the_picture_in_its_colours(tmp_path: Path, look: SubtitleLook) -> None:
    one = replace(cue("Bees fly home", "and rest"), look=look)
    params = ClipStillParams(
        short_side_px=FRAME[1],
        subtitle_style=look.style,
        subtitle_position=look.position,
        subtitle_size=look.size,
        subtitle_colour=look.colour,
        subtitle_box=look.box or "",
    )
    overlay = Captions([one], typesetter_of(compositor(), "en"), params).at(0.7)
    assert overlay is not None
    burnt_in, file = picture_of(overlay), shown(tmp_path, [one], 0.7, behind="0x808080")
    seen = [np.abs(each - 128).sum(axis=2) > 120 for each in (burnt_in, file)]
    (top, bottom), (file_top, file_bottom) = ((np.flatnonzero(each.any(axis=1))[[0, -1]]) for each in seen)
    assert abs(file_top - top) < 10, "lines are a little further apart, and there is no halo"
    assert abs(file_bottom - bottom) < 10
    for colour in (look.colour, *([look.highlight] if look.style is SubtitleStyle.HIGHLIGHT else [])):
        for each in (burnt_in, file):
            near = np.abs(each - list(bytes.fromhex(colour[1:]))).max(axis=2) < 40
            assert near.sum() > 10, colour
    if look.box:
        inside = slice(top + 3, top + 5), slice(FRAME[0] // 2 - 5, FRAME[0] // 2 + 5)
        assert np.abs(burnt_in[inside] - file[inside]).max() < 12


def picture_of(overlay: Overlay) -> Shown:
    """It over grey, as a frame."""
    planes = Planes.empty(*FRAME)
    for plane, level in zip(planes.each(), (126, 128, 128), strict=True):
        plane[:] = level
    overlay.blend(planes)
    yuv = np.concatenate([plane.ravel() for plane in planes.each()]).reshape(FRAME[1] * 3 // 2, FRAME[0])
    rgb: Shown = cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420).astype(int)
    return rgb


def test_a_highlighted_word_is_lit_while_it_is_heard_and_no_longer(tmp_path: Path) -> None:
    cues = [replace(cue("Bees fly home"), look=HIGHLIGHT)]
    lit = [yellow(shown(tmp_path, cues, at)) for at in (0.2, 0.7, 1.2)]
    assert all(one.max() < other.min() for one, other in pairwise(lit))
    assert len(yellow(shown(tmp_path, cues, 1.9))) == 0


def test_each_look_of_a_film_has_a_style_of_its_own() -> None:
    cues = [cue("One"), replace(cue("Two"), look=HIGHLIGHT), cue("Three")]
    text = ass(cues, "en", FRAME)
    assert re.findall(r"^Style: ([^,]+),", text, re.M) == ["Default", "Look 2"]
    assert re.findall(r"^Dialogue: [^,]+,[^,]+,[^,]+,([^,]+),", text, re.M) == ["Default", "Look 2", "Default"]


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
