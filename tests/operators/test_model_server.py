"""Models on servers as a stage's task asks them: the real stage, a server of the test's own, and a key nobody sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, Cause
from include.contract.model_cards import ModelCard, OpenaiSettings, read_reference
from include.contract.prompts import prompts_digest
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from operators.model_server import access_variables
from operators.retry import StageFailed
from operators.stages.kinds import TextOperator
from tests.model_server.llama import KEY
from tests.model_server.proxy import Fault, Proxy
from tests.operators.conftest import Run, films

ROOT = Path(__file__).parents[2]
NAME = "acme/writer@1"
BRIEF = {"topic": "Bienen", "language": "de", "scenes": 2}
SCRIPT = {
    "title": "Warum Bienen wichtig sind",
    "description": "Ein kurzer Film über die Arbeit der Bienen und darüber, was wir ihnen verdanken.",
    "hashtags": ["#Bienen", "#Natur", "#Äpfel"],
    "scenes": [
        {
            "narration": "Jeden Morgen fliegen die Bienen aus dem Stock und suchen die ersten offenen Blüten.",
            "image_prompt": "Eine Biene sitzt auf einer gelben Blüte im Garten",
        },
        {
            "narration": "Ohne diese Arbeit gäbe es im Herbst kaum Äpfel, und auch viele Beeren blieben uns verwehrt.",
            "image_prompt": "Bienenkästen stehen unter den blühenden Bäumen",
        },
    ],
}


def connect(monkeypatch: pytest.MonkeyPatch, **told: Any) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_WRITER", json.dumps({"conn_type": "http", **told}))


def served(deployment: Deployment) -> Deployment:
    """The deployment with the real stage side and a connection to the models' server."""
    settings = {"python": str(ROOT / ".venv/stage/bin/python"), "model_connection_id": "writer"}
    return deployment.model_copy(
        update={"process": deployment.process and deployment.process.model_copy(update=settings)}
    )


@pytest.fixture
def writing(deployment: Deployment, store: Store, unreal_server: Proxy, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose text is to come from a server."""
    connect(monkeypatch, host=unreal_server.address, password=KEY)
    settings = OpenaiSettings(address=unreal_server.address, server_model="writer", prompts=prompts_digest())
    card = ModelCard(kind=StageKind.TEXT, settings=settings, licence="MIT", commercial=True)
    models = Models(store)
    models.keep(card)
    models.name(read_reference(NAME), card)
    run = Run(served(deployment))
    stages = films().model_dump(mode="json", exclude_unset=True)["stages"]
    run.brief(BRIEF, stages={**stages, "text": {"recipe": "script.narrated", "model": NAME}})
    return run


def write(run: Run) -> dict[str, Any]:
    text = TextOperator(task_id="text", recipe="script.narrated", model=NAME, deployment=run.deployment)
    return run.run_stage(text)


def said(script: dict[str, Any]) -> Fault:
    """The answer of a server that writes `script`."""
    told = [
        {"choices": [{"delta": {"content": json.dumps(script)}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 700, "completion_tokens": 90}},
    ]
    events = "".join(f"data: {json.dumps(each)}\n\n" for each in told)
    return Fault(headers={"Content-Type": "text/event-stream"}, body=f"{events}data: [DONE]\n\n")


def everything(store: Store) -> str:
    """All that lies in the store."""
    return "".join((store.get(each.key) or b"").decode(errors="replace") for each in store.listed(""))


def test_a_server_writes_with_the_key_of_the_connection_which_is_kept_nowhere(
    writing: Run,
    store: Store,
    unreal_server: Proxy,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    unreal_server.lasting = said(SCRIPT)
    left = write(writing)
    assert left["counts"]["made"] == 1
    assert {each.headers["authorization"] for each in unreal_server.questions} == {f"Bearer {KEY}"}
    kept = everything(store)
    assert '"prompt_tokens":700' in kept
    assert '"tokens":90' in kept
    assert KEY not in kept + json.dumps(left) + caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault(status=403, body=json.dumps({"error": {"message": f"{KEY} is not known here"}})), Cause.MODEL_REFUSED),
        (Fault(status=503, headers={"Retry-After": "9000"}, body=json.dumps({"error": KEY})), Cause.MODEL_AWAY),
        (Fault(headers={"Content-Type": "text/html"}, body=f"<p>{KEY}"), Cause.MODEL_REFUSED),
    ],
    ids=["wrong key", "busy", "no API"],
)
def test_what_a_server_says_of_the_key_is_not_passed_on(
    fault: Fault,
    cause: Cause,
    writing: Run,
    store: Store,
    unreal_server: Proxy,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    unreal_server.lasting = fault
    with pytest.raises(StageFailed) as caught:
        write(writing)
    assert caught.value.failure.cause is cause
    assert "`writer`" in str(caught.value) or fault.status != 403
    assert KEY[:8] not in everything(store) + str(caught.value) + caplog.text + "".join(capfd.readouterr())


def test_a_connection_says_key_and_server_and_whom_to_trust(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ca.pem").write_text("a certificate")
    extra = {"verify": str(tmp_path / "ca.pem")}
    connect(monkeypatch, host="llm.example", port=8443, password=KEY, extra=extra)
    assert access_variables(served(deployment)) == {
        "ATELIER_MODEL_KEY": KEY,
        "ATELIER_MODEL_ADDRESS": "https://llm.example:8443",
        "ATELIER_MODEL_KEY_HOLDER": "the Airflow connection `writer`",
        "ATELIER_MODEL_CA": "a certificate",
    }


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ({"host": "llm.example", "schema": "http"}, "http://llm.example"),
        ({"host": "https://llm.example/v1"}, "https://llm.example/v1"),
    ],
)
def test_a_server_is_named_as_in_any_connection_of_the_kind(
    told: dict[str, str], address: str, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, **told, password=KEY)
    assert access_variables(served(deployment))["ATELIER_MODEL_ADDRESS"] == address


def test_without_a_connection_there_is_no_key(deployment: Deployment) -> None:
    assert access_variables(deployment) == {}


def test_a_connection_that_lacks_something_says_what_to_do(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadRequest, match="`writer` does not exist; add one of type `http`"):
        access_variables(served(deployment))
    connect(monkeypatch, password=KEY)
    with pytest.raises(BadRequest, match="`writer` has no host"):
        access_variables(served(deployment))
    connect(monkeypatch, host="llm.example")
    with pytest.raises(BadRequest, match="`writer` has no password"):
        access_variables(served(deployment))
    connect(monkeypatch, host="llm.example", password=KEY, extra={"verify": "/nonexistent.pem"})
    with pytest.raises(BadRequest, match="'/nonexistent.pem' as `verify`, which cannot be read"):
        access_variables(served(deployment))
