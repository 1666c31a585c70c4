"""From messages to a model's tokens, by its chat template; what people wrote never becomes a control token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from include.chat.system_role import as_the_template_takes
from include.chat.templates import ChatEndless, ChatRefused, ChatTemplates
from include.contract.errors import RejectedContent, UnknownModel
from include.runtime.writing.text_engine import Message, Prompt, PromptTooLong

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


class ModelTemplate:
    """The chat template of one model, applied in a process of its own: `include.chat` says why."""

    def __init__(self, template: str, marks: Mapping[str, Any]) -> None:
        """:param marks: what it knows besides the chat, such as `bos_token`."""
        self._template, self._marks = template, marks
        self._templates = ChatTemplates()

    def text(self, messages: Sequence[Message]) -> str:
        """What the model reads, up to where its answer begins.

        :raises UnknownModel: the template takes the chat in no form, or does not come to an end.
        """
        chat = [{"role": each.role.value, "content": each.content} for each in messages]
        try:
            return as_the_template_takes(chat, lambda told: self._templates.text(self._template, told, self._marks))
        except ChatRefused as error:
            raise UnknownModel(f"the model's chat template cannot be used: {error}; add the model anew") from error
        except ChatEndless as error:
            raise UnknownModel(
                f"the model's chat template cannot be used: {error}; mend it, or take a model with another one, and "
                "add that"
            ) from error


class Chat:
    """A tokenizer with a chat template."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, context_tokens: int) -> None:
        """:raises UnknownModel: the model has no chat template."""
        if not tokenizer.chat_template:
            raise UnknownModel("the model has no chat template, so it cannot be asked anything; add one made for chats")
        try:
            self._template = ModelTemplate(tokenizer.get_chat_template(), tokenizer.special_tokens_map)
        except ValueError as error:
            raise UnknownModel(f"the model has several chat templates, none of which is `default`: {error}") from error
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
        text = self._template.text(messages)
        return [int(token) for token in self._tokenizer.encode(text, add_special_tokens=False)]

    def _count_marks(self, tokens: Sequence[int]) -> int:
        return sum(token in self._mark_tokens for token in tokens)


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
