"""What the stages that write have in common."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from include.contract.digital_source import DigitalSource
from include.contract.errors import (
    AtelierError,
    DeviceOutOfMemory,
    ModelAway,
    ModelRefused,
    RejectedContent,
    UnknownModel,
)
from include.contract.model_cards import (
    CardFile,
    ModelCard,
    OpenaiSettings,
    OpenvinoSettings,
    Precision,
    TextSettings,
    TransformersSettings,
    Writes,
)
from include.contract.params import ScriptNarratedParams
from include.contract.prompts import prompts_digest
from include.contract.values import StageKind
from include.runtime import text_stage
from include.runtime.batching import ItemBug, Ladder, compute
from include.runtime.stage import ItemResult, ModelFiles, Work
from include.runtime.stages.caption_product import CaptionProductStage
from include.runtime.stages.script_narrated import ScriptNarratedStage
from include.runtime.text_stage import TextStage, source_of
from include.runtime.writing.asking import Tally
from include.runtime.writing.telling import Origin
from include.runtime.writing.text_engine import Prompt
from include.runtime.writing.text_model import Question
from tests.include.runtime.writing.parts import GGUF
from tests.include.runtime.writing.whole.parts import SCRIPT, ScriptedEngine, said_by


class Silent(TextStage):
    """Writes nothing."""

    def make_item(self, work: Work) -> ItemResult:
        raise NotImplementedError


def test_a_model_without_weights_is_refused_before_anything_is_written() -> None:
    with pytest.raises(UnknownModel, match=r"model test/none has the files \['onnx'\]; needed: `gguf`"):
        Silent().setup(ModelFiles("test/none", "", {"onnx": Path("none")}))


def test_a_model_is_not_opened_before_something_has_to_be_written(tmp_path: Path) -> None:
    stage = Silent()
    stage.setup(ModelFiles("test/none", "", {"gguf": tmp_path / "none"}))
    stage.teardown()


@pytest.mark.parametrize(
    ("origins", "source"),
    [
        ({"title": Origin.GIVEN, "narration/01": Origin.MODEL}, DigitalSource.TRAINED),
        ({"title": Origin.GIVEN, "narration/01": Origin.TAKEN}, DigitalSource.ALGORITHMIC),
        ({}, DigitalSource.ALGORITHMIC),
    ],
)
def test_one_part_that_a_model_wrote_makes_a_text_its_work(origins: dict[str, Origin], source: DigitalSource) -> None:
    assert source_of(origins) is source


def test_what_the_writing_took_is_told_and_nothing_where_nothing_was_written() -> None:
    stage = Silent()
    stage.setup(ModelFiles("test/none", "", {"gguf": Path("none")}))
    tally = Tally(attempts={"title": 2}, tokens=50, seconds=4.0, prompt_tokens=90)
    told = stage.writing_attributes({"title": Origin.MODEL}, tally)
    assert told == {"origins": {"title": "model"}, "attempts": {"title": 2}, "tokens": 50, "tokens_per_s": 12.5}
    assert stage.writing_attributes({}, Tally())["tokens_per_s"] is None
    stage.setup(own(TransformersSettings(writes=Writes.SENTENCES), one=Path("none")))
    assert stage.writing_attributes({}, tally)["prompt_tokens"] == 90


def own(settings: Any, **files: Path) -> ModelFiles:
    """A model of one's own."""
    listed = {f"{name}.gguf": CardFile(sha256="ab" * 32, bytes=1) for name in files}
    card = ModelCard(kind=StageKind.TEXT, settings=settings, files=listed, licence="MIT", commercial=True)
    paths = {f"{name}.gguf": path for name, path in files.items()}
    return ModelFiles("acme/one", "", paths, card, revision="2")


def server(**settings: Any) -> OpenaiSettings:
    known = {"prompts": prompts_digest(), **settings}
    return OpenaiSettings(address="http://127.0.0.1:1/v1", server_model="scripted", **known)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"prompts": "ab" * 32}, r"was added for other prompts \(found abababababab, these are .*add it again"),
        ({"prompts": None}, "was added for other prompts \\(found none"),
        ({"writes": Writes.SENTENCES}, "`writes: sentences`, which needs the backend `transformers` .*found `openai`"),
    ],
)
def test_a_card_that_this_image_cannot_write_with_is_refused_before_anything_is_loaded(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnknownModel, match=message):
        Silent().setup(own(server(**settings)))


@pytest.mark.parametrize(
    ("settings", "files", "message"),
    [
        (OpenvinoSettings(writes=Writes.SENTENCES), ("one",), "needs the backend `transformers`"),
        (TransformersSettings(writes=Writes.SENTENCES, precision=Precision.BFLOAT16), ("one",), "in `float32`"),
        (
            TransformersSettings(writes=Writes.SENTENCES),
            ("one", "two"),
            r"needed: one file `\*\.gguf`, since it `writes",
        ),
    ],
)
def test_a_card_that_writes_sentences_has_one_gguf_in_float32(
    settings: TextSettings, files: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UnknownModel, match=message):
        Silent().setup(own(settings, **dict.fromkeys(files, Path("none"))))


def test_captions_are_not_written_sentence_by_sentence() -> None:
    with pytest.raises(UnknownModel, match="captions are written whole; add it with `writes: whole`, or leave `model`"):
        CaptionProductStage().setup(own(TransformersSettings(writes=Writes.SENTENCES), one=GGUF))


def test_a_users_model_that_writes_sentences_is_the_one_that_is_asked(tmp_path: Path) -> None:
    stage = ScriptNarratedStage()
    stage.setup(own(TransformersSettings(writes=Writes.SENTENCES), smollm2=GGUF))
    assert not stage.writes_whole
    (draft,) = stage.text_model().drafts(Question("What are bees?", "Bees are", max_tokens=4), [1])
    assert (draft.tokens, draft.text.strip() != "") == (4, True)
    german, many = stage.process([work(tmp_path, 2, language="de"), work(tmp_path, 3, scenes=14)])
    assert "acme/one writes English only" in str(german)
    assert "14 scenes are more than can be written about one topic" in str(many)
    script = {"scenes": [{"narration": "Bees fly far."}]}
    english = stage.process([work(tmp_path, 4, scenes=1, script=script, prompt_language="de")])
    assert "or use a model that writes whole pieces" in str(english)


def test_what_a_users_model_read_and_wrote_sentence_by_sentence_is_counted(tmp_path: Path) -> None:
    stage = ScriptNarratedStage()
    stage.setup(own(TransformersSettings(writes=Writes.SENTENCES), smollm2=GGUF))
    seen = {"scenes": [{"narration": "Bees fly far."}]}
    told = {"scenes": [{"image_prompt": "bees in a garden"}]}
    pictured, narrated = stage.process(
        [work(tmp_path, number, scenes=1, script=script) for number, script in enumerate((seen, told))]
    )
    assert isinstance(pictured, ItemResult)
    assert isinstance(narrated, ItemResult)
    assert pictured.attributes["tokens"] == 0
    assert pictured.attributes["prompt_tokens"] > 300, "each place was judged"
    assert 300 > narrated.attributes["prompt_tokens"] > 20
    assert narrated.attributes["tokens"] > 6


def work(folder: Path, number: int, **params: Any) -> Work:
    scratch = folder / str(number)
    scratch.mkdir()
    told = {"topic": f"Honey bees {number}", "scenes": 2, **params}
    return Work(f"{number}", ScriptNarratedParams.model_validate(told), {}, lambda attempt: attempt, scratch)


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Callable[[ScriptedEngine], ScriptNarratedStage]:
    """A stage whose model, the outermost part, is scripted."""

    def stage_with(engine: ScriptedEngine) -> ScriptNarratedStage:
        opened: list[ModelFiles] = []
        monkeypatch.setattr(text_stage, "engine_of", lambda model: opened.append(model) or engine)
        stage = ScriptNarratedStage()
        stage.setup(own(server()))
        assert opened == []
        return stage

    return stage_with


Made = Sequence[ItemResult | AtelierError]


def test_all_writers_of_a_batch_ask_at_once(tmp_path: Path, writing: Any) -> None:
    together = Barrier(16, timeout=60)

    def reply(prompt: Prompt) -> Any:
        together.wait()
        return SCRIPT

    stage = writing(ScriptedEngine(reply))
    made: Made = stage.process([work(tmp_path, number) for number in range(16)])
    assert all(isinstance(each, ItemResult) for each in made)
    stage.teardown()


def failing(error: Exception, *numbers: int) -> Callable[[Prompt], Any]:
    def reply(prompt: Prompt) -> Any:
        return error if any(f"bees {number}" in said_by(prompt) for number in numbers) else SCRIPT

    return reply


@pytest.mark.parametrize(
    ("error", "kind"),
    [(RejectedContent("no"), RejectedContent), (ModelAway("away"), ModelAway), (KeyError("x"), ItemBug)]
    + [(ModelRefused("no credit left"), ModelRefused)],
)
def test_one_brief_that_cannot_be_written_fails_alone_and_the_others_are_kept(
    tmp_path: Path, writing: Any, error: Exception, kind: type[AtelierError]
) -> None:
    stage = writing(ScriptedEngine(failing(error, 1)))
    made: Made = stage.process([work(tmp_path, number) for number in range(3)])
    assert [type(each) for each in made] == [ItemResult, kind, ItemResult]


@pytest.mark.parametrize(
    ("error", "numbers"),
    [(ModelAway("away"), (0, 1)), (ModelRefused("wrong key"), (0, 1)), (UnknownModel("gone"), (1,))],
)
def test_what_lies_around_all_of_them_ends_the_attempt(
    tmp_path: Path, writing: Any, error: AtelierError, numbers: tuple[int, ...]
) -> None:
    stage = writing(ScriptedEngine(failing(error, *numbers)))
    with pytest.raises(type(error)):
        stage.process([work(tmp_path, number) for number in range(2)])


def test_a_server_that_stays_away_is_told_with_its_model_and_what_to_do(tmp_path: Path, writing: Any) -> None:
    stage = writing(ScriptedEngine(ModelAway("the model's server at http://127.0.0.1:1 is not reached; asked 6 times")))
    with pytest.raises(
        ModelAway,
        match=r"^model acme/one@2: the model's .* asked 6 times\. .* Start it, or add .* the right `--address`",
    ):
        stage.process([work(tmp_path, 1)])


def test_what_was_not_taken_is_said_of_the_item_by_its_name(
    tmp_path: Path, writing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    stage = writing(ScriptedEngine("no JSON", SCRIPT))
    stage.process([replace(work(tmp_path, 7), say=said.append)])
    assert said[1].startswith("attempt 2 of 3 for 7; attempt 1 was not taken: The answer is no JSON")
    assert "7: attempt 1 of 3 not taken: The answer is no JSON" in caplog.text


def test_the_loading_of_a_model_is_logged_and_counted_and_of_a_served_one_neither(
    tmp_path: Path, writing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stage = writing(ScriptedEngine(SCRIPT))
    stage.process([work(tmp_path, 1)])
    assert "loading" not in caplog.text
    assert stage.model.times.told().total_s == 0
    sentences = ScriptNarratedStage()
    settings = TransformersSettings(writes=Writes.SENTENCES, precision=Precision.FLOAT32)
    sentences.setup(own(settings, one=GGUF))
    sentences.text_model()
    begun, ended = [record.getMessage() for record in caplog.records if "acme/one" in record.getMessage()]
    assert begun == "loading acme/one@2 with transformers"
    assert re.fullmatch(r"acme/one@2 is loaded after \d+\.\d s", ended)
    assert sentences.model.times.told().map_s > 0
    sentences.teardown()


def test_a_batch_that_does_not_fit_the_device_is_made_in_smaller_ones(tmp_path: Path, writing: Any) -> None:
    sizes: list[int] = []

    class Counting(ScriptNarratedStage):
        def process(self, batch: Sequence[Work]) -> Made:
            sizes.append(len(batch))
            if len(batch) > 2:
                engine.replies = [DeviceOutOfMemory("full")]
            else:
                engine.replies = [SCRIPT]
            return super().process(batch)

    engine = ScriptedEngine(SCRIPT)
    writing(engine)
    stage = Counting()
    stage.setup(own(server()))
    made = compute(stage, [work(tmp_path, number) for number in range(4)], Ladder())
    assert sizes == [4, 2, 2]
    assert all(isinstance(each, ItemResult) for each in made)


def test_a_script_that_is_given_whole_opens_no_model(tmp_path: Path, writing: Any) -> None:
    stage = writing(ScriptedEngine(AssertionError("asked")))
    (made,) = stage.process([work(tmp_path, 1, script=SCRIPT, scenes=2)])
    assert made.attributes["tokens"] == 0


def test_tokens_in_and_out_attempts_and_warnings_are_told(tmp_path: Path, writing: Any) -> None:
    stage = writing(ScriptedEngine("no JSON", SCRIPT))
    (made,) = stage.process([work(tmp_path, 1)])
    assert made.attributes["attempts"] == {"script": 2}
    assert made.attributes["tokens"] > 100
    assert made.attributes["prompt_tokens"] > made.attributes["tokens"]
    assert "warnings" not in made.attributes
    told = stage.writing_attributes({}, Tally(warnings=["cut"]))
    assert told["warnings"] == ["cut"]
