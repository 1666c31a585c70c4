"""A model in torch, its files in a real store, writes whole scripts through the real stage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import JsonValue

from include.contract.artifacts import artifact_of
from include.contract.brief import Brief, Script
from include.contract.errors import Cause
from include.contract.manifests import ItemLine, Outcome, Record
from include.contract.model_cards import CardFile, ModelCard, TransformersSettings, read_reference
from include.contract.prompts import prompts_digest
from include.contract.values import StageKind
from include.runtime.stages.script_narrated import ScriptNarratedStage
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.text_engine import Prompt
from include.runtime.writing.whole.script import WholeScript
from include.store.models import Models
from tests.include.runtime.desk import Desk
from tests.include.runtime.writing.engines.asking import files_in
from tests.include.runtime.writing.engines.taught import teach
from tests.include.runtime.writing.whole.parts import PROMPTS, SCRIPT, ScriptedEngine, author, unless_refused

NARRATION = "Bees fly. " * 60 + "Then they rest."
BRIEF = Brief.model_validate(
    {"topic": "Why honey bees matter", "script": {"scenes": [{"narration": NARRATION.strip()}]}}
)
WANTED: dict[str, Any] = {name: SCRIPT[name] for name in ("title", "description", "hashtags")}
ANSWER = json.dumps({**WANTED, "scenes": [{"image_prompt": PROMPTS[0]}]})
ANSWER_TOKENS = 500


@pytest.fixture(scope="module")
def pupil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learnt the answer to the brief."""
    return teach(tmp_path_factory.mktemp("pupil"), ANSWER, _schema())


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """For a model so small, several threads wait for one another more than they compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _schema() -> dict[str, JsonValue]:
    """What the answer to the brief is held to."""
    engine = ScriptedEngine("nothing")
    assert BRIEF.script is not None
    asked = Assignment(BRIEF.topic, BRIEF.language, 1, BRIEF.script, 0, "acme/pupil")
    assert unless_refused(WholeScript(asked, author(engine)).write) is None
    prompt: Prompt = engine.prompts[0]
    return dict(prompt.schema or {})


def added(desk: Desk, folder: Path, name: str, **settings: Any) -> None:
    """As `atelier models add` leaves a model: files, card and name; the desk asks for it."""
    files = {}
    for path, file in files_in(folder).items():
        blob = artifact_of("model", file.read_bytes(), "application/octet-stream")
        desk.store.put_blob(file.read_bytes(), blob)
        files[path] = CardFile(sha256=blob.sha256, bytes=blob.bytes)
    told = {"answer_tokens": ANSWER_TOKENS, "temperature": 0, **settings}
    known = TransformersSettings(prompts=prompts_digest(), **told)
    card = ModelCard(kind=StageKind.TEXT, settings=known, files=files, licence="MIT", commercial=True)
    reference = read_reference(name)
    Models(desk.store).keep(card)
    Models(desk.store).name(reference, card)
    desk.model = reference.identity(card)


def line_of(desk: Desk, run_id: str, **execution: Any) -> ItemLine:
    desk.run_id = run_id
    request = desk.request("script.narrated", BRIEF, is_in_store=True, batch_size=16, **execution)
    desk.run(request, ScriptNarratedStage())
    (line,) = desk.lines(request)
    return line


def record_of(desk: Desk, line: ItemLine) -> Record:
    assert line.outcome is Outcome.MADE, line.message
    return desk.record(StageKind.TEXT, str(line.fingerprint))


def script_of(desk: Desk, line: ItemLine) -> Script:
    (script,) = [each for each in line.outputs if each.name == "script"]
    return Script.model_validate_json(desk.store.blob(script.sha256))


def test_a_script_comes_out_that_the_contract_takes_and_its_record_says_what_it_took(desk: Desk, pupil: Path) -> None:
    added(desk, pupil, "acme/pupil@1", context_tokens=8192)
    line = line_of(desk, "whole")
    record, script = record_of(desk, line), script_of(desk, line)
    assert (script.title, script.description) == (WANTED["title"], WANTED["description"])
    assert script.scenes[0].model_dump() == {"narration": NARRATION.strip(), "image_prompt": PROMPTS[0]}
    assert record.attributes["attempts"] == {"script": 1}
    assert 20 < record.attributes["tokens"] < ANSWER_TOKENS  # type: ignore[operator]
    assert record.warnings == ()
    load = record.provenance.model_load
    assert load is not None
    assert load.map_s + load.device_s > 0


def test_a_prompt_that_is_longer_than_the_model_takes_is_cut_and_the_record_warns(desk: Desk, pupil: Path) -> None:
    added(desk, pupil, "acme/pupil@1", context_tokens=8192)
    whole = record_of(desk, line_of(desk, "whole")).attributes["prompt_tokens"]
    assert isinstance(whole, int)
    added(desk, pupil, "acme/pupil@2", context_tokens=whole + ANSWER_TOKENS - 50)
    line = line_of(desk, "cut")
    record = record_of(desk, line)
    assert record.attributes["prompt_tokens"] <= whole - 50  # type: ignore[operator]
    (warning,) = record.warnings
    assert "the prompt was longer than the model takes" in warning
    assert script_of(desk, line).scenes[0].narration == NARRATION.strip(), "what is given stays whole"


def test_what_breaks_off_at_its_limit_goes_back_once_then_has_another_seed_and_is_refused(
    desk: Desk, pupil: Path
) -> None:
    added(desk, pupil, "acme/pupil@1", context_tokens=8192, answer_tokens=40)
    line = line_of(desk, "cut off", max_failed_share=1.0)
    assert (line.outcome, line.cause) == (Outcome.FAILED, Cause.REJECTED_CONTENT)
    for attempt in (1, 2, 3):
        assert f"attempt {attempt}: The answer is no JSON document: it breaks off after 40 tokens" in str(line.message)
