from __future__ import annotations

from collections.abc import Sequence

import pytest

from include.contract.errors import RejectedContent
from include.runtime.writing.asking import ATTEMPTS, Interviewer, Wanted
from include.runtime.writing.text_model import Draft, Question


class ScriptedModel:
    """Answers what it is told to, attempt by attempt, and keeps what it was asked."""

    def __init__(self, attempts: Sequence[Sequence[Draft]]) -> None:
        self.attempts = list(attempts)
        self.tokens_read = 7
        self.asked: list[tuple[Question, list[int]]] = []

    def drafts(self, question: Question, seeds: Sequence[int]) -> list[Draft]:
        self.asked.append((question, list(seeds)))
        self.tokens_read += 10
        return list(self.attempts[len(self.asked) - 1])

    def log_probabilities(self, question: Question, answers: Sequence[str]) -> list[float]:
        self.tokens_read += 100
        return [0.0 for _ in answers]


def wanted(topic: str = "bees") -> Wanted:
    return Wanted(
        part="narration/01",
        question=Question("Why?"),
        seed_facts=(topic,),
        finish=str.strip,
        flaws=lambda text: [] if "good" in text else [f"is {text}"],
        roughness=lambda text: float(text.count("!")),
        drafts=2,
    )


def test_the_likeliest_draft_without_a_flaw_is_taken_of_the_first_attempt_that_has_one() -> None:
    bad = [Draft("bad", -0.1, 3), Draft("worse", -0.1, 3)]
    model = ScriptedModel([bad, [Draft(" good ", -1.0, 4), Draft("good!", -0.5, 4)]])
    interviewer = Interviewer(lambda: model)
    assert interviewer.ask(wanted()) == "good"
    assert interviewer.tally.attempts == {"narration/01": 2}
    assert (interviewer.tally.tokens, interviewer.tally.prompt_tokens) == (14, 20)


def test_what_the_model_reads_for_one_piece_is_counted_in_its_tally_alone() -> None:
    model = ScriptedModel([[Draft("good", -1.0, 4)]] * 2)
    first, second = Interviewer(lambda: model), Interviewer(lambda: model)
    first.ask(wanted())
    second.model.log_probabilities(Question("Where?"), ["here"])
    second.ask(wanted())
    assert (first.tally.prompt_tokens, second.tally.prompt_tokens) == (10, 110)
    assert second.model.tokens_read == model.tokens_read == 127


def test_every_attempt_has_seeds_of_its_own_that_follow_from_the_facts_alone() -> None:
    bad = [[Draft("bad", -1.0, 1)]] * ATTEMPTS
    models = [ScriptedModel(bad) for _ in range(3)]
    for model, topic in zip(models, ("bees", "bees", "wasps"), strict=True):
        with pytest.raises(RejectedContent):
            Interviewer(lambda model=model: model).ask(wanted(topic))  # type: ignore[misc]
    seeds = [[seed for _, attempt in model.asked for seed in attempt] for model in models]
    assert len(set(seeds[0])) == 2 * ATTEMPTS
    assert seeds[0] == seeds[1]
    assert set(seeds[0]).isdisjoint(seeds[2])
    assert all(0 <= seed < 2**63 for seed in seeds[0])


def test_a_refusal_says_what_was_wrong_with_each_attempt() -> None:
    model = ScriptedModel([[Draft(f"bad {attempt}", -1.0, 1)] for attempt in range(ATTEMPTS)])
    with pytest.raises(RejectedContent, match=r"narration/01: .*attempt 1: is bad 0; .*attempt 4: is bad 3"):
        Interviewer(lambda: model).ask(wanted())
