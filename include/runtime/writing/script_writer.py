"""A whole script: what is given stays as it is, the rest is written scene by scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.contract.brief import DraftScene, DraftScript, Scene, Script
from include.runtime.writing.arc import arc, describing, role_of_given, spoken
from include.runtime.writing.asking import Tally
from include.runtime.writing.headings import description_of, hashtags_of, title_of
from include.runtime.writing.nouns import nouns
from include.runtime.writing.telling import Origin, PieceWriter
from include.runtime.writing.words import cased_words, key_words, unspaced


@dataclass(frozen=True)
class WrittenScript:
    """A script, and how it came about."""

    script: Script
    origins: dict[str, Origin]
    """By part, such as `title` or `narration/03`."""
    tally: Tally


class ScriptWriter(PieceWriter[DraftScript]):
    """Writes one script."""

    how_to_bring = "`script: scenes: - narration: …`"

    def write(self) -> WrittenScript:
        """The whole script.

        :raises RejectedContent: a part is missing that can be neither written nor taken from what is given.
        """
        given, teller = self._assignment.given, self._teller
        scenes = self._given_scenes(given.scenes) if given.scenes else self._new_scenes()
        narrations = [scene.narration for scene in scenes]
        topic, language = self._assignment.topic, self._assignment.language
        script = Script(
            title=teller.kept("title", given.title) or title_of(topic, narrations, language),
            description=teller.kept("description", given.description) or description_of(narrations, language),
            hashtags=self._hashtags(narrations),
            scenes=tuple(scenes),
        )
        return WrittenScript(script, teller.origins, teller.tally)

    def _hashtags(self, narrations: Sequence[str]) -> tuple[str, ...]:
        given, language = self._assignment.given.hashtags, self._assignment.language
        self._teller.origins["hashtags"] = Origin.GIVEN if given is not None else Origin.TAKEN
        if given is not None:
            return given
        if self._teller.subject:
            name = self._teller.name
            phrase = [word for word in cased_words(name) if word.lower() not in ("a", "an", "the")]
            return hashtags_of(phrase, key_words(name, language), map(nouns, narrations))
        topic = key_words(self._assignment.topic or self._assignment.given.title or "", language)
        phrase = [] if unspaced(language) else topic
        return hashtags_of(phrase, topic, [key_words(one, language) for one in narrations])

    def _new_scenes(self) -> list[Scene]:
        """All scenes about a topic; each takes account of those before it."""
        subject = self._teller.subject_for("the narration")
        told: list[str] = []
        scenes, place = [], ""
        for number, role in enumerate(arc(self._assignment.parts), start=1):
            words = spoken(role, subject)
            said = self._teller.said(f"narration/{number:02d}", words, subject, told)
            told.append(said)
            image_prompt, place = self._teller.image_prompt(f"image_prompt/{number:02d}", said, before=place)
            scenes.append(Scene(narration=words.whole(said), image_prompt=image_prompt))
            self._tell(number / self._assignment.parts)
        return scenes

    def _given_scenes(self, drafts: tuple[DraftScene, ...]) -> list[Scene]:
        """Scenes of a given script; each is written without the others, so that editing one remakes it alone."""
        for number, draft in enumerate(drafts, start=1):
            if draft.narration is None and (draft.image_prompt is None or not self._teller.writes):
                self._teller.subject_for(f"the narration of scene {number}")
        return [self._given_scene(number, draft) for number, draft in enumerate(drafts, start=1)]

    def _given_scene(self, number: int, draft: DraftScene) -> Scene:
        part = f"image_prompt/{number:02d}"
        narration = self._teller.kept(f"narration/{number:02d}", draft.narration)
        if narration is None:
            narration = self._missing_narration(number, draft.image_prompt)
        image_prompt = self._teller.kept(part, draft.image_prompt)
        return Scene(narration=narration, image_prompt=image_prompt or self._teller.image_prompt(part, narration)[0])

    def _missing_narration(self, number: int, image_prompt: str | None) -> str:
        part, teller = f"narration/{number:02d}", self._teller
        if image_prompt is not None and teller.writes:
            words = describing(image_prompt, teller.subject)
            return teller.said(part, words, teller.subject, (), image_prompt)
        subject = teller.subject_for(f"the narration of scene {number}")
        words = spoken(role_of_given(number), subject)
        return words.whole(teller.said(part, words, subject, ()))
