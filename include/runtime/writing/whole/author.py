"""Asking a model for a whole piece until it is right: once, again with its mistakes quoted, then with another seed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from include.contract.errors import RejectedContent
from include.contract.model_cards import TextSettings
from include.contract.values import shortened
from include.runtime.writing.asking import Tally
from include.runtime.writing.text_engine import Answer, Prompt, PromptTooLong, TextEngine
from include.runtime.writing.whole.answering import AnswerForm, Written, document_in, example_of, schema_of
from include.runtime.writing.whole.letter import Letter, letter_of

log = logging.getLogger(__name__)

ATTEMPTS = 3
_WARMER = 0.2
"""Added to the temperature for the second seed, so that it leaves the beaten track."""
_MOST_MISTAKES = 12
_MOST_BYTES_OF_A_MISTAKE = 400
_MARGIN = 1.05
"""A prompt is cut by a little more than its tokens call for, since characters differ in how many they make."""
_LEAST_CUT_CHARACTERS = 200
_DONE = (0.0, 0.6, 0.8, 0.95)
"""The share of an item that counts as done when each attempt begins, and when the last one ends: it never falls."""
_MOST_TOLD = 2
_MOST_BYTES_TOLD = 150
"""Of each mistake that people are told of while the writing goes on."""


@dataclass(frozen=True)
class Errand:
    """What a model is asked to write of one piece."""

    name: str
    """Name of its prompt file, and for messages."""
    words: Mapping[str, str]
    """What fills its prompt file; never text from a brief."""
    given: JsonValue
    """What is already written; None if nothing is."""
    task: Mapping[str, JsonValue]
    """What the brief asks for."""
    form: type[AnswerForm]
    flaws: Callable[[Written], list[str]]
    """Finds what is wrong with a document of that form."""
    expected_tokens: int
    """About how long the answer will be, for progress."""


class Author:
    """Writes one piece; the model is loaded only if there is something to write."""

    def __init__(
        self,
        engine: Callable[[], TextEngine],
        settings: TextSettings,
        seed: Callable[[int], int],
        tell: Callable[[float], None] = lambda share: None,
        say: Callable[[str], None] = lambda words: None,
        item: str = "",
    ) -> None:
        """As of a `Work`: `seed` gives the seed of each attempt, `tell` is given how much is written, `say` what is.

        :param item: for messages.
        """
        self._engine, self._settings, self._seed, self._tell = engine, settings, seed, tell
        self._say, self._item = say, item
        self.tally = Tally()

    def written(self, errand: Errand) -> Written:
        """The document.

        :raises RejectedContent: no answer was right; says what was wrong with each.
        """
        schema = schema_of(errand.form)
        first = letter_of(errand.name, errand.words, errand.given, errand.task, example_of(schema))
        again = _Sent(first, schema, self._seed(1), self._settings.temperature + _WARMER)
        sent, refused = replace(again, seed=self._seed(0), temperature=self._settings.temperature), []
        not_taken = ""
        for attempt in range(1, ATTEMPTS + 1):
            self.tally.attempts[errand.name] = attempt
            self._say(f"attempt {attempt} of {ATTEMPTS} for {self._item or errand.name}{not_taken}")
            sent, spent_s = again if attempt == ATTEMPTS else sent, self.tally.seconds
            sent, answer = self._answer(sent, self._telling(attempt, errand.expected_tokens))
            document, mistakes = _judged(answer, errand)
            if document is not None and not mistakes:
                return document
            refused.append(f"attempt {attempt}: {'; '.join(mistakes)}")
            not_taken = f"; attempt {attempt} was not taken: {_in_short(mistakes)}"
            self._log_not_taken(errand, attempt, mistakes, answer.answer_tokens, self.tally.seconds - spent_s)
            sent = replace(sent, letter=sent.letter.repaired(answer.text, mistakes))
        raise RejectedContent(
            f"{errand.name}: nothing that the model wrote was fit to use; bring more of it in the brief, put the "
            f"topic in other words, or use a larger text model. {'; '.join(refused)}"
        )

    def _log_not_taken(self, errand: Errand, attempt: int, mistakes: Sequence[str], tokens: int, took_s: float) -> None:
        item = self._item or errand.name
        rate = f", {tokens / took_s:.1f} a second" if took_s else ""
        log.warning(
            "%s: attempt %d of %d not taken: %s (%s tokens in %.0f s%s)",
            item,
            attempt,
            ATTEMPTS,
            _in_short(mistakes),
            f"{tokens:,}",
            took_s,
            rate,
            extra={"event": {"event": "not_taken", "item": item, "attempt": attempt}},
        )

    def _answer(self, sent: _Sent, tell: Callable[[int], None]) -> tuple[_Sent, Answer]:
        """The answer, and what was sent for it, which was cut at its front if it was too long.

        :raises RejectedContent: even the shortest that can be sent is too long for the model.
        """
        engine, started = self._engine(), time.perf_counter()
        while True:
            try:
                (answer,) = engine.generate([self._prompt(sent)], tell)
            except PromptTooLong as error:
                sent = replace(sent, letter=_shorter(sent.letter, error))
            else:
                break
        self.tally.seconds += time.perf_counter() - started
        self.tally.tokens += answer.answer_tokens
        self.tally.prompt_tokens += answer.prompt_tokens
        if sent.letter.left_out:
            self.tally.warnings = [
                f"the prompt was longer than the model takes: {sent.letter.left_out} characters at its front were left "
                "out; use a model that takes more, or bring less text"
            ]
        return sent, answer

    def _prompt(self, sent: _Sent) -> Prompt:
        settings = self._settings
        return Prompt(
            messages=sent.letter.messages,
            schema=sent.schema,
            max_tokens=min(settings.answer_tokens, settings.context_tokens // 2),
            seed=sent.seed,
            temperature=sent.temperature,
            top_p=settings.top_p,
        )

    def _telling(self, attempt: int, expected: int) -> Callable[[int], None]:
        begun, ended = _DONE[attempt - 1], _DONE[attempt]
        return lambda tokens: self._tell(begun + (ended - begun) * min(1.0, tokens / expected))


@dataclass(frozen=True)
class _Sent:
    """One request as it is sent to the model."""

    letter: Letter
    schema: Mapping[str, JsonValue]
    seed: int
    temperature: float


def _judged(answer: Answer, errand: Errand) -> tuple[Written | None, list[str]]:
    """The document of an answer, if it is one, and what is wrong with it, each on one line."""
    document, mistakes = document_in(errand.form, answer.text, answer.answer_tokens if answer.is_cut else None)
    found = mistakes if document is None else errand.flaws(document)
    return document, [shortened(" ".join(each.split()), _MOST_BYTES_OF_A_MISTAKE) for each in found[:_MOST_MISTAKES]]


def _in_short(mistakes: Sequence[str]) -> str:
    told = [shortened(each, _MOST_BYTES_TOLD) for each in mistakes[:_MOST_TOLD]]
    more = len(mistakes) - len(told)
    return "; ".join([*told, *([f"and {more} more"] if more else [])])


def _shorter(letter: Letter, error: PromptTooLong) -> Letter:
    if error.tokens and error.most:
        too_many = letter.characters * (1 - error.most / error.tokens) * _MARGIN
    else:
        too_many = letter.characters / 4
    cut = letter.shorter(max(_LEAST_CUT_CHARACTERS, round(too_many)))
    if cut is None:
        raise RejectedContent(f"{error}; nothing more of it can be left out: use a model that takes more") from error
    return cut
