"""What the errors of the `openai` client mean, by what to do next, in words that never contain a key."""

from __future__ import annotations

import math
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError, OpenAIError

from include.contract import environment
from include.contract.errors import AtelierError, BadRequest, ModelAway, ModelRefused, UnknownModel
from include.runtime.models.server import ModelServer
from include.runtime.writing.text_engine import PromptTooLong

_LATER = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_OF_THE_QUESTION = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
_TOO_LONG, _TOO_LONG_IN_LLAMA = "context_length_exceeded", "exceed_context_size_error"
_TOO_LONG_IN_WORDS = re.compile(r"maximum context length|longer than the model's context length", re.IGNORECASE)
_OF_ROLES = re.compile(
    r"\bsystem (role|message|prompt)|\brole:? ['\"`]?system\b|\broles?\b.{0,60}\b(alternate|supported)\b", re.IGNORECASE
)
"""Servers pass on what chat templates say: `System role not supported`, `Conversation roles must alternate`."""
_NO_MONEY = {"insufficient_quota", "billing_hard_limit_reached"}
_FIRST_ERROR = 400
_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True)
class Refusal:
    """One request that failed."""

    error: AtelierError
    wait_s: float | None = None
    """How long the server asks not to be sent anything."""
    is_of_the_question: bool = False
    """Whether it objects to the question itself, and may accept another form of it."""
    is_of_roles: bool = False
    """Whether it objects to whose messages they are."""


def refusal_of(error: OpenAIError, server: ModelServer, server_model: str) -> Refusal:
    """What `error` means."""
    if isinstance(error, APIStatusError):
        return _by_status(error, server, server_model)
    if isinstance(error, APITimeoutError):
        return Refusal(ModelAway(f"{server.name} does not answer in time"))
    if isinstance(error, APIConnectionError):
        return Refusal(_unreached(error, server))
    if isinstance(error, APIError):
        return Refusal(ModelAway(f"{server.name} broke off with an error: {server.told(error.message)}"))
    return Refusal(ModelRefused(f"{server.name} cannot be asked: {server.told(error)}"))


def _by_status(error: APIStatusError, server: ModelServer, server_model: str) -> Refusal:
    status = error.status_code
    said = server.told(error.message.removeprefix(f"Error code: {status}").removeprefix(" - "))
    answer = f"status {status}" + (f": {said}" if said else "")
    if status < _FIRST_ERROR:
        return Refusal(_redirected(error, server))
    if status == HTTPStatus.PAYMENT_REQUIRED or (error.code in _NO_MONEY):
        return Refusal(ModelRefused(f"{server.name}: the account of its key has no credit left ({answer})"))
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Refusal(ModelRefused(f"{server.name} ({answer}) {server.refusing}"))
    if status == HTTPStatus.NOT_FOUND:
        return Refusal(UnknownModel(f"{server.name} has no model `{server_model}` ({answer})"))
    if status in _LATER or (status >= _FIRST_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED):
        wait_s = _retry_after_s(error)
        asks = "" if wait_s is None else f", and asks to wait {wait_s:.0f} s"
        return Refusal(ModelAway(f"{server.name} cannot answer now ({answer}){asks}"), wait_s)
    if status in _OF_THE_QUESTION and _is_too_long(error):
        return Refusal(_too_long(error, f"{server.name}: the prompt is longer than the model takes ({answer})"))
    if status in _OF_THE_QUESTION:
        error_of_it = BadRequest(f"{server.name} does not take the prompt ({answer})")
        return Refusal(error_of_it, None, True, bool(_OF_ROLES.search(error.message)))
    return Refusal(ModelRefused(f"{server.name} does not answer as it should ({answer}); is the card's address right?"))


def _is_too_long(error: APIStatusError) -> bool:
    """OpenAI and its followers say so by code, llama.cpp by type, vLLM and SGLang in words."""
    return error.code == _TOO_LONG or error.type == _TOO_LONG_IN_LLAMA or bool(_TOO_LONG_IN_WORDS.search(error.message))


def _too_long(error: APIStatusError, words: str) -> PromptTooLong:
    """With the numbers, if the server gives them."""
    told = error.body if isinstance(error.body, Mapping) else {}
    tokens, most = told.get("n_prompt_tokens"), told.get("n_ctx")
    is_told = isinstance(tokens, int) and isinstance(most, int)
    return PromptTooLong(words, tokens, most) if is_told else PromptTooLong(words)


def _redirected(error: APIStatusError, server: ModelServer) -> ModelRefused:
    where = server.told(error.response.headers.get("location", "nowhere"))
    return ModelRefused(
        f"{server.name} leads elsewhere, to {where}, and is not followed: prompts and key would go there too. If that "
        "is right, add the model under a new revision with that address"
    )


def _unreached(error: APIConnectionError, server: ModelServer) -> AtelierError:
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ModelRefused(
                f"{server.name} has a certificate that is not trusted: {cause.verify_message or cause}. If it comes "
                f"from an authority of your own, put that one's certificate, in PEM, into `{environment.MODEL_CA}` "
                "beside the key; if it is another server's, correct the card's address"
            )
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and "WRONG_VERSION_NUMBER" in str(cause):
            return ModelRefused(f"{server.name} does not speak TLS; is its address meant to begin with `http://`?")
    return ModelAway(f"{server.name} is not reached: {server.told(causes[-1])}")


def _causes(error: BaseException) -> list[BaseException]:
    """`error` and its causes."""
    found: list[BaseException] = [error]
    while (deeper := found[-1].__cause__ or found[-1].__context__) is not None and deeper not in found:
        found.append(deeper)
    return found


def _retry_after_s(error: APIStatusError) -> float | None:
    """What `Retry-After` says: seconds, or a date."""
    told = error.response.headers.get("retry-after", "").strip()
    if not told:
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
