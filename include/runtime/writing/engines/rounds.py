"""Where the prompts of many threads meet: one thread advances all of them, round by round, until each is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from threading import Condition, Thread
from typing import Generic, Protocol, TypeVar

from include.runtime.writing.text_engine import Answer, Prompt


class Writing:
    """An answer while it is written."""

    tokens_written = 0
    answer: Answer | None = None
    error: Exception | None = None

    @property
    def is_done(self) -> bool:
        """Whether it is complete."""
        return self.answer is not None or self.error is not None


Row = TypeVar("Row", bound=Writing)


class Machine(Protocol[Row]):
    """A loaded model that writes many answers side by side."""

    def read(self, prompt: Prompt) -> Row:
        """A prompt, in the model's tokens. Called in the thread that brings it.

        :raises PromptTooLong: with its answer, it is longer than the model takes.
        """
        ...

    def take(self, row: Row) -> None:
        """Write this row too, from the next round on."""
        ...

    def advance(self) -> None:
        """One round: every answer gets what one pass through the model yields."""
        ...

    def drop(self) -> None:
        """Forget every answer that is not done."""
        ...


class Rounds(Generic[Row]):
    """A `TextEngine` of a `Machine`."""

    def __init__(self, machine: Machine[Row]) -> None:
        self._machine: Machine[Row] | None = machine
        self._changed = Condition()
        self._coming: list[Row] = []
        self._open: list[Row] = []
        self._thread: Thread | None = None

    def generate(self, prompts: Sequence[Prompt], tell: Callable[[int], None] = lambda tokens: None) -> list[Answer]:
        """As `TextEngine`."""
        rows = [self._opened().read(prompt) for prompt in prompts]
        with self._changed:
            self._opened()
            self._coming += rows
            self._start()
            self._changed.notify_all()
        while not all(row.is_done for row in rows):
            with self._changed:
                self._changed.wait_for(partial(_is_news, rows, _tokens(rows)))
            tell(_tokens(rows))
        return [_answer(row) for row in rows]

    def close(self) -> None:
        """As `TextEngine`; whoever still waits for an answer gets an error."""
        with self._changed:
            self._machine = None
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _opened(self) -> Machine[Row]:
        if self._machine is None:
            raise RuntimeError("the engine is closed")
        return self._machine

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="text engine", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (machine := self._ready()) is not None:
            try:
                machine.advance()
            except Exception as error:  # noqa: BLE001 - whoever waits for an answer raises it
                machine.drop()
                self._end(error)
            with self._changed:
                self._open = [row for row in self._open if not row.is_done]
                self._changed.notify_all()
        self._end(RuntimeError("the engine was closed"))

    def _ready(self) -> Machine[Row] | None:
        """The machine, with all rows that have come, as soon as it has something to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._coming or self._open or self._machine is None)
            if self._machine is not None:
                for row in self._coming:
                    self._machine.take(row)
                self._open += self._coming
                self._coming = []
            return self._machine

    def _end(self, error: Exception) -> None:
        with self._changed:
            for row in [*self._open, *self._coming]:
                if not row.is_done:
                    row.error = error
            self._coming = []
            self._changed.notify_all()


def _is_news(rows: Sequence[Writing], told: int) -> bool:
    return all(row.is_done for row in rows) or _tokens(rows) != told


def _tokens(rows: Sequence[Writing]) -> int:
    return sum(row.tokens_written for row in rows)


def _answer(row: Writing) -> Answer:
    if row.error is not None:
        raise row.error
    if row.answer is None:
        raise RuntimeError("an answer was waited for and is not there")
    return row.answer
