from __future__ import annotations

import json
import traceback

import pytest

from include.contract.errors import ModelAway, ModelRefused
from include.contract.model_cards import ModelCard, OpenaiSettings
from include.contract.values import StageKind
from include.runtime.stage import ModelFiles
from include.runtime.writing.engines.openai_engine import open_engine
from include.runtime.writing.text_engine import Message, Prompt, PromptTooLong, Role
from tests.include.runtime.writing.engines.served import QUESTION, SCHEMA, Opened
from tests.model_server.llama import KEY
from tests.model_server.proxy import Fault, Proxy


def test_one_that_nobody_serves_is_away(unreal_server: Proxy, opened: Opened, impatient: None) -> None:
    unreal_server.address = "http://127.0.0.1:9/v1"
    with pytest.raises(ModelAway, match=r"the model's server at http://127\.0\.0\.1:9 is not reached: .*; asked 6"):
        opened(unreal_server).generate([QUESTION])


@pytest.mark.parametrize("told", ["soon", "nan", "-5", "inf"])
def test_a_wait_that_is_none_counts_as_none(told: str, model_server: Proxy, opened: Opened, impatient: None) -> None:
    model_server.faults.append(Fault(status=503, headers={"Retry-After": told}))
    assert opened(model_server).generate([QUESTION])[0].answer_tokens == QUESTION.max_tokens


def test_a_prompt_that_is_too_long_is_told_with_both_numbers(model_server: Proxy, opened: Opened) -> None:
    long = Prompt((Message(Role.USER, "word " * 3000),), SCHEMA, 4, seed=1, temperature=0, top_p=1)
    with pytest.raises(PromptTooLong, match="longer than the model takes") as caught:
        opened(model_server).generate([long])
    assert (caught.value.tokens or 0) > (caught.value.most or 0) == 2048
    assert len(model_server.questions) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"code": "context_length_exceeded", "message": "too long"},
        {"message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens"},
        {"message": "The input (5000 tokens) is longer than the model's context length (4096 tokens)."},
    ],
)
def test_other_servers_tell_it_without_numbers(told: dict[str, str], unreal_server: Proxy, opened: Opened) -> None:
    unreal_server.lasting = Fault(status=400, body=json.dumps({"error": told}))
    with pytest.raises(PromptTooLong) as caught:
        opened(unreal_server).generate([QUESTION])
    assert (caught.value.tokens, caught.value.most) == (None, None)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int, unreal_server: Proxy, model_server: Proxy, opened: Opened) -> None:
    elsewhere = f"{model_server.address}/chat/completions"
    unreal_server.lasting = Fault(status=status, headers={"Location": elsewhere})
    with pytest.raises(ModelRefused, match=f"leads elsewhere, to {elsewhere}, and is not followed"):
        opened(unreal_server).generate([QUESTION])
    assert model_server.seen == []


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(status=405), "status 405.*is the card's address right"),
        (Fault(status=402), "no credit left"),
        (Fault(status=429, body='{"error": {"code": "insufficient_quota", "message": "pay"}}'), "no credit left"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_no_other_try_mends_is_refused_at_once(
    fault: Fault, says: str, unreal_server: Proxy, opened: Opened
) -> None:
    unreal_server.lasting = fault
    with pytest.raises(ModelRefused, match=says):
        opened(unreal_server).generate([QUESTION])
    assert len(unreal_server.questions) == 1


def test_without_a_key_none_is_sent_and_it_is_said_where_one_belongs(model_server: Proxy, opened: Opened) -> None:
    with pytest.raises(ModelRefused, match="wants a key, and none was given.*model_secret.*model_connection_id"):
        opened(model_server, key=None).generate([QUESTION])
    assert all("authorization" not in each.headers for each in model_server.seen)


def test_a_wrong_key_is_told_by_where_it_is_kept_and_never_shown(
    model_server: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_MODEL_KEY", "sk-wrong")
    monkeypatch.setenv("ATELIER_MODEL_KEY_HOLDER", "the Secret `atelier-model`")
    monkeypatch.setenv("ATELIER_MODEL_ADDRESS", model_server.address)
    engine = open_engine(_model(model_server.address))
    with pytest.raises(ModelRefused, match=r"refuses the key in the Secret `atelier-model`") as caught:
        engine.generate([QUESTION])
    engine.close()
    assert model_server.questions[0].headers["authorization"] == "Bearer sk-wrong"
    assert "sk-wrong" not in str(caught.value)


def test_a_server_that_repeats_the_key_is_not_quoted_with_it(
    unreal_server: Proxy, opened: Opened, caplog: pytest.LogCaptureFixture, impatient: None
) -> None:
    leaking = json.dumps({"error": {"message": f"{'x' * 190} {KEY} is not known"}})
    unreal_server.faults.append(Fault(status=503, body=leaking))
    unreal_server.lasting = Fault(status=403, body=json.dumps({"error": {"message": f"{KEY} is not known"}}))
    with pytest.raises(ModelRefused, match=r"status 403: \[the key\] is not known") as caught:
        opened(unreal_server).generate([QUESTION])
    assert KEY[:8] not in caplog.text + "".join(traceback.format_exception(caught.value))


def _model(address: str) -> ModelFiles:
    settings = OpenaiSettings(address=address, server_model="smollm2")
    card = ModelCard(kind=StageKind.TEXT, settings=settings, licence="Apache-2.0", commercial=True)
    return ModelFiles("acme/m", "", {}, card)
