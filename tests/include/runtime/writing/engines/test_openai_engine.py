from __future__ import annotations

import json
import logging
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import replace
from email.utils import formatdate

import pytest

from include.contract.errors import BadRequest, ModelAway, UnknownModel
from include.contract.model_cards import ModelCard, TransformersSettings
from include.contract.values import StageKind
from include.runtime.stage import ModelFiles
from include.runtime.writing.engines.openai_answers import Patience
from include.runtime.writing.engines.openai_engine import MOST_AT_ONCE, TRIES, open_engine
from include.runtime.writing.text_engine import Message, Role
from tests.include.runtime.writing.engines.served import BY_SCHEMA, HTML, QUESTION, SCHEMA, Opened
from tests.model_server.proxy import Fault, How, Proxy


def test_prompts_are_answered_in_their_order_with_their_tokens(model_server: Proxy, opened: Opened) -> None:
    told: list[int] = []
    plain, by_schema = opened(model_server).generate([QUESTION, BY_SCHEMA], told.append)
    assert (plain.answer_tokens, plain.is_cut) == (QUESTION.max_tokens, True)
    assert plain.prompt_tokens > len(["Give", "a", "title."])
    assert list(json.loads(by_schema.text)) == ["title"]
    assert not by_schema.is_cut
    assert told == sorted(told)
    assert 0 < told[-1] <= plain.answer_tokens + by_schema.answer_tokens


def test_no_more_questions_than_a_batch_has_briefs_are_under_way(unreal_server: Proxy, opened: Opened) -> None:
    unreal_server.lasting = Fault(How.SILENCE)
    engine = opened(unreal_server)
    asking = threading.Thread(target=lambda: pytest.raises(CancelledError, engine.generate, [QUESTION] * 20))
    asking.start()
    while unreal_server.under_way < MOST_AT_ONCE:
        time.sleep(0.01)
    engine.close()
    asking.join()
    assert unreal_server.most_under_way == MOST_AT_ONCE


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429),
        Fault(status=500, body='{"error": {"message": "out of blocks"}}'),
        Fault(status=503, headers={"Content-Type": "text/html"}, body=HTML),
        Fault(body='{"choices": [{"mess'),
        Fault(headers={"Content-Type": "text/event-stream"}, body='data: {"choices": [{"del\n\n'),
        Fault(headers={"Content-Type": "text/event-stream"}, body='data: {"error": {"message": "lost a worker"}}\n\n'),
        Fault(headers={"Content-Type": "text/event-stream"}, body="data: [1, 2]\n\ndata: 5\n\n"),
        Fault(headers={"Content-Type": "text/event-stream"}),
        Fault(How.RESET),
        Fault(How.CUT),
        Fault(How.SILENCE),
    ],
    ids=lambda fault: f"{fault.how.name} {fault.status} {fault.body:.40}",
)
def test_what_passes_is_asked_again(
    fault: Fault, model_server: Proxy, opened: Opened, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    model_server.faults.append(fault)
    patience = replace(Patience(), first_token_s=0.3) if fault.how is How.SILENCE else Patience()
    with caplog.at_level(logging.WARNING):
        try:
            (answer,) = opened(model_server, patience=patience).generate([QUESTION])
        except ModelAway:
            # A real answer is slower than this much patience; that it was asked again is what counts.
            assert fault.how is How.SILENCE
        else:
            assert answer.answer_tokens == QUESTION.max_tokens
    assert len(model_server.questions) > 1
    assert "asked again in 0.0 s" in caplog.text


def test_a_server_that_stays_away_is_told_by_what_it_said_last(
    unreal_server: Proxy, opened: Opened, impatient: None
) -> None:
    unreal_server.lasting = Fault(status=502, body='{"error": {"message": "no worker is up"}}')
    with pytest.raises(ModelAway, match=r"cannot answer now \(status 502: no worker is up\); asked 6 times"):
        opened(unreal_server).generate([QUESTION])
    assert len(unreal_server.questions) == TRIES


def test_all_questions_wait_for_as_long_as_the_server_asks(
    model_server: Proxy, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    engine = opened(model_server)
    model_server.faults.append(Fault(status=429, headers={"Retry-After": "1"}))
    first = threading.Thread(target=engine.generate, args=([QUESTION],))
    with caplog.at_level(logging.WARNING):
        first.start()
        while "asked again in 1.0 s" not in caplog.text:
            time.sleep(0.005)
    engine.generate([QUESTION])
    first.join()
    refused, *others = (each.at for each in model_server.questions)
    assert [at - refused >= 1 for at in others] == [True, True]


@pytest.mark.parametrize("is_date", [False, True])
def test_a_wait_that_the_stage_has_no_time_for_ends_it_at_once(
    is_date: bool, unreal_server: Proxy, opened: Opened
) -> None:
    told = formatdate(time.time() + 3600, usegmt=True) if is_date else "3600"
    unreal_server.lasting = Fault(status=429, headers={"Retry-After": told})
    engine = opened(unreal_server, left_s=120)
    for asked in (1, 2):
        with pytest.raises(ModelAway, match=r"asks to wait 3[56]\d\d s; the stage has 1[12]\d s left"):
            engine.generate([QUESTION])
        assert len(unreal_server.questions) == asked


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_takes_no_schema_is_asked_once_without_and_told_it_in_words(
    status: int, model_server: Proxy, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = '{"error": {"message": "response_format is not supported"}}'
    model_server.faults.append(Fault(status=status, body=refusal))
    engine = opened(model_server)
    prompt = replace(BY_SCHEMA, max_tokens=4)
    with caplog.at_level(logging.WARNING):
        engine.generate([prompt])
    engine.generate([prompt])
    first, second, third = (each.body for each in model_server.questions)
    assert "response_format" in first
    assert "response_format" not in second | third
    assert second["messages"] == third["messages"]
    (message,) = second["messages"]
    assert message["content"].startswith("Give a title.\n\nAnswer with one JSON document")
    assert json.loads(message["content"].partition(":\n")[2]) == SCHEMA
    assert "response_format is not supported" in caplog.text


SYSTEM = Message(Role.SYSTEM, "Be brief.")
NO_ROLE = [
    "System role not supported",
    "Conversation roles must alternate user/assistant/user/assistant/...",
    "Only user and assistant roles are supported!",
    "Error rendering prompt with jinja template: Unexpected role: system",
    "System messages are not supported by this model",
]


@pytest.mark.parametrize("says", NO_ROLE)
def test_a_server_whose_template_takes_no_system_role_is_asked_once_more_with_its_words_before_the_users(
    says: str, model_server: Proxy, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    model_server.faults.append(Fault(status=400, body=json.dumps({"error": {"message": says}})))
    engine = opened(model_server)
    prompt = replace(BY_SCHEMA, messages=(SYSTEM, *QUESTION.messages), max_tokens=4)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            (answer,) = engine.generate([prompt])
            assert answer.answer_tokens == prompt.max_tokens
    first, second, third = (each.body for each in model_server.questions)
    assert [each["role"] for each in first["messages"]] == ["system", "user"]
    assert second["messages"] == third["messages"] == [{"role": "user", "content": "Be brief.\n\nGive a title."}]
    assert all("response_format" in each for each in (first, second, third))
    (told,) = caplog.messages
    assert says in told
    assert told.endswith("it takes the question without a system role, with its words in front of the first user's")


def test_a_server_that_takes_neither_system_role_nor_schema_is_told_both_in_words(
    model_server: Proxy, opened: Opened
) -> None:
    refusals = [NO_ROLE[0], "response_format is not supported"]
    model_server.faults += [Fault(status=400, body=json.dumps({"error": {"message": each}})) for each in refusals]
    opened(model_server).generate([replace(BY_SCHEMA, messages=(SYSTEM, *QUESTION.messages), max_tokens=4)])
    last = model_server.questions[-1].body
    assert len(model_server.questions) == 3
    assert "response_format" not in last
    (message,) = last["messages"]
    assert message["content"].startswith("Be brief.\n\nGive a title.\n\nAnswer with one JSON document")


@pytest.mark.parametrize("says", [NO_ROLE[0], "[{'role': 'system', 'content': 'Be brief.'}] has 5000 tokens"])
def test_what_is_refused_in_every_form_is_asked_no_more_often_than_it_has_forms(
    says: str, unreal_server: Proxy, opened: Opened
) -> None:
    unreal_server.lasting = Fault(status=400, body=json.dumps({"error": {"message": says}}))
    with pytest.raises(BadRequest, match="does not take the prompt"):
        opened(unreal_server).generate([replace(QUESTION, messages=(SYSTEM, *QUESTION.messages))])
    assert len(unreal_server.questions) == (2 if says in NO_ROLE else 1)


def test_a_prompt_that_is_not_taken_in_either_form_fails_its_item_alone(unreal_server: Proxy, opened: Opened) -> None:
    unreal_server.lasting = Fault(status=400, body='{"error": {"message": "5000 tokens, and 4096 fit"}}')
    with pytest.raises(BadRequest, match=r"does not take the prompt \(status 400: 5000 tokens, and 4096 fit\)"):
        opened(unreal_server).generate([BY_SCHEMA])
    assert len(unreal_server.questions) == 2


def test_a_model_that_is_not_there_is_told_with_those_that_are(model_server: Proxy, opened: Opened) -> None:
    model_server.lasting = Fault(status=404, body='{"error": {"message": "The model `smollm2` does not exist."}}')
    with pytest.raises(UnknownModel, match=r"has no model `smollm2`.*it has: `.*SmolLM2-135M-Instruct.*gguf`\. Add"):
        opened(model_server).generate([QUESTION])


def test_an_address_with_nothing_below_it_may_lack_its_end(model_server: Proxy, opened: Opened) -> None:
    model_server.address = model_server.address.replace("/v1", "/api")
    with pytest.raises(UnknownModel, match="nor a list of models; is `/v1` missing"):
        opened(model_server).generate([QUESTION])


def test_an_engine_that_is_closed_breaks_off_what_is_under_way(unreal_server: Proxy, opened: Opened) -> None:
    unreal_server.lasting = Fault(status=429, headers={"Retry-After": "100"})
    engine = opened(unreal_server)
    ended = threading.Event()

    def ask() -> None:
        with pytest.raises(CancelledError):
            engine.generate([QUESTION])
        ended.set()

    threading.Thread(target=ask).start()
    while not unreal_server.questions:
        time.sleep(0.005)
    engine.close()
    engine.close()
    assert ended.wait(30)


def test_only_a_model_on_a_server_is_opened() -> None:
    other = ModelCard(
        kind=StageKind.TEXT,
        settings=TransformersSettings(),
        files={"a": {"sha256": "0" * 64, "bytes": 1}},
        licence="MIT",
        commercial=True,
    )
    for card in (None, other):
        with pytest.raises(UnknownModel, match="acme/m is not on a server"):
            open_engine(ModelFiles("acme/m", "", {}, card))
