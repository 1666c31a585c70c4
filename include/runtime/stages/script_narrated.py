"""`script.narrated`: a brief becomes a script, its scenes fanned out, and the look of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from include.contract.brief import DraftScript, Script
from include.contract.errors import CheckFailed
from include.contract.fanout import choose_look, script_outputs, source_output
from include.contract.look import Look
from include.contract.params import ScriptNarratedParams
from include.contract.scene_settings import setting_outputs
from include.runtime.stage import ItemResult, Output, Work, read_back, saved
from include.runtime.text_stage import TextStage, source_of
from include.runtime.writing.script_writer import ScriptWriter
from include.runtime.writing.whole.script import WholeScript

_NAMELESS_HERO = "story"


class ScriptNarratedStage(TextStage):
    """Keeps what the brief brings; a language model writes the rest, scene by scene or, by its card, as a whole."""

    def make_item(self, work: Work) -> ItemResult:
        """Write one script."""
        params = ScriptNarratedParams.model_validate(work.params)
        given = params.script or DraftScript()
        assignment = self.assignment(params, work, params.scenes, given)
        if self.writes_whole:
            written = WholeScript(assignment, self.author(work)).write()
        else:
            written = ScriptWriter(assignment, self.text_model, work.tell).write()
        look = choose_look(_hero(params.topic, given), params.language, work.variation)
        whole = (*script_outputs(written.script, look), source_output(source_of(written.origins)))
        told = (*whole, *setting_outputs(given.scenes or ()))
        outputs = saved(told, work.scratch)
        check_outputs(outputs, params.scenes)
        return ItemResult(outputs, self.writing_attributes(written.origins, written.tally))


def _hero(topic: str | None, given: DraftScript) -> str:
    """What the piece is about in words that no scene's text changes."""
    first_hashtag = given.hashtags[0].lstrip("#") if given.hashtags else ""
    return topic or given.title or first_hashtag or _NAMELESS_HERO


def check_outputs(outputs: Sequence[Output], scenes: int) -> None:
    """Open the finished files again.

    :raises CheckFailed: the script or the look cannot be read back, or scenes are missing.
    """
    by_name = {output.name: output.path.read_bytes() for output in outputs}
    script = read_back(Script, by_name["script"], "script")
    read_back(Look, by_name["look"], "look")
    if len(script.scenes) != scenes:
        raise CheckFailed(f"the finished script has {len(script.scenes)} scenes; asked for: {scenes}")
    for number, scene in enumerate(script.scenes, start=1):
        alone = by_name[f"narration/{number:02d}"], by_name[f"image_prompt/{number:02d}"]
        if alone != (scene.narration.encode(), scene.image_prompt.encode()):
            raise CheckFailed(f"scene {number} alone is not scene {number} of the script")
