"""A conversation of two: as a brief may bring it, and as the text stage hands it on."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from include.contract.values import LATER, AtMost, CleanText, Closed, Description, ImagePrompt, OwnFile, Title

DEFAULT_QUESTIONS = 5
MAX_QUESTIONS = 30
MAX_LINES = 1000
MAX_CHAPTERS = 250
"""The most an MP3's table of contents can count, in one byte."""

LineText = Annotated[str, CleanText(2000)]
SpeakerName = Annotated[str, CleanText(60, is_one_line=True)]
SpeakerNames = tuple[SpeakerName, SpeakerName]


class Speaker(IntEnum):
    """Who speaks a line."""

    FIRST = 1
    SECOND = 2


class Line(Closed):
    """What one of the two says before it is the other's turn."""

    speaker: Speaker
    text: LineText
    """In the brief's language."""


class DialogueLine(Line):
    """A line in its place in the conversation."""

    chapter: Title | None = None
    """Title of the chapter that starts with this line."""

    @property
    def alone(self) -> Line:
        """The line for its voice: without the chapter, so that renaming a chapter does not remake its speech."""
        return Line(speaker=self.speaker, text=self.text)


def _few_chapters(lines: tuple[DialogueLine, ...]) -> tuple[DialogueLine, ...]:
    chapters = sum(line.chapter is not None for line in lines)
    if chapters > MAX_CHAPTERS:
        raise ValueError(f"starts {chapters} chapters; allowed: at most {MAX_CHAPTERS}")
    return lines


Lines = Annotated[tuple[DialogueLine, ...], Field(min_length=1), AtMost(MAX_LINES), AfterValidator(_few_chapters)]


class DraftDialogue(Closed):
    """A conversation in a brief; any part may be missing."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    title: Title | None = None
    description: Description | None = None
    """What the episode is about, in a few sentences."""
    speakers: SpeakerNames | None = None
    """Names of the two, as the transcript shows them."""
    image_prompt: ImagePrompt | None = None
    """What the cover shows."""
    image: Annotated[OwnFile | None, LATER] = None
    """A picture of one's own for the cover, shown in place of a drawing: a file, or `s3://bucket/key`."""
    lines: Lines | None = None


class Dialogue(Closed):
    """A complete conversation, as the text stage hands it on."""

    title: Title
    description: Description
    speakers: SpeakerNames
    image_prompt: ImagePrompt
    lines: Lines
