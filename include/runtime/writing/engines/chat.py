"""From messages to a model's tokens, by its chat template; what people wrote never becomes a control token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

from include.contract.errors import RejectedContent, UnknownModel
from include.runtime.writing.text_engine import Message, Prompt, PromptTooLong, Role

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_ENDS = """
    <|im_end|> <|eot_id|> <|eom_id|> <end_of_turn> <turn|> <|end|> <|return|> <|endoftext|> <|end_of_text|> </s> <eos>
"""
END_OF_TURN = frozenset(_ENDS.split())
"""Tokens that end an answer in the known families of models; a model's files often name only one of its own."""
_NEUTRAL = "a"


class Marks:
    """The control tokens of a chat, which a tokenizer recognises anywhere in a text."""

    def __init__(self, marks: Iterable[str]) -> None:
        longest_first = sorted(set(marks), key=lambda mark: (-len(mark), mark))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def broken_up(self, text: str) -> str:
        """`text` with a space in each control token in it, so that it is read as its letters."""
        if self._pattern is None:
            return text
        while (broken := self._pattern.sub(lambda mark: f"{mark[0][0]} {mark[0][1:]}", text)) != text:
            text = broken
        return text


class Chat:
    """A tokenizer with a chat template."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, context_tokens: int) -> None:
        """:raises UnknownModel: the model has no chat template."""
        if not tokenizer.chat_template:
            raise UnknownModel("the model has no chat template, so it cannot be asked anything; add one made for chats")
        self._tokenizer, self._context_tokens = tokenizer, context_tokens
        added: dict[int, Any] = tokenizer.added_tokens_decoder
        marks = {token: str(mark) for token, mark in added.items() if _is_mark(str(mark))}
        self._marks, self._mark_tokens = Marks(marks.values()), frozenset(marks)
        self.ends = frozenset(
            token for token, mark in added.items() if str(mark) in END_OF_TURN or token == tokenizer.eos_token_id
        )
        """Tokens that end an answer."""

    def tokens(self, prompt: Prompt) -> list[int]:
        """What the model reads.

        :raises PromptTooLong: no room is left for the answer.
        :raises RejectedContent: a message has a control token in a spelling that cannot be broken up.
        """
        messages = [Message(each.role, self._marks.broken_up(each.content)) for each in prompt.messages]
        read = self._read(messages)
        neutral = self._read([Message(each.role, _NEUTRAL) for each in messages])
        if self._count_marks(read) != self._count_marks(neutral):
            raise RejectedContent(
                "the text has something that the model's tokenizer takes for a control token; take it out of the brief"
            )
        check_length(len(read), prompt.max_tokens, self._context_tokens)
        return read

    def text(self, tokens: Sequence[int]) -> str:
        """What the model wrote, without control tokens."""
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))

    def _read(self, messages: Sequence[Message]) -> list[int]:
        text = as_the_template_takes(messages, self._templated, TemplateError, ValueError, TypeError, KeyError)
        return [int(token) for token in self._tokenizer.encode(text, add_special_tokens=False)]

    def _templated(self, told: list[dict[str, str]]) -> str:
        # Models that can think first are asked not to, since only the answer is wanted; others ignore this.
        return str(
            self._tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True, enable_thinking=False)
        )

    def _count_marks(self, tokens: Sequence[int]) -> int:
        return sum(token in self._mark_tokens for token in tokens)


def as_the_template_takes(
    messages: Sequence[Message], templated: Callable[[list[dict[str, str]]], str], *refusals: type[Exception]
) -> str:
    """The chat by a template; if it has no system role, what that says is put before the first user's message.

    :param templated: applies the template to roles and contents.
    :param refusals: what it raises if it does not take the chat.
    :raises UnknownModel: it takes the chat in neither form.
    """
    try:
        text = templated([{"role": each.role.value, "content": each.content} for each in messages])
    except refusals:
        text = ""
    # Some templates refuse a system message, and others ignore it.
    if text and all(each.content.strip() in text for each in messages if each.role is Role.SYSTEM):
        return text
    try:
        return templated([{"role": each.role.value, "content": each.content} for each in _without_system(messages)])
    except refusals as error:
        raise UnknownModel(f"the model's chat template cannot be used: {error}; add the model anew") from error


def _without_system(messages: Sequence[Message]) -> list[Message]:
    system = [each.content for each in messages if each.role is Role.SYSTEM]
    said = [each for each in messages if each.role is not Role.SYSTEM]
    first = next((place for place, each in enumerate(said) if each.role is Role.USER), None)
    if first is not None:
        said[first] = Message(Role.USER, "\n\n".join([*system, said[first].content]))
    return said


def _is_mark(added: str) -> bool:
    """Whether it is a control token; tokenizers also add runs of blanks, and words."""
    return len(added) > 1 and not all(character.isalnum() or character.isspace() for character in added)


def check_length(tokens: int, answer_tokens: int, context_tokens: int) -> None:
    """Check that a prompt leaves room for its answer.

    :raises PromptTooLong: it does not.
    """
    most = context_tokens - answer_tokens
    if tokens > most:
        raise PromptTooLong(
            f"the prompt has {tokens} tokens and its answer may have {answer_tokens}; the model takes "
            f"{context_tokens} together",
            tokens=tokens,
            most=max(most, 0),
        )
