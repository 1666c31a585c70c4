"""What a request to a model says: the instructions, what is given, the task, and what was answered before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from string import Template
from typing import Self

from babel import Locale
from babel.core import UnknownLocaleError
from pydantic import JsonValue

from include.contract.prompts import PROMPTS
from include.runtime.writing.text_engine import Message, Role

_LEFT_OUT = "…"
_REPAIR = "repair"


@dataclass(frozen=True)
class Turn:
    """An answer, and what was wrong with it."""

    answer: str
    mistakes: str


@dataclass(frozen=True)
class Letter:
    """One request. Everything from a brief is in it as JSON: it is data, however it reads."""

    instructions: str
    given: str
    """What is already written; empty if nothing is."""
    task: str
    turns: tuple[Turn, ...] = field(default=())
    left_out: int = 0
    """Characters that were cut from it."""

    @property
    def messages(self) -> tuple[Message, ...]:
        """As a chat."""
        data = "\n\n".join(filter(None, [self.given, self.task]))
        turns = [
            message
            for turn in self.turns
            for message in (Message(Role.ASSISTANT, turn.answer), Message(Role.USER, turn.mistakes))
        ]
        return (Message(Role.SYSTEM, self.instructions), Message(Role.USER, data), *turns)

    @property
    def characters(self) -> int:
        """Of all its messages."""
        return sum(len(message.content) for message in self.messages)

    def repaired(self, answer: str, mistakes: Sequence[str]) -> Self:
        """The next request, after an `answer` with `mistakes`, which it quotes."""
        quoted = prompt_text(_REPAIR, {"mistakes": "\n".join(f"- {mistake}" for mistake in mistakes)})
        return replace(self, turns=(*self.turns, Turn(answer, quoted)))

    def shorter(self, characters: int) -> Self | None:
        """The request with `characters` fewer, cut at the front of what is oldest; None if nothing may be cut.

        What is given goes first, then the answers. Instructions, task and mistakes stay.
        """
        parts = [self.given, *(turn.answer for turn in self.turns)]
        left = characters
        for place, part in enumerate(parts):
            plain = part.removeprefix(_LEFT_OUT)
            cut = min(left, len(plain))
            if cut:
                parts[place] = f"{_LEFT_OUT}{plain[cut:]}" if cut < len(plain) else ""
                left -= cut
        if left == characters:
            return None
        turns = tuple(replace(turn, answer=answer) for turn, answer in zip(self.turns, parts[1:], strict=True))
        return replace(self, given=parts[0], turns=turns, left_out=self.left_out + characters - left)


def letter_of(
    prompt: str, words: Mapping[str, str], given: JsonValue, task: Mapping[str, JsonValue], form: JsonValue
) -> Letter:
    """The first request for a piece.

    :param prompt: name of its instructions.
    :param words: what fills them; never text from a brief.
    :param given: what is already written; None if nothing is.
    :param form: what the answer looks like.
    """
    return Letter(
        prompt_text(prompt, words),
        "" if given is None else f"given: {_json(given)}",
        f"task: {_json(dict(task))}\n\nAnswer in this form, with every `…` written out: {_json(form)}",
    )


def task_of(topic: str | None, variation: int, **counts: int) -> dict[str, JsonValue]:
    """What a brief asks for; another take is asked for in words, so that it is not answered the same way again."""
    task: dict[str, JsonValue] = {"topic": topic, **counts, "take": variation}
    return {name: value for name, value in task.items() if value}


@cache
def _template(name: str) -> Template:
    return Template((PROMPTS / f"{name}.md").read_text("utf-8"))


def prompt_text(name: str, words: Mapping[str, str]) -> str:
    """The prompt file of that name, filled."""
    return _template(name).substitute(words)


def language_name(language: str) -> str:
    """`German (de)`: the English name that CLDR has for a tag, and the tag."""
    try:
        name = Locale.parse(language, sep="-").get_display_name("en")
    except (UnknownLocaleError, ValueError):
        name = None
    return f"{name} ({language})" if name else f"the language {language}"


def _json(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)
