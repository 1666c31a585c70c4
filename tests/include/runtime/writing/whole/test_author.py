from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from include.contract.errors import RejectedContent, StoreAway
from include.runtime.writing.text_engine import Prompt, PromptTooLong, Role
from include.runtime.writing.whole.answering import form_of
from include.runtime.writing.whole.author import Errand
from tests.include.runtime.writing.whole.parts import ScriptedEngine, author, said_by

GOOD = {"caption": "Bees hum."}
BAD = {"caption": "Wasps buzz."}


def errand(given: Any = None) -> Errand:
    return Errand(
        name="product",
        words={"language": "English (en)", "prompt_language": "English (en)", "length": "2 words"},
        given=given,
        task={"topic": "Bees"},
        form=form_of("Written", {"caption": str}),
        flaws=lambda written: (
            [] if "Bees" in written["caption"] else [f"caption: names no bees ({written['caption']})"]
        ),
        expected_tokens=10,
    )


def test_a_good_answer_is_taken_at_once() -> None:
    engine = ScriptedEngine(GOOD)
    who = author(engine)
    assert who.written(errand()) == GOOD
    assert (who.tally.attempts, len(engine.prompts)) == ({"product": 1}, 1)
    assert who.tally.tokens > 0
    assert who.tally.prompt_tokens > who.tally.tokens
    assert who.tally.warnings == []


def test_the_second_time_the_mistakes_are_quoted_and_the_third_has_another_seed() -> None:
    engine = ScriptedEngine(BAD, BAD, GOOD)
    who = author(engine, temperature=0.5)
    assert who.written(errand()) == GOOD
    first, repair, again = engine.prompts
    assert who.tally.attempts == {"product": 3}
    assert [message.role for message in repair.messages] == [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER]
    assert said_by(repair, 2) == '{"caption": "Wasps buzz."}'
    assert "- caption: names no bees (Wasps buzz.)" in said_by(repair, 3)
    assert (first.seed, repair.seed, again.seed) == (1000, 1000, 1001)
    assert first.messages == again.messages
    assert again.temperature > first.temperature == repair.temperature == 0.5


def test_after_that_it_is_refused_with_what_was_wrong_each_time() -> None:
    engine = ScriptedEngine(BAD, "Sure! Here you go.", BAD)
    with pytest.raises(RejectedContent, match=r"attempt 1: .*Wasps.*attempt 2: .*no JSON.*attempt 3: .*Wasps"):
        author(engine).written(errand())
    assert len(engine.prompts) == 3


def test_an_answer_that_ends_inside_its_json_is_repaired_and_then_refused() -> None:
    engine = ScriptedEngine('{"caption": "Bees and bees and bees and', cut=frozenset({0, 1, 2}))
    with pytest.raises(
        RejectedContent, match="attempt 3: The answer is no JSON document: it breaks off after 9 tokens"
    ):
        author(engine).written(errand())
    assert "breaks off" in said_by(engine.prompts[1], 3)


def test_limits_are_those_of_the_card() -> None:
    engine = ScriptedEngine(GOOD)
    author(engine, temperature=0, top_p=0.4, answer_tokens=700, context_tokens=1000).written(errand())
    (prompt,) = engine.prompts
    assert (prompt.temperature, prompt.top_p, prompt.max_tokens) == (0, 0.4, 500)
    assert prompt.schema == {
        "type": "object",
        "properties": {"caption": {"type": "string"}},
        "required": ["caption"],
        "additionalProperties": False,
    }


def tokens_of(prompt: Prompt) -> int:
    return sum(len(message.content) for message in prompt.messages) // 4


def taking(most: int) -> Any:
    def reply(prompt: Prompt) -> Any:
        tokens = tokens_of(prompt)
        return PromptTooLong(f"the prompt has {tokens} tokens", tokens, most) if tokens > most else GOOD

    return reply


def test_a_prompt_that_is_too_long_is_cut_at_the_front_of_what_is_oldest_and_that_is_told() -> None:
    engine = ScriptedEngine(taking(1000))
    who = author(engine)
    assert who.written(errand({"text": f"OLDEST {'bees and flowers ' * 500}YOUNGEST"})) == GOOD
    sent = said_by(engine.prompts[-1])
    assert sent.startswith("…")
    assert "OLDEST" not in sent
    assert "YOUNGEST" in sent
    assert '"topic": "Bees"' in sent
    assert said_by(engine.prompts[-1], 0) == said_by(engine.prompts[0], 0)
    (warning,) = who.tally.warnings
    assert "characters at its front were left out" in warning


def test_where_the_engine_cannot_count_it_is_cut_by_and_by() -> None:
    def reply(prompt: Prompt) -> Any:
        return PromptTooLong("too long") if len(said_by(prompt)) > 2000 else GOOD

    engine = ScriptedEngine(reply)
    assert author(engine).written(errand({"text": "bees " * 2000})) == GOOD
    assert len(engine.prompts) < 12


def test_a_model_that_takes_not_even_the_instructions_is_told_so() -> None:
    engine = ScriptedEngine(taking(10))
    with pytest.raises(RejectedContent, match="has .* tokens; nothing more of it can be left out"):
        author(engine).written(errand({"text": "bees " * 500}))


def test_in_a_repair_what_was_given_is_left_out_before_what_was_answered() -> None:
    def reply(prompt: Prompt) -> Any:
        return taking(tokens_of(engine.prompts[0]))(prompt)

    engine = ScriptedEngine(BAD, reply)
    author(engine).written(errand({"text": "bees " * 200}))
    sent = engine.prompts[-1]
    assert len(engine.prompts) > 2
    assert said_by(sent).startswith("…")
    assert said_by(sent, 2) == '{"caption": "Wasps buzz."}'


def test_what_lies_around_the_model_is_not_asked_again() -> None:
    engine = ScriptedEngine(StoreAway("gone"))
    with pytest.raises(StoreAway):
        author(engine).written(errand())
    assert len(engine.prompts) == 1


def test_what_is_told_of_its_progress_never_falls_from_one_attempt_to_the_next_and_never_says_done() -> None:
    told: list[float] = []
    long = {"caption": "Wasps " * 100}
    author(ScriptedEngine(BAD, long, {"caption": "Bees " * 100}), told).written(errand())
    assert told == [pytest.approx(0.18), pytest.approx(0.8), pytest.approx(0.95)]
    told.clear()
    with pytest.raises(RejectedContent):
        author(ScriptedEngine(long, BAD, BAD), told).written(errand())
    assert told == sorted(told)
    assert told[0] == pytest.approx(0.6)


def test_each_answer_that_is_not_taken_is_logged_with_its_first_reasons_and_what_it_took(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = ScriptedEngine(BAD, "Sure! Here you go.", GOOD)
    author(engine, item="bread").written(errand())
    first, second = [record.getMessage() for record in caplog.records]
    assert re.fullmatch(
        r"bread: attempt 1 of 3 not taken: caption: names no bees \(Wasps buzz\.\) "
        r"\(6 tokens in \d+ s, [\d.]+ a second\)",
        first,
    )
    assert second.startswith("bread: attempt 2 of 3 not taken: The answer is no JSON document: Expecting value")
    assert caplog.records[1].event == {"event": "not_taken", "item": "bread", "attempt": 2}  # type: ignore[attr-defined]


def test_reasons_that_are_many_or_long_are_logged_in_short(caplog: pytest.LogCaptureFixture) -> None:
    mistakes = [f"{number}: {'mistake ' * 40}" for number in range(9)]
    asked = replace(errand(), flaws=lambda written: mistakes)
    with pytest.raises(RejectedContent):
        author(ScriptedEngine(GOOD), item="bread").written(asked)
    line = caplog.records[0].getMessage()
    assert "; and 7 more (" in line
    assert len(line) < 450


def test_it_says_which_attempt_is_under_way_and_why_the_one_before_was_not_taken() -> None:
    said: list[str] = []
    author(ScriptedEngine(BAD, GOOD), item="bread", say=said.append).written(errand())
    assert said == [
        "attempt 1 of 3 for bread",
        "attempt 2 of 3 for bread; attempt 1 was not taken: caption: names no bees (Wasps buzz.)",
    ]
