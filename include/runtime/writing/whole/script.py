"""A whole script: what is given stays as it is, the rest is written at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from include.contract.brief import DraftScene, DraftScript, Scene, Script
from include.contract.values import CleanText
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.headings import hashtags_in
from include.runtime.writing.script_writer import WrittenScript
from include.runtime.writing.telling import Origin
from include.runtime.writing.whole.answering import Written, form_of, several
from include.runtime.writing.whole.author import Author, Errand
from include.runtime.writing.whole.flaws import Judge, Length, Said
from include.runtime.writing.whole.letter import language_name, task_of
from include.runtime.writing.words import without_full_stop

_NARRATION = Length(20, 50)
_DESCRIPTION = Length(10, 60)
_FIELDS: Mapping[str, Any] = {
    "title": Annotated[str, CleanText(120, is_one_line=True)],
    "description": Annotated[str, CleanText(600)],
    "hashtags": Annotated[list[Annotated[str, CleanText(40, is_one_line=True)]], Field(min_length=3, max_length=6)],
}
_SCENE_FIELDS: Mapping[str, Any] = {
    "narration": Annotated[str, CleanText(800)],
    "image_prompt": Annotated[str, CleanText(400)],
}
_TOKENS_OF_A_SCENE = 120


class WholeScript:
    """Writes one script."""

    def __init__(self, assignment: Assignment[DraftScript], author: Author) -> None:
        self._assignment, self._author = assignment, author
        self._given = assignment.given
        self._drafts = self._given.scenes or (DraftScene(),) * assignment.parts

    def write(self) -> WrittenScript:
        """The whole script.

        :raises RejectedContent: nothing that the model wrote was usable.
        """
        scene_fields = {name: kind for name, kind in _SCENE_FIELDS.items() if self._lacks(name)}
        fields = {name: kind for name, kind in _FIELDS.items() if getattr(self._given, name) is None}
        if scene_fields:
            fields["scenes"] = several("WrittenScene", scene_fields, len(self._drafts), len(self._drafts))
        written = self._author.written(self._errand(fields)) if fields else {}
        return WrittenScript(self._script(written), self._origins(), self._author.tally)

    def _lacks(self, name: str) -> bool:
        return any(getattr(draft, name) is None for draft in self._drafts)

    def _errand(self, fields: Mapping[str, Any]) -> Errand:
        one = self._assignment
        given = self._given.model_dump(mode="json", exclude_none=True)
        return Errand(
            name="script",
            words={
                "language": language_name(one.language),
                "prompt_language": language_name(one.prompted),
                "count": str(len(self._drafts)),
                "length": _NARRATION.told(one.language),
            },
            given=given or None,
            task=task_of(one.topic, one.variation, scenes=len(self._drafts)),
            form=form_of("WrittenScript", fields),
            flaws=lambda written: self._flaws(written, f"{one.topic or ''} {given}"),
            expected_tokens=_TOKENS_OF_A_SCENE * (1 + len(self._drafts)),
        )

    def _script(self, written: Written) -> Script:
        given, language = self._given, self._assignment.language
        scenes = written.get("scenes", [{}] * len(self._drafts))
        return Script(
            title=given.title or without_full_stop(written["title"], language),
            description=given.description or written["description"],
            hashtags=hashtags_in(written["hashtags"]) if given.hashtags is None else given.hashtags,
            scenes=tuple(
                Scene(
                    narration=draft.narration or scene["narration"],
                    image_prompt=draft.image_prompt or scene["image_prompt"],
                )
                for draft, scene in zip(self._drafts, scenes, strict=True)
            ),
        )

    def _origins(self) -> dict[str, Origin]:
        numbered = list(enumerate(self._drafts, start=1))
        given = {
            **{name: getattr(self._given, name) for name in _FIELDS},
            **{f"{name}/{number:02d}": getattr(draft, name) for name in _SCENE_FIELDS for number, draft in numbered},
        }
        return {part: Origin.MODEL if value is None else Origin.GIVEN for part, value in given.items()}

    def _flaws(self, written: Written, about: str) -> list[str]:
        script, origins, one = self._script(written), self._origins(), self._assignment
        said = [
            Said("title", script.title, is_whole=False, is_new=False),
            Said("description", script.description, _DESCRIPTION, is_new=False),
            *(Said(f"narration/{number:02d}", scene.narration, _NARRATION) for number, scene in _numbered(script)),
        ]
        prompts = {f"image_prompt/{number:02d}": scene.image_prompt for number, scene in _numbered(script)}
        judge = Judge(one.language, one.prompted, one.topic or "", about, lambda part: origins[part] is Origin.MODEL)
        nameless = [] if script.hashtags or one.given.hashtags is not None else ["hashtags: none of them has letters"]
        return [*judge.flaws(said, prompts), *nameless]


def _numbered(script: Script) -> list[tuple[int, Scene]]:
    return list(enumerate(script.scenes, start=1))
