"""One answer of a server with an API like OpenAI's, token by token, within limits of time and length."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from openai import AsyncOpenAI, AsyncStream
from pydantic import ValidationError

from include.chat.system_role import without_system
from include.contract.errors import ModelAway, ModelRefused, RejectedContent
from include.contract.values import Open
from include.runtime.deadline import Deadline
from include.runtime.models.server import ModelServer
from include.runtime.writing.text_engine import Answer, Prompt, Role

_EVENTS = "text/event-stream"
_MOST_PIECES_A_TOKEN = 2
"""A server that sends more pieces than this per allowed token ignores the limit, and is cut off."""
_SEED_BITS = 31
"""Servers store a seed in so few."""
_BY_SCHEMA = "Answer with one JSON document that fits this JSON Schema, and with nothing else:\n"


@dataclass(frozen=True)
class Patience:
    """How long each part of an answer may take, in seconds."""

    connect_s: float = 10.0
    first_token_s: float = 300.0
    """From the request on: it may wait in the server's queue, and its prompt has to be read."""
    token_s: float = 60.0
    """Between two tokens."""
    answer_s: float = 1800.0
    """The whole of it."""


class _Delta(Open):
    content: str | None = None
    reasoning_content: str | None = None
    refusal: str | None = None


class _Choice(Open):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Usage(Open):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Piece(Open):
    choices: tuple[_Choice, ...] = ()
    usage: _Usage | None = None


@dataclass
class _Hearing:
    """What has come so far."""

    text: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    pieces: int = 0
    usage: _Usage = field(default_factory=_Usage)
    ended: str | None = None

    def hear(self, piece: _Piece) -> int:
        """Take in one piece; returns how many tokens it has."""
        self.usage = piece.usage or self.usage
        before = self.pieces
        for choice in piece.choices[:1]:
            self.pieces += bool(choice.delta.content or choice.delta.reasoning_content)
            self.text.append(choice.delta.content or "")
            self.refusal.append(choice.delta.refusal or "")
            self.ended = choice.finish_reason or self.ended
        return self.pieces - before


class Part(StrEnum):
    """What not every server takes of a question; each can be said in other words."""

    SCHEMA = "a schema"
    """Enforced by the server; if not, the model is told it."""
    SYSTEM = "a system role"
    """If not, what it says stands in front of the first user's message."""


def parts_of(prompt: Prompt) -> frozenset[Part]:
    """Which of them the question of `prompt` has."""
    has_system = any(each.role is Role.SYSTEM for each in prompt.messages)
    has_schema = prompt.schema is not None
    return frozenset({part for part, has in ((Part.SCHEMA, has_schema), (Part.SYSTEM, has_system)) if has})


def question(prompt: Prompt, server_model: str, parts: Collection[Part]) -> dict[str, Any]:
    """What the server is asked.

    :param parts: those that the server takes; the others are said in other words.
    """
    messages = [{"role": each.role.value, "content": each.content} for each in prompt.messages]
    if Part.SYSTEM not in parts:
        messages = without_system(messages)
    asked: dict[str, Any] = {
        "model": server_model,
        "max_completion_tokens": prompt.max_tokens,
        "temperature": prompt.temperature,
        "top_p": prompt.top_p,
        "seed": prompt.seed & ((1 << _SEED_BITS) - 1),
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if prompt.schema is not None and Part.SCHEMA in parts:
        held = {"name": "answer", "strict": True, "schema": prompt.schema}
        asked["response_format"] = {"type": "json_schema", "json_schema": held}
    elif prompt.schema is not None:
        messages.append({"role": "user", "content": _BY_SCHEMA + json.dumps(prompt.schema, ensure_ascii=False)})
    return {**asked, "messages": _merged(messages)}


def _merged(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    """Consecutive messages of one role as one, since chat templates want the roles to take turns."""
    merged: list[dict[str, str]] = []
    for each in messages:
        if merged and merged[-1]["role"] == each["role"]:
            merged[-1] = {**each, "content": f"{merged[-1]['content']}\n\n{each['content']}"}
        else:
            merged.append(each)
    return merged


async def answer_to(
    asked: dict[str, Any],
    client: AsyncOpenAI,
    server: ModelServer,
    patience: Patience,
    deadline: Deadline,
    tell: Callable[[int], None],
) -> Answer:
    """What the server answers to a `question`.

    :param tell: told of each token.
    :raises ModelAway: it is silent for too long, breaks off, or sends something incomplete.
    :raises ModelRefused: what answers is not such an API.
    :raises RejectedContent: server or model declines to answer.
    :raises OpenAIError: it refuses.
    """
    heard, most = _Hearing(), asked["max_completion_tokens"]
    try:
        async with asyncio.timeout(min(patience.answer_s, deadline.left_s)) as whole:
            stream = await _begun(asked, client, server, patience)
            async with stream:
                async for piece in _pieces(stream, server, patience):
                    if tokens := heard.hear(piece):
                        tell(tokens)
                    if heard.pieces > most * _MOST_PIECES_A_TOKEN:
                        heard.ended = "length"
                        break
    except TimeoutError:
        if not whole.expired():
            raise
        raise ModelAway(
            f"{server.name} has not finished after {heard.pieces} tokens in "
            f"{min(patience.answer_s, deadline.left_s) or patience.answer_s:g} s"
        ) from None
    return _answer(heard, server)


async def _begun(
    asked: dict[str, Any], client: AsyncOpenAI, server: ModelServer, patience: Patience
) -> AsyncStream[Any]:
    try:
        async with asyncio.timeout(patience.first_token_s):
            stream: AsyncStream[Any] = await client.chat.completions.create(**asked)
    except TimeoutError:
        raise ModelAway(f"{server.name} does not begin to answer within {patience.first_token_s:g} s") from None
    kind = str(stream.response.headers.get("content-type", "")).partition(";")[0].strip().lower()
    if kind != _EVENTS:
        async with stream:
            raise await _no_events(stream, kind, server, patience)
    return stream


async def _no_events(stream: AsyncStream[Any], kind: str, server: ModelServer, patience: Patience) -> Exception:
    """What is wrong with an answer that is not a stream of events."""
    try:
        async with asyncio.timeout(patience.token_s):
            body = (await stream.response.aread()).decode(errors="replace")
    except TimeoutError:
        return ModelAway(f"{server.name} breaks off")
    begins = f"it begins {server.told(body)!r}" if body.strip() else "it is empty"
    if kind == "application/json" and not _is_json(body):
        return ModelAway(f"{server.name} sends JSON that is cut short; {begins}")
    return ModelRefused(
        f"{server.name} answers with `{server.told(kind) or 'no type'}` where a stream of events is due; {begins}. The "
        "card's address has to be that of an API in the manner of OpenAI's, most often with `/v1` at its end; add the "
        "model under a new revision with the right one"
    )


def _is_json(body: str) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


async def _pieces(stream: AsyncStream[Any], server: ModelServer, patience: Patience) -> AsyncIterator[_Piece]:
    """What the stream brings, except what a server sends only to keep the connection open."""
    has_begun = False
    while True:
        limit_s = patience.token_s if has_begun else patience.first_token_s
        try:
            async with asyncio.timeout(limit_s):
                piece = _Piece.model_validate(await anext(stream), from_attributes=True)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ModelAway(f"{server.name} sends no token for {limit_s:g} s") from None
        except (ValueError, TypeError, ValidationError) as error:
            raise ModelAway(f"{server.name} sends what is no piece of an answer: {server.told(error)}") from None
        has_begun = has_begun or any(choice.delta.content for choice in piece.choices)
        yield piece


def _answer(heard: _Hearing, server: ModelServer) -> Answer:
    refusal = "".join(heard.refusal)
    if refusal or heard.ended == "content_filter":
        why = f"the model declines: {server.told(refusal)}" if refusal else "its content filter stopped the answer"
        raise RejectedContent(f"{server.name}: {why}; put the brief in other words")
    if heard.ended is None:
        raise ModelAway(f"{server.name} breaks off after {heard.pieces} tokens")
    return Answer(
        text="".join(heard.text),
        prompt_tokens=heard.usage.prompt_tokens or 0,
        answer_tokens=heard.pieces if heard.usage.completion_tokens is None else heard.usage.completion_tokens,
        is_cut=heard.ended == "length",
    )
