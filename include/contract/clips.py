"""What a clip is, as the stage that joins clips reads it: the output `facts` of the clip stages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from include.contract.digital_source import DigitalSource
from include.contract.ports import Place
from include.contract.values import Colour, Open, SubtitlePosition, SubtitleStyle, Transition


class ClipWord(Open):
    """A word of a line of a subtitle, or a part of one, and when it is heard; in no time if it is not."""

    line: int
    begin: int
    """Its first character in the line."""
    end: int
    start_s: float
    end_s: float


class ClipCue(Open):
    """Lines of a subtitle, in seconds from the first frame of the scene that they are of."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    words: tuple[ClipWord, ...] = ()
    """In order: all that is in `lines` but blanks."""


class SubtitleLook(Open):
    """How subtitles look in a clip's picture: its recipe's parameters, so that files of subtitles look alike."""

    style: SubtitleStyle = SubtitleStyle.LINES
    position: SubtitlePosition = SubtitlePosition.BOTTOM
    size: Annotated[float, Field(gt=0)] = 1.0
    """Factor by which they are larger than usual."""
    colour: Colour = "#ffffff"
    highlight: Colour = "#ffd60a"
    """Of the word that is heard."""
    box: Colour | None = None
    """Of a box behind them."""


class View(Open):
    """What a camera sees of a scene's picture in one frame, as shares of the picture's width and height."""

    frame: int
    """From the first one of the scene; negative in the transition to it."""
    left: float
    top: float
    width: Annotated[float, Field(gt=0)]
    height: Annotated[float, Field(gt=0)]


class ClipFacts(Open):
    """A clip's place in the film, its pictures' size, rate and number, and what is to be read while it is shown."""

    place: Place
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    fps: Annotated[int, Field(gt=0)]
    frames: Annotated[int, Field(gt=0)]
    digital_source: DigitalSource
    """What made what is seen in it, and the words that it was timed by."""
    cues: tuple[ClipCue, ...] = ()
    """Of a scene: its subtitles, also those that end in the clip after it."""
    look: Annotated[SubtitleLook, Field(exclude_if=lambda look: look == SubtitleLook())] = SubtitleLook()
    """Of its subtitles."""
    shows_subtitles: Annotated[bool, Field(exclude_if=lambda shows: not shows)] = False
    """Whether subtitles are drawn into its pictures."""
    transition: Transition | None = None
    """Between two scenes: how one gives way to the other, if an editor could do the same."""
    views: tuple[View, ...] = ()
    """Of a scene that a still picture is all of: the camera's move from the first frame that shows it to the last, even
    between two views."""
    has_sound: Annotated[bool, Field(exclude_if=lambda has_sound: not has_sound)] = False
    """Of an intro or an outro: whether its clip has sound, which is heard in the film."""
