"""What is asked of a writer, whatever the form of the piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class PieceParams(Protocol):
    """Parameters of a recipe that writes a piece."""

    @property
    def topic(self) -> str | None:
        """What it is about."""

    @property
    def language(self) -> str:
        """The language that it is written in."""

    @property
    def prompt_language(self) -> str | None:
        """The language of image prompts, if not the piece's own."""


class Draft(Protocol):
    """What a brief brings of a piece."""

    @property
    def title(self) -> str | None:
        """Its title, if that is given."""


DraftT = TypeVar("DraftT", bound=Draft, covariant=True)


@dataclass(frozen=True)
class Assignment(Generic[DraftT]):
    """What to write about, and what is given."""

    topic: str | None
    language: str
    parts: int
    """Scenes of a script, sections of an article, questions of a conversation; unless they are given."""
    given: DraftT
    variation: int
    model: str
    """Name and variant of the model; another one draws other numbers."""
    prompt_language: str | None = None
    """The language of image prompts, if not the piece's own."""

    @property
    def prompted(self) -> str:
        """The language of its image prompts."""
        return self.prompt_language or self.language
