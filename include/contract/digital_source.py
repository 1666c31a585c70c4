"""Whether rules or a trained model made something, and how its parts tell a whole.

https://cv.iptc.org/newscodes/digitalsourcetype/

A text's output `digital_source`, a picture's own metadata and a speech's `timing` tell it to the stages after them, as
hashed outputs (I3).
"""

from __future__ import annotations

import re
from enum import StrEnum

_VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_TERM = re.compile(rf"{re.escape(_VOCABULARY)}(\w+)")


class DigitalSource(StrEnum):
    """What made something, in terms of IPTC's Digital Source Type NewsCodes."""

    ALGORITHMIC = "algorithmicMedia"
    """Rules: no model that was trained wrote, drew or spoke any of it."""
    TRAINED = "trainedAlgorithmicMedia"
    """A trained model wrote, drew or spoke some of it."""

    @property
    def uri(self) -> str:
        """The term's address, by which metadata name it."""
        return f"{_VOCABULARY}{self.value}"


def made_of(*sources: DigitalSource | None) -> DigitalSource:
    """The digital source of a piece made of parts; None stands for a part that does not say what made it."""
    return DigitalSource.TRAINED if DigitalSource.TRAINED in sources else DigitalSource.ALGORITHMIC


def source_told_in(text: str) -> DigitalSource | None:
    """The digital source that `text`, metadata of any form, names by the terms' addresses; None if it names none."""
    terms = set(_TERM.findall(text))
    told = [source for source in DigitalSource if source.value in terms]
    return made_of(*told) if told else None
