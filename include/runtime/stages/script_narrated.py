"""`script.narrated`: a brief becomes a script, its scenes fanned out, and the look of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import JsonValue, ValidationError

from include.contract.brief import DraftScript, Script
from include.contract.errors import AtelierError, CheckFailed, UnknownModel
from include.contract.fanout import choose_look, script_outputs
from include.contract.look import Look
from include.contract.params import ScriptNarratedParams
from include.runtime.stage import ModelFiles, Output, Product, Stage, Work
from include.runtime.writing.text_model import TextModel
from include.runtime.writing.writer import Assignment, ScriptWriter, Written

MODEL_FILE = "gguf"
_NAMELESS_HERO = "story"


class ScriptNarratedStage(Stage):
    """Keeps what the brief brings and lets a small language model write the rest, scene by scene."""

    def setup(self, model: ModelFiles) -> None:
        """Remember the model: a brief that brings everything never needs it loaded.

        :raises UnknownModel: the registry gives it no GGUF file.
        """
        super().setup(model)
        if MODEL_FILE not in model.files:
            raise UnknownModel(f"model {model.name} has the files {sorted(model.files)}; needed: `{MODEL_FILE}`")
        self._loaded: TextModel | None = None

    def process(self, batch: Sequence[Work]) -> Sequence[Product | AtelierError]:
        """Write every script of the batch; one that is refused fails alone."""
        return [self._result(work) for work in batch]

    def teardown(self) -> None:
        """Let the weights go."""
        self._loaded = None

    def _result(self, work: Work) -> Product | AtelierError:
        try:
            return self._made(work)
        except AtelierError as error:
            return error

    def _made(self, work: Work) -> Product:
        params = ScriptNarratedParams.model_validate(work.params)
        given = params.script or DraftScript()
        assignment = Assignment(
            topic=params.topic,
            language=params.language,
            scenes=params.scenes,
            given=given,
            variation=work.variation,
            model=self.model.name,
        )
        written = ScriptWriter(assignment, self._text_model).write()
        look = choose_look(_hero(params.topic, given), params.language, work.variation)
        outputs = _saved(written.script, look, work.scratch)
        check_outputs(outputs, params.scenes)
        return Product(outputs, _attributes(written))

    def _text_model(self) -> TextModel:
        if self._loaded is None:
            # Imported here, so that a script that is given whole does not wait for torch.
            from include.runtime.models.smollm import load_smollm
            from include.runtime.writing.generation import TorchTextModel

            self._loaded = TorchTextModel(*load_smollm(self.model.files[MODEL_FILE]))
        return self._loaded


def _hero(topic: str | None, given: DraftScript) -> str:
    """What the piece is about in words that no scene's text changes."""
    first_hashtag = given.hashtags[0].lstrip("#") if given.hashtags else ""
    return topic or given.title or first_hashtag or _NAMELESS_HERO


def _saved(script: Script, look: Look, scratch: Path) -> tuple[Output, ...]:
    outputs = []
    for number, (name, content, media_type) in enumerate(script_outputs(script, look)):
        path = scratch / f"{number:03d}"
        path.write_bytes(content)
        outputs.append(Output(name, path, media_type))
    return tuple(outputs)


def check_outputs(outputs: Sequence[Output], scenes: int) -> None:
    """Open the finished files again.

    :raises CheckFailed: the script or the look cannot be read back, or scenes are missing.
    """
    by_name = {output.name: output.path.read_bytes() for output in outputs}
    try:
        script = Script.model_validate_json(by_name["script"])
        Look.model_validate_json(by_name["look"])
    except ValidationError as error:
        raise CheckFailed(f"the finished script cannot be read back: {error}") from error
    if len(script.scenes) != scenes:
        raise CheckFailed(f"the finished script has {len(script.scenes)} scenes; asked for: {scenes}")
    for number, scene in enumerate(script.scenes, start=1):
        alone = by_name[f"narration/{number:02d}"], by_name[f"image_prompt/{number:02d}"]
        if alone != (scene.narration.encode(), scene.image_prompt.encode()):
            raise CheckFailed(f"scene {number} alone is not scene {number} of the script")


def _attributes(written: Written) -> dict[str, JsonValue]:
    tally = written.tally
    return {
        "origins": dict(written.origins),
        "attempts": dict(tally.attempts),
        "tokens": tally.tokens,
        "tokens_per_s": round(tally.tokens / tally.seconds, 1) if tally.seconds else None,
    }
