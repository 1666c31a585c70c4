"""What a server says of a model that is to be added: asked once, without a key, and maybe not reached from here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from include.contract.errors import BadRequest, SourceAway
from include.contract.messages import legible
from include.contract.model_cards import OpenaiSettings
from include.contract.names import nearest
from include.contract.parsing import json_in
from operators.cli.output import complain
from operators.net.safe_http import HttpAnswer, asked

LIMIT_S = 5.0
_MOST_BYTES = 4 << 20
_MOST_TOLD = 10
_SHOWN_CHARACTERS = 100
_SLASH_V1 = "is `/v1` missing at the end of the address, or too much?"
_KEY_WANTED = (401, 403)


def look_at_server(settings: OpenaiSettings) -> None:
    """Tell what about the server may keep stages from using the model.

    :raises BadRequest: it leads to another host.
    """
    for each in _noticed(settings):
        complain(f"--address: {each}")


def _noticed(settings: OpenaiSettings) -> Iterator[str]:
    url = f"{settings.address.rstrip('/')}/models"
    try:
        with asked("GET", url, allow_private=True, until=time.monotonic() + LIMIT_S) as answer:
            yield from _of_answer(answer, settings)
    except SourceAway as error:
        yield (
            f"{error}. It is added all the same, since stages may reach what this machine does not; if they cannot, "
            "add it under another revision with the right address"
        )


def _of_answer(answer: HttpAnswer, settings: OpenaiSettings) -> Iterator[str]:
    if answer.location is not None:
        yield _of_redirect(answer.url, answer.location)
    elif answer.status in _KEY_WANTED:
        yield f"{answer.url} wants a key, and none is sent from here, so that nobody knows yet whether it has the model"
    elif not answer.is_success:
        yield f"{answer.url} answers {answer.status}, so that nobody knows yet whether it has the model; {_SLASH_V1}"
    elif (names := _names_in(answer)) is None:
        yield f"{answer.url} answers with something else than a list of models; {_SLASH_V1}"
    elif settings.server_model not in names:
        yield (
            f"{answer.url} lists no model `{settings.server_model}`; {_told(settings.server_model, names)}. Some "
            "servers have more than they list; if this one has not, add the model under another revision with the "
            "right `--server-model`"
        )


def _of_redirect(url: str, location: str) -> str:
    """What is told of a redirect on the same host.

    :raises BadRequest: it leads to another one.
    """
    try:
        target = urljoin(url, location)
        is_elsewhere = urlsplit(target).hostname != urlsplit(url).hostname
    except ValueError:
        target, is_elsewhere = location, True
    words = f"{url} leads to {_shown(target)}, and stages follow no redirect"
    if is_elsewhere:
        raise BadRequest(
            f"--address: {words}, since prompts and key would go to that host; if it is the right one, give its address"
        )
    return f"{words}; if it does the same with questions, add the model under another revision with that address"


def _names_in(answer: HttpAnswer) -> list[str] | None:
    """Names of the models that it lists; None if it is no list."""
    try:
        told = json_in(answer.body(_MOST_BYTES))
    except (ValueError, BadRequest):
        return None
    models = told.get("data") if isinstance(told, dict) else None
    if not isinstance(models, list):
        return None
    return [name for each in models if isinstance(each, dict) and isinstance(name := each.get("id"), str)]


def _told(found: str, names: list[str]) -> str:
    near = nearest(found, names)
    ordered = [*near, *(name for name in sorted(names) if name not in near)]
    more = f" and {len(ordered) - _MOST_TOLD} more" if len(ordered) > _MOST_TOLD else ""
    return f"it lists {', '.join(f'`{_shown(name)}`' for name in ordered[:_MOST_TOLD]) or 'none'}{more}"


def _shown(text: str) -> str:
    return legible(" ".join(text[:_SHOWN_CHARACTERS].split()))
