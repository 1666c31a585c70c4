"""`script.dialogue`: a brief becomes a conversation of two, its lines fanned out, the cover's prompt and the look."""

from __future__ import annotations

from collections.abc import Sequence

from include.contract.dialogue import Dialogue, DraftDialogue, Line
from include.contract.errors import CheckFailed
from include.contract.fanout import choose_look, dialogue_outputs, source_output
from include.contract.look import Look
from include.contract.params import ScriptDialogueParams
from include.runtime.stage import ItemResult, Output, Work, read_back, saved
from include.runtime.text_stage import TextStage, source_of
from include.runtime.writing.dialogue_writer import DialogueWriter
from include.runtime.writing.whole.dialogue import WholeDialogue

_NAMELESS_HERO = "conversation"


class ScriptDialogueStage(TextStage):
    """Keeps what the brief brings; a language model answers what a rule asks or, by its card, writes the whole."""

    def make_item(self, work: Work) -> ItemResult:
        """Write one conversation."""
        params = ScriptDialogueParams.model_validate(work.params)
        given = params.dialogue or DraftDialogue()
        assignment = self.assignment(params, work, params.questions, given)
        if self.writes_whole:
            written = WholeDialogue(assignment, self.author(work)).write()
        else:
            written = DialogueWriter(assignment, self.text_model, work.tell).write()
        look = choose_look(params.topic or given.title or _NAMELESS_HERO, params.language, work.variation)
        told = (*dialogue_outputs(written.dialogue, look), source_output(source_of(written.origins)))
        outputs = saved(told, work.scratch)
        check_outputs(outputs, written.dialogue)
        attributes = self.writing_attributes(written.origins, written.tally)
        return ItemResult(outputs, {**attributes, "lines": len(written.dialogue.lines)})


def check_outputs(outputs: Sequence[Output], dialogue: Dialogue) -> None:
    """Open the finished files again.

    :raises CheckFailed: the conversation, a line or the look cannot be read back, or says something else.
    """
    by_name = {output.name: output.path.read_bytes() for output in outputs}
    names = [name for name in by_name if name.startswith("line/")]
    read_back(Look, by_name["look"], "look")
    found = read_back(Dialogue, by_name["script"], "conversation")
    alone = [read_back(Line, by_name[name], name) for name in names]
    if found != dialogue:
        raise CheckFailed("the finished conversation is not the one that was written")
    if alone != [line.alone for line in dialogue.lines]:
        raise CheckFailed(f"the {len(alone)} lines alone are not the {len(dialogue.lines)} of the conversation")
