"""What whole-piece writing needs of a language model, whatever runs it: messages in, text out, many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import JsonValue

from include.contract.errors import RejectedContent


class PromptTooLong(RejectedContent):
    """Prompt and answer together are longer than the model's context."""

    def __init__(self, message: str, tokens: int | None = None, most: int | None = None) -> None:
        """`tokens` are the prompt's, `most` what it may have, if the engine knows them."""
        super().__init__(message)
        self.tokens, self.most = tokens, most


class Role(StrEnum):
    """Whose message it is."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class Message:
    """One message of a chat."""

    role: Role
    content: str


@dataclass(frozen=True)
class Prompt:
    """What a model is asked, and the limits of its answer."""

    messages: tuple[Message, ...]
    schema: Mapping[str, JsonValue] | None
    """JSON Schema of the answer; None for plain text."""
    max_tokens: int
    """Of the answer."""
    seed: int
    """63 bits."""
    temperature: float
    """At 0 the likeliest token is taken each time."""
    top_p: float


@dataclass(frozen=True)
class Answer:
    """What a model answered."""

    text: str
    prompt_tokens: int
    answer_tokens: int
    is_cut: bool
    """Whether it ended at its limit instead of by itself."""


class TextEngine(Protocol):
    """A model that is loaded. Several threads may ask it at once: their prompts are answered together."""

    def generate(self, prompts: Sequence[Prompt], tell: Callable[[int], None] = lambda tokens: None) -> list[Answer]:
        """One answer to each prompt, in their order; `tell` is given how many tokens are written so far, in all.

        :raises PromptTooLong: a prompt with the answer that it may get is longer than the model takes.
        """
        ...

    def close(self) -> None:
        """Release the model."""
        ...
