"""When each word of a speech is spoken: the output `timing` of the speech stages."""

from __future__ import annotations

from include.contract.digital_source import DigitalSource
from include.contract.values import Open


class TimedText(Open):
    """Words and when they are spoken, in seconds from the start of the speech."""

    text: str
    start_s: float
    end_s: float


class Timing(Open):
    """A whole speech."""

    duration_s: float
    digital_source: DigitalSource | None = None
    """What spoke it."""
    is_silent: bool = False
    """Whether its text is only shown, because that was asked for."""
    segments: tuple[TimedText, ...]
    words: tuple[TimedText, ...] = ()
    """Words as written, in order: all that is in `segments` but blanks. One that is not heard takes no time.

    Without them, each segment's time is shared by its letters.
    """
