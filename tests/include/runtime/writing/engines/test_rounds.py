"""Prompts of many threads meet in one machine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from include.runtime.writing.engines.rounds import Rounds, Writing
from include.runtime.writing.text_engine import Answer, Prompt, PromptTooLong
from tests.include.runtime.writing.engines.asking import prompt


class Counting(Writing):
    def __init__(self, prompt: Prompt) -> None:
        self.text = prompt.messages[-1].content
        self.wanted = prompt.max_tokens


class Machine:
    """Writes one token a round; notes how many rows each round had. No answer ends before `together` were in one."""

    def __init__(self, together: int = 1) -> None:
        self.rounds: list[int] = []
        self._rows: list[Counting] = []
        self._together = together

    def read(self, prompt: Prompt) -> Counting:
        row = Counting(prompt)
        if row.text == "long":
            raise PromptTooLong("too long", tokens=9, most=8)
        return row

    def take(self, row: Counting) -> None:
        self._rows.append(row)

    def advance(self) -> None:
        if any(row.text == "broken" for row in self._rows):
            raise MemoryError("no room")
        self.rounds.append(len(self._rows))
        for row in self._rows:
            row.tokens_written += 1
            if row.tokens_written >= row.wanted and max(self.rounds) >= self._together:
                row.answer = Answer(row.text.upper(), 1, row.wanted, is_cut=False)
        self._rows = [row for row in self._rows if not row.is_done]

    def drop(self) -> None:
        self._rows = []


def test_answers_come_in_the_order_of_their_prompts_and_progress_is_told_of_all_together() -> None:
    engine, told = Rounds(Machine()), list[int]()
    answers = engine.generate([prompt("a", 5), prompt("b", 2)], told.append)
    assert [answer.text for answer in answers] == ["A", "B"]
    assert told == sorted(told)
    assert told[-1] == 7
    engine.close()


def test_prompts_of_several_threads_are_answered_together() -> None:
    machine = Machine(together=4)
    engine = Rounds(machine)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda text: engine.generate([prompt(text, 20)])[0].text, "abcd"))
    assert answers == ["A", "B", "C", "D"]
    assert max(machine.rounds) == 4
    engine.close()


def test_what_goes_wrong_is_raised_where_an_answer_is_waited_for_and_the_engine_goes_on() -> None:
    engine = Rounds(Machine())
    with pytest.raises(MemoryError, match="no room"):
        engine.generate([prompt("broken"), prompt("a")])
    assert engine.generate([prompt("b")])[0].text == "B"
    engine.close()


def test_a_prompt_that_is_too_long_is_refused_before_anything_is_written() -> None:
    machine = Machine()
    engine = Rounds(machine)
    with pytest.raises(PromptTooLong) as refusal:
        engine.generate([prompt("a"), prompt("long")])
    assert (refusal.value.tokens, refusal.value.most) == (9, 8)
    assert machine.rounds == []
    engine.close()


def test_an_engine_that_was_closed_answers_nothing_more() -> None:
    engine = Rounds(Machine())
    assert engine.generate([prompt("a")])[0].text == "A"
    engine.close()
    with pytest.raises(RuntimeError, match="closed"):
        engine.generate([prompt("a")])
