"""What the writer needs of a language model, whatever runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Question:
    """What the model is asked, and how its answer begins."""

    text: str
    opening: str = ""
    """The first words of the answer, which the draft continues without repeating them."""
    sentences: int = 2
    """The draft ends after so many, those of the opening included."""
    max_tokens: int = 60
    temperature: float = 0.3


@dataclass(frozen=True)
class Draft:
    """One answer, without the opening."""

    text: str
    mean_log_probability: float
    """Natural logarithm, per token, before temperature and penalties."""
    tokens: int


class TextModel(Protocol):
    """What the writer needs of a language model."""

    @property
    def tokens_read(self) -> int:
        """So far: of each question once, however many drafts it has, and of the answers that are only judged."""
        ...

    def drafts(self, question: Question, seeds: Sequence[int]) -> list[Draft]:
        """One draft per seed, in their order; the same seeds give the same drafts."""
        ...

    def log_probabilities(self, question: Question, answers: Sequence[str]) -> list[float]:
        """How likely each of `answers` is to `question`: a natural logarithm, summed over all its tokens."""
        ...
