"""A whole conversation of two: what is given stays as it is, the rest is written at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from include.contract.dialogue import Dialogue, DialogueLine, DraftDialogue, Speaker
from include.contract.values import CleanText
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.dialogue_writer import WrittenDialogue
from include.runtime.writing.telling import Origin
from include.runtime.writing.whole.answering import Written, form_of, several
from include.runtime.writing.whole.author import Author, Errand
from include.runtime.writing.whole.flaws import Judge, Length, Said
from include.runtime.writing.whole.letter import language_name, task_of
from include.runtime.writing.words import without_full_stop

_LINE = Length(5, 60)
_DESCRIPTION = Length(10, 60)
_COVER = "image_prompt/01"
_MOST_LINES_BESIDE = 8
"""Lines for greetings and the end, besides two for each question."""
_FIELDS: Mapping[str, Any] = {
    "title": Annotated[str, CleanText(120, is_one_line=True)],
    "description": Annotated[str, CleanText(600)],
    "speakers": Annotated[list[Annotated[str, CleanText(40, is_one_line=True)]], Field(min_length=2, max_length=2)],
    "image_prompt": Annotated[str, CleanText(400)],
}
_LINE_FIELDS: Mapping[str, Any] = {
    "speaker": Literal[1, 2],
    "text": Annotated[str, CleanText(900)],
    "chapter": Annotated[str, CleanText(100, is_one_line=True, may_be_empty=True)],
}
_TOKENS_OF_A_QUESTION = 130


class WholeDialogue:
    """Writes one conversation."""

    def __init__(self, assignment: Assignment[DraftDialogue], author: Author) -> None:
        self._assignment, self._author = assignment, author
        self._given = assignment.given

    def write(self) -> WrittenDialogue:
        """The whole conversation.

        :raises RejectedContent: nothing that the model wrote was usable.
        """
        fields = {name: kind for name, kind in _FIELDS.items() if getattr(self._given, name) is None}
        if self._given.lines is None:
            questions = self._assignment.parts
            fields["lines"] = several("WrittenLine", _LINE_FIELDS, 2 * questions, 2 * questions + _MOST_LINES_BESIDE)
        written = self._author.written(self._errand(fields)) if fields else {}
        return WrittenDialogue(self._dialogue(written), self._origins(), self._author.tally)

    def _errand(self, fields: Mapping[str, Any]) -> Errand:
        one = self._assignment
        given = self._given.model_dump(mode="json", exclude_none=True)
        return Errand(
            name="dialogue",
            words={
                "language": language_name(one.language),
                "prompt_language": language_name(one.prompted),
                "count": str(one.parts),
                "length": Length(20, 60).told(one.language),
            },
            given=given or None,
            task=task_of(one.topic, one.variation, questions=one.parts),
            form=form_of("WrittenDialogue", fields),
            flaws=lambda written: self._flaws(written, f"{one.topic or ''} {given}"),
            expected_tokens=_TOKENS_OF_A_QUESTION * (1 + one.parts),
        )

    def _dialogue(self, written: Written) -> Dialogue:
        given, language = self._given, self._assignment.language
        first, second = given.speakers or written["speakers"]
        return Dialogue(
            title=given.title or without_full_stop(written["title"], language),
            description=given.description or written["description"],
            speakers=(first, second),
            image_prompt=given.image_prompt or written["image_prompt"],
            lines=given.lines or tuple(_line(line, language) for line in written["lines"]),
        )

    def _origins(self) -> dict[str, Origin]:
        one = self._given
        given = {**{name: getattr(one, name) for name in _FIELDS if name != "image_prompt"}, "lines": one.lines}
        given[_COVER] = one.image_prompt
        return {part: Origin.MODEL if value is None else Origin.GIVEN for part, value in given.items()}

    def _flaws(self, written: Written, about: str) -> list[str]:
        dialogue, origins, one = self._dialogue(written), self._origins(), self._assignment
        said = [
            Said("title", dialogue.title, is_whole=False, is_new=False),
            Said("description", dialogue.description, _DESCRIPTION, is_new=False),
            *(Said(f"lines/{place}", line.text, _LINE) for place, line in enumerate(dialogue.lines, start=1)),
        ]
        judge = Judge(
            one.language, one.prompted, one.topic or "", about, lambda part: origins[_whole(part)] is Origin.MODEL
        )
        flaws = judge.flaws(said, {_COVER: dialogue.image_prompt})
        if dialogue.speakers[0].casefold() == dialogue.speakers[1].casefold():
            flaws.append(f"speakers: both are called {dialogue.speakers[0]!r}")
        return [*flaws, *(_course_flaws(dialogue.lines, one.parts) if one.given.lines is None else ())]


def _whole(part: str) -> str:
    """The name under which a part's origin is noted: all lines share one."""
    return "lines" if part.startswith("lines/") else part


def _line(line: Written, language: str) -> DialogueLine:
    chapter = without_full_stop(line["chapter"], language) if line["chapter"] else None
    return DialogueLine(speaker=Speaker(line["speaker"]), text=line["text"], chapter=chapter)


def _course_flaws(lines: Sequence[DialogueLine], questions: int) -> Iterator[str]:
    """What is wrong with the course of the conversation: it has to have the questions asked for, each answered."""
    if lines[0].speaker is not Speaker.FIRST:
        yield "lines/1: is spoken by 2; the first of the two begins"
    turns = list(zip(lines, lines[1:], strict=False))
    again = next((place for place, (one, other) in enumerate(turns, start=2) if one.speaker is other.speaker), None)
    if again is not None:
        yield f"lines/{again}: is spoken by {lines[again - 1].speaker}, as the line before it; the two take turns"
    asked = [place for place, line in enumerate(lines, start=1) if line.chapter and line.speaker is Speaker.FIRST]
    if len(asked) != questions:
        yield f"lines: {len(asked)} of them ask a question and begin a `chapter`; asked for: {questions}"
    if any(line.chapter and line.speaker is Speaker.SECOND for line in lines):
        yield "lines: a `chapter` begins with an answer; it begins with the line that asks"
    if asked and asked[-1] == len(lines):
        yield f"lines/{asked[-1]}: asks, and nobody answers"
