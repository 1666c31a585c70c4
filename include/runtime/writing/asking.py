"""Asking the model until an answer is good: several drafts per attempt, of which the best without a flaw is taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from include.contract.canonical import digest
from include.contract.errors import RejectedContent
from include.runtime.writing.text_model import Draft, Question, TextModel

ATTEMPTS = 4
_WARMER = 0.2
"""Added to the temperature for each further attempt, so that it leaves the beaten track."""


@dataclass
class Tally:
    """What the writing cost, for people."""

    attempts: dict[str, int] = field(default_factory=dict)
    tokens: int = 0
    prompt_tokens: int = 0
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class UsableDraft:
    """A draft as it would be used."""

    text: str
    draft: Draft


@dataclass(frozen=True)
class Wanted:
    """One part of a script that the model has to write."""

    part: str
    """For messages and for the tally, such as `narration/03`."""
    question: Question
    seed_facts: tuple[str | int | None, ...]
    """Everything that determines the seeds, besides part, attempt and draft."""
    finish: Callable[[str], str]
    """Turns a draft's words into the text as it would be used."""
    flaws: Callable[[str], Sequence[str]]
    roughness: Callable[[str], float]
    drafts: int = 6


class Interviewer:
    """Asks a model that is loaded when it is first needed."""

    def __init__(self, model: Callable[[], TextModel]) -> None:
        self._model = model
        self.tally = Tally()

    @property
    def model(self) -> TextModel:
        """The model; what it reads is counted in the tally."""
        return _Counted(self._model(), self.tally)

    def ask(self, wanted: Wanted) -> str:
        """The best answer to `wanted`.

        :raises RejectedContent: every draft of every attempt has a flaw; says which.
        """
        refused = []
        for attempt in range(ATTEMPTS):
            self.tally.attempts[wanted.part] = attempt + 1
            answers = self._answers(wanted, attempt)
            good = [answer for answer in answers if not wanted.flaws(answer.text)]
            if good:
                return max(good, key=lambda answer: _worth(answer, wanted)).text
            refused.append(f"attempt {attempt + 1}: {_refusals(answers, wanted)}")
        raise RejectedContent(
            f"{wanted.part}: nothing that the model wrote was fit to use; bring this part in the brief, "
            f"put the topic in other words, or use a larger text model. {'; '.join(refused)}"
        )

    def _answers(self, wanted: Wanted, attempt: int) -> list[UsableDraft]:
        warmer = replace(wanted.question, temperature=wanted.question.temperature + _WARMER * attempt)
        seeds = [_seed(wanted, attempt, number) for number in range(wanted.drafts)]
        model = self.model
        started = time.perf_counter()
        drafts = model.drafts(warmer, seeds)
        self.tally.seconds += time.perf_counter() - started
        self.tally.tokens += sum(draft.tokens for draft in drafts)
        answers = [UsableDraft(wanted.finish(draft.text), draft) for draft in drafts]
        return list({answer.text: answer for answer in answers}.values())


class _Counted:
    """A model that is asked for one piece."""

    def __init__(self, model: TextModel, tally: Tally) -> None:
        self._model, self._tally = model, tally

    @property
    def tokens_read(self) -> int:
        return self._model.tokens_read

    def drafts(self, question: Question, seeds: Sequence[int]) -> list[Draft]:
        with self._counting():
            return self._model.drafts(question, seeds)

    def log_probabilities(self, question: Question, answers: Sequence[str]) -> list[float]:
        with self._counting():
            return self._model.log_probabilities(question, answers)

    @contextmanager
    def _counting(self) -> Iterator[None]:
        before = self._model.tokens_read
        yield
        self._tally.prompt_tokens += self._model.tokens_read - before


def _seed(wanted: Wanted, attempt: int, number: int) -> int:
    """63 bits that depend on nothing but the part's own facts."""
    return int(digest(["text", wanted.part, list(wanted.seed_facts), attempt, number])[:16], 16) >> 1


def _worth(answer: UsableDraft, wanted: Wanted) -> float:
    """How good an answer is, by likelihood and smoothness: a small model is most often right when it is sure."""
    return answer.draft.mean_log_probability - wanted.roughness(answer.text)


def _refusals(answers: Sequence[UsableDraft], wanted: Wanted) -> str:
    return ", ".join(dict.fromkeys(wanted.flaws(answer.text)[0] for answer in answers))
