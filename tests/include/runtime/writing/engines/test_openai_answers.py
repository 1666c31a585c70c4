from __future__ import annotations

import json
from dataclasses import replace

import pytest

from include.contract.errors import ModelAway, ModelRefused, RejectedContent
from include.runtime.writing.engines.openai_answers import Patience
from include.runtime.writing.text_engine import Message, Prompt, Role
from tests.include.runtime.writing.engines.served import HTML, QUESTION, SCHEMA, Opened
from tests.model_server.llama import KEY
from tests.model_server.proxy import Fault, How, Proxy


def test_the_server_is_asked_as_prompt_and_card_say(unreal_server: Proxy, opened: Opened) -> None:
    unreal_server.lasting = Fault(status=401)
    prompt = Prompt((Message(Role.SYSTEM, "Be brief."), *QUESTION.messages), SCHEMA, 7, 2**62 + 5, 0.3, 0.8)
    with pytest.raises(ModelRefused):
        opened(unreal_server).generate([prompt])
    (asked,) = unreal_server.questions
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    held = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}
    assert asked.body == {
        "model": "smollm2",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Give a title."}],
        "max_completion_tokens": 7,
        "seed": 5,
        "temperature": 0.3,
        "top_p": 0.8,
        "response_format": held,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_an_answer_that_stops_in_the_middle_is_given_up_though_the_line_is_kept_open(
    model_server: Proxy, opened: Opened, impatient: None
) -> None:
    model_server.lasting = Fault(How.STALL)
    patience = replace(Patience(), token_s=0.3)
    with pytest.raises(ModelAway, match=r"sends no token for 0\.3 s; asked 6 times"):
        opened(model_server, patience=patience).generate([QUESTION])


def test_an_answer_ends_with_the_stages_time(unreal_server: Proxy, opened: Opened) -> None:
    unreal_server.lasting = Fault(How.SILENCE)
    with pytest.raises(ModelAway, match="has not finished after 0 tokens.*the stage has 0 s left"):
        opened(unreal_server, left_s=0.3).generate([QUESTION])


def test_a_server_that_knows_no_limit_is_left(unreal_server: Proxy, opened: Opened) -> None:
    unreal_server.lasting = Fault(How.UNENDING)
    (answer,) = opened(unreal_server).generate([replace(QUESTION, max_tokens=50)])
    assert answer.is_cut
    assert set(answer.text.split()) == {"again"}


@pytest.mark.parametrize(
    ("piece", "says"),
    [
        ('{"delta": {"refusal": "I would rather not"}, "finish_reason": "stop"}', "declines: I would rather not"),
        ('{"delta": {}, "finish_reason": "content_filter"}', "its content filter stopped the answer"),
    ],
)
def test_what_the_model_declines_is_rejected(piece: str, says: str, unreal_server: Proxy, opened: Opened) -> None:
    events = f'data: {{"choices": [{piece}]}}\n\ndata: [DONE]\n\n'
    unreal_server.lasting = Fault(headers={"Content-Type": "text/event-stream"}, body=events)
    with pytest.raises(RejectedContent, match=says):
        opened(unreal_server).generate([QUESTION])


def test_tokens_that_the_server_does_not_count_are_counted_here(unreal_server: Proxy, opened: Opened) -> None:
    pieces = [{"delta": {"content": word}} for word in ("one ", "two")] + [{"delta": {}, "finish_reason": "stop"}]
    events = "".join(f"data: {json.dumps({'choices': [piece]})}\n\n" for piece in pieces)
    unreal_server.lasting = Fault(headers={"Content-Type": "text/event-stream"}, body=events)
    (answer,) = opened(unreal_server).generate([QUESTION])
    assert (answer.text, answer.answer_tokens, answer.prompt_tokens) == ("one two", 2, 0)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(headers={"Content-Type": "text/html"}, body=HTML), "answers with `text/html`.*`/v1` at its end"),
        (Fault(body='{"hello": 1}'), "answers with `application/json`"),
        (Fault(headers={"Content-Type": ""}), "answers with `no type`.*it is empty"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_stream_of_events_is_refused_at_once(
    fault: Fault, says: str, unreal_server: Proxy, opened: Opened
) -> None:
    unreal_server.lasting = fault
    with pytest.raises(ModelRefused, match=says):
        opened(unreal_server).generate([QUESTION])
    assert len(unreal_server.questions) == 1
