"""A model behind an API like OpenAI's: asked for several answers at once, and again if that may help."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from threading import Lock, Thread

import httpx2
from openai import AsyncOpenAI, OpenAIError

from include.contract.errors import AtelierError, ModelAway, UnknownModel
from include.contract.model_cards import OpenaiSettings
from include.runtime.deadline import Deadline
from include.runtime.models.server import ModelServer
from include.runtime.stage import ModelFiles
from include.runtime.writing.engines.openai_answers import Part, Patience, answer_to, parts_of, question
from include.runtime.writing.engines.openai_errors import Refusal, refusal_of
from include.runtime.writing.text_engine import Answer, Prompt

log = logging.getLogger(__name__)

MOST_AT_ONCE = 16
"""Requests in progress: as many as a batch has briefs."""
TRIES = 6
"""How often a question is asked if the server fails without saying for how long."""
FIRST_PAUSE_S = 1.0
"""Pause before a question is asked again; it doubles each time, and up to half is added at random."""
_INSTEAD = {
    Part.SCHEMA: "and answers are checked alone",
    Part.SYSTEM: "with its words in front of the first user's",
}
_LISTED_MODELS = 20
_LIST_S = 20.0


def open_engine(model: ModelFiles) -> OpenaiEngine:
    """The server that the card of `model` names; nothing is asked yet.

    :raises UnknownModel: the card names another backend.
    :raises ModelRefused: the key or the certificates that are set are wrong.
    """
    if model.card is None or not isinstance(model.card.settings, OpenaiSettings):
        raise UnknownModel(f"model {model.name} is not on a server")
    settings = model.card.settings
    return OpenaiEngine(ModelServer.at(settings.address), settings.server_model, Deadline.of_stage())


class OpenaiEngine:
    """Asks in a thread of its own, in which every wait can be interrupted; any number of threads may use it."""

    def __init__(
        self,
        server: ModelServer,
        server_model: str,
        deadline: Deadline,
        patience: Patience = Patience(),  # noqa: B008
    ) -> None:
        self._server, self._server_model = server, server_model
        self._deadline, self._patience = deadline, patience
        self._not_taken: set[Part] = set()
        self._not_before = 0.0
        """Time, on the loop's clock, before which the server asks not to be sent anything."""
        self._client = _client(server, patience)
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._closing = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._serve, name="model server", daemon=True)
        self._thread.start()

    def generate(self, prompts: Sequence[Prompt], tell: Callable[[int], None] = lambda tokens: None) -> list[Answer]:
        """As `TextEngine`.

        :raises ModelAway: the server does not answer in the time that is left.
        :raises ModelRefused: it refuses to be used like this.
        :raises UnknownModel: it does not have the model.
        :raises PromptTooLong: one of the prompts is longer than the model takes.
        :raises BadRequest: it does not take one of the prompts.
        :raises RejectedContent: it declines to answer one of them.
        """
        count = _Count(tell)
        asked: list[Future[Answer]] = [
            asyncio.run_coroutine_threadsafe(self._answer(prompt, count.add), self._loop) for prompt in prompts
        ]
        try:
            return [each.result() for each in asked]
        finally:
            for each in asked:
                each.cancel()

    def close(self) -> None:
        """Break off what is in progress."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._closing.set)
            self._thread.join()

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._until_closed())

    async def _until_closed(self) -> None:
        async with self._client:
            await self._closing.wait()

    async def _answer(self, prompt: Prompt, tell: Callable[[int], None]) -> Answer:
        """The answer to one prompt, which is asked again if that may help."""
        failures = 0
        while True:
            await asyncio.sleep(self._not_before - self._loop.time())
            async with self._places:
                found = await self._try(prompt, tell)
            if isinstance(found, Answer):
                return found
            failures += found.wait_s is None
            await self._pause(found, failures)

    async def _try(self, prompt: Prompt, tell: Callable[[int], None]) -> Answer | Refusal:
        """The answer, or why there is none yet.

        :raises AtelierError: there will be none.
        """
        form, given_up = parts_of(prompt) - self._not_taken, dict[Part, AtelierError]()
        found = await self._ask(prompt, tell, form)
        while isinstance(found, Refusal) and (part := _objected_to(found, form)) is not None:
            given_up[part] = found.error
            form -= {part}
            found = await self._ask(prompt, tell, form)
        if isinstance(found, Answer):
            self._remember(given_up)
        elif not isinstance(found.error, ModelAway):
            raise found.error
        return found

    def _remember(self, given_up: Mapping[Part, AtelierError]) -> None:
        """Ask without these from now on, since the server has answered without them."""
        for part, refusal in given_up.items():
            if part not in self._not_taken:
                self._not_taken.add(part)
                log.warning("%s; it takes the question without %s, %s", refusal, part, _INSTEAD[part])

    async def _ask(self, prompt: Prompt, tell: Callable[[int], None], form: frozenset[Part]) -> Answer | Refusal:
        asked = question(prompt, self._server_model, form)
        try:
            return await answer_to(asked, self._client, self._server, self._patience, self._deadline, tell)
        except ModelAway as error:
            return Refusal(error)
        except OpenAIError as error:
            refusal = refusal_of(error, self._server, self._server_model)
        if isinstance(refusal.error, UnknownModel):
            return replace(refusal, error=await self._with_models(refusal.error))
        return refusal

    async def _pause(self, refusal: Refusal, failures: int) -> None:
        """Wait for as long as the server asks, or a little longer each time.

        :raises ModelAway: there is not that much time left, or it was asked often enough.
        """
        pause_s = refusal.wait_s
        if pause_s is None:
            pause_s = FIRST_PAUSE_S * 2 ** (failures - 1) * random.uniform(1, 1.5)
        if failures >= TRIES:
            raise ModelAway(f"{refusal.error}; asked {failures} times")
        if pause_s >= self._deadline.left_s:
            raise ModelAway(f"{refusal.error}; the stage has {self._deadline.left_s:.0f} s left")
        if refusal.wait_s is not None:
            self._not_before = max(self._not_before, self._loop.time() + pause_s)
        log.warning("%s; asked again in %.1f s", refusal.error, pause_s)
        await asyncio.sleep(pause_s)

    async def _with_models(self, error: AtelierError) -> UnknownModel:
        """`error` with the models that the server says it has."""
        try:
            async with asyncio.timeout(_LIST_S):
                names = sorted([str(each.id) async for each in self._client.models.list()])
        except (OpenAIError, TimeoutError, ValueError, TypeError, AttributeError):
            return UnknownModel(f"{error}, nor a list of models; is `/v1` missing at the end of the card's address?")
        shown = ", ".join(f"`{self._server.told(name)}`" for name in names[:_LISTED_MODELS]) or "none"
        more = f" and {len(names) - _LISTED_MODELS} more" if len(names) > _LISTED_MODELS else ""
        return UnknownModel(f"{error}; it has: {shown}{more}. Add the model under a new revision with one of them")


def _objected_to(refusal: Refusal, form: frozenset[Part]) -> Part | None:
    """What the server may not take of a question of that form; None if it can be asked in no other."""
    if not refusal.is_of_the_question:
        return None
    if refusal.is_of_roles and Part.SYSTEM in form:
        return Part.SYSTEM
    return Part.SCHEMA if Part.SCHEMA in form else None


class _Count:
    """Counts the tokens of all answers of one call."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell, self._tokens, self._lock = tell, 0, Lock()

    def add(self, tokens: int) -> None:
        with self._lock:
            self._tokens += tokens
        self._tell(self._tokens)


def _client(server: ModelServer, patience: Patience) -> AsyncOpenAI:
    """A client that neither retries nor follows redirects; only connecting has a time limit."""
    http = httpx2.AsyncClient(
        event_hooks={"request": [] if server.key else [_without_key]},
        verify=server.trust(),
        follow_redirects=False,
        timeout=httpx2.Timeout(None, connect=patience.connect_s),
        limits=httpx2.Limits(max_connections=MOST_AT_ONCE + 1),
    )
    return AsyncOpenAI(
        api_key=server.key or "none",
        base_url=server.address,
        max_retries=0,
        http_client=http,
    )


async def _without_key(request: httpx2.Request) -> None:
    """Remove the header: the client insists on a key and always sends it."""
    request.headers.pop("Authorization", None)
