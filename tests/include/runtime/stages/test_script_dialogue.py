from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from include.contract.brief import Brief
from include.contract.dialogue import Dialogue, Line
from include.contract.errors import AtelierError, CheckFailed, RejectedContent
from include.contract.look import Look
from include.contract.params import ScriptDialogueParams
from include.contract.parts import parts_of_dialogue
from include.contract.yaml12 import read_model, read_yaml
from include.runtime.stage import ItemResult
from include.runtime.stages.script_dialogue import ScriptDialogueStage, check_outputs
from tests.include.runtime.stages.results import LoadedOnce, Unasked, digest, made_by, texts

GOLDEN = "32d489d5c6e97634f47dde4bed305b97e78f431e2f65cbada0e25af5336ad708"
"""SHA-256 over the outputs of a small conversation; another one means that the recipe's revision goes up."""

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "night-sky.podcast.yaml"
TWO = [{"speaker": 1, "text": "Hallo!"}, {"speaker": 2, "text": "Guten <b>Abend</b>."}]


class NoModel(Unasked, ScriptDialogueStage):
    """The stage where asking the model at all is an error."""


class RealModel(LoadedOnce, ScriptDialogueStage):
    """The stage with the built-in model, which the tests load once."""


def result(
    stage: ScriptDialogueStage, scratch: Path, brief: Brief, tell: Callable[[float], None] = lambda share: None
) -> ItemResult | AtelierError:
    return made_by(stage, ScriptDialogueParams, brief, scratch, tell=tell)


def test_a_ready_example_needs_no_model_and_keeps_every_word(tmp_path: Path) -> None:
    brief = read_model(Brief, read_yaml(EXAMPLE.read_text(), EXAMPLE.name))
    found = texts(result(NoModel(), tmp_path, brief))
    assert brief.dialogue is not None
    assert Dialogue.model_validate_json(found["script"]).model_dump() == brief.dialogue.model_dump()
    assert found["image_prompt/01"] == brief.dialogue.image_prompt
    assert Line.model_validate_json(found["line/08"]).text.endswith("Good night, everyone!")
    assert Look.model_validate_json(found["look"]).hero == brief.topic


def test_lines_alone_in_any_language_are_enough(tmp_path: Path) -> None:
    brief = Brief.model_validate({"language": "de", "dialogue": {"lines": TWO}})
    dialogue = Dialogue.model_validate_json(texts(result(NoModel(), tmp_path, brief))["script"])
    assert (dialogue.title, dialogue.description, dialogue.image_prompt) == ("Hallo!", "Hallo!", "Hallo!")
    assert dialogue.speakers == ("A", "B")
    assert [line.text for line in dialogue.lines] == ["Hallo!", "Guten <b>Abend</b>."]


def test_more_than_99_lines_keep_their_order(tmp_path: Path) -> None:
    lines = [{"speaker": 1 + number % 2, "text": f"Line {number}."} for number in range(1, 121)]
    found = texts(result(NoModel(), tmp_path, Brief.model_validate({"dialogue": {"lines": lines}})))
    numbered = [name for name in found if name.startswith("line/")]
    assert (numbered[8], numbered[98], numbered[99], numbered[-1]) == ("line/09", "line/99", "line/100", "line/120")
    assert Line.model_validate_json(found["line/100"]).text == "Line 100."


def test_a_topic_alone_becomes_a_conversation_that_is_always_the_same(tmp_path: Path) -> None:
    brief, told = Brief(topic="Why owls fly at night", questions=1), list[float]()
    made = result(RealModel(), tmp_path, brief, told.append)
    found = texts(made)
    dialogue = Dialogue.model_validate_json(found["script"])
    assert told == [0.5, 1.0]
    assert len(dialogue.lines) == parts_of_dialogue(brief)["line"]
    assert dialogue.title == "Why owls fly at night"
    assert dialogue.speakers == ("Host", "Guest")
    assert [line.chapter for line in dialogue.lines if line.chapter] == ["Welcome", "What owls are", "One last thought"]
    assert [int(line.speaker) for line in dialogue.lines] == [1, 2, 1, 2, 1, 2, 1]
    assert dialogue.lines[2].text == "Let us begin at the beginning. What are owls?"
    assert dialogue.lines[3].text.startswith("Owls are ")
    assert dialogue.description == dialogue.lines[3].text
    assert digest(found) == GOLDEN, found["script"]


def test_a_conversation_that_cannot_be_written_is_refused_with_what_to_do(tmp_path: Path) -> None:
    refused = result(NoModel(), tmp_path, Brief(topic="Warum Eulen fliegen", language="de"))
    assert isinstance(refused, RejectedContent)
    with pytest.raises(RejectedContent, match=r"writes English only, not 'de'; .*dialogue: lines"):
        raise refused


def test_finished_files_are_opened_again(tmp_path: Path) -> None:
    made = result(NoModel(), tmp_path, Brief.model_validate({"dialogue": {"lines": TWO}}))
    assert isinstance(made, ItemResult)
    by_name = {output.name: output.path for output in made.outputs}
    dialogue = Dialogue.model_validate_json(by_name["script"].read_bytes())
    with pytest.raises(CheckFailed, match="not the one that was written"):
        check_outputs(made.outputs, dialogue.model_copy(update={"title": "Other"}))
    by_name["line/02"].write_text('{"speaker": 2, "text": "Other."}')
    with pytest.raises(CheckFailed, match="lines alone"):
        check_outputs(made.outputs, dialogue)
    by_name["line/02"].write_text("{}")
    with pytest.raises(CheckFailed, match="the finished line/02 cannot be read: "):
        check_outputs(made.outputs, dialogue)
