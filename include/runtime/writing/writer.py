"""A whole script: what is given stays as it is, the rest is written scene by scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from include.contract.brief import DraftScene, DraftScript, Scene, Script
from include.runtime.writing.arc import arc, describing, role_of_given, spoken
from include.runtime.writing.asking import Tally
from include.runtime.writing.headings import description_of, hashtags_of, title_of
from include.runtime.writing.nouns import nouns
from include.runtime.writing.telling import Commission, Origin, Teller
from include.runtime.writing.text_model import TextModel
from include.runtime.writing.words import cased_words, key_words, unspaced

_HOW_TO_BRING = "`script: scenes: - narration: …`"


@dataclass(frozen=True)
class Assignment:
    """What to write about, and what is given."""

    topic: str | None
    language: str
    scenes: int
    given: DraftScript
    variation: int
    model: str
    """Name and variant of the model; another one draws other numbers."""
    prompt_language: str | None = None
    """The language of image prompts, if not the piece's own."""

    @property
    def prompted(self) -> str:
        """The language of its image prompts."""
        return self.prompt_language or self.language


@dataclass
class WrittenScript:
    """A script, and how it came about."""

    script: Script
    origins: dict[str, Origin]
    """By part, such as `title` or `narration/03`."""
    tally: Tally


class ScriptWriter:
    """Writes one script; the model is loaded only when something has to be written by it."""

    def __init__(
        self,
        assignment: Assignment,
        model: Callable[[], TextModel],
        tell: Callable[[float], None] = lambda share: None,
    ) -> None:
        """`tell` is given how much is written, from 0 to 1."""
        one = assignment
        given, how = one.given, _HOW_TO_BRING
        piece = Commission(one.topic, given.title, one.language, one.variation, one.model, how, one.prompted)
        self.assignment = assignment
        self._teller = Teller(piece, model)
        self._tell = tell

    def write(self) -> WrittenScript:
        """The whole script.

        :raises RejectedContent: a part is missing that can be neither written nor taken from what is given.
        """
        given, teller = self.assignment.given, self._teller
        scenes = self._given_scenes(given.scenes) if given.scenes else self._new_scenes()
        narrations = [scene.narration for scene in scenes]
        topic, language = self.assignment.topic, self.assignment.language
        script = Script(
            title=teller.kept("title", given.title) or title_of(topic, narrations, language),
            description=teller.kept("description", given.description) or description_of(narrations, language),
            hashtags=self._hashtags(narrations),
            scenes=tuple(scenes),
        )
        return WrittenScript(script, teller.origins, teller.tally)

    def _hashtags(self, narrations: Sequence[str]) -> tuple[str, ...]:
        given, language = self.assignment.given.hashtags, self.assignment.language
        self._teller.origins["hashtags"] = Origin.GIVEN if given is not None else Origin.TAKEN
        if given is not None:
            return given
        if self._teller.subject:
            name = self._teller.name
            phrase = [word for word in cased_words(name) if word.lower() not in ("a", "an", "the")]
            return hashtags_of(phrase, key_words(name, language), map(nouns, narrations))
        topic = key_words(self.assignment.topic or self.assignment.given.title or "", language)
        phrase = [] if unspaced(language) else topic
        return hashtags_of(phrase, topic, [key_words(one, language) for one in narrations])

    def _new_scenes(self) -> list[Scene]:
        """All scenes about a topic; each takes account of those before it."""
        subject = self._teller.subject_for("the narration")
        told: list[str] = []
        scenes, place = [], ""
        for number, role in enumerate(arc(self.assignment.scenes), start=1):
            words = spoken(role, subject)
            said = self._teller.said(f"narration/{number:02d}", words, subject, told)
            told.append(said)
            image_prompt, place = self._teller.image_prompt(f"image_prompt/{number:02d}", said, before=place)
            scenes.append(Scene(narration=words.whole(said), image_prompt=image_prompt))
            self._tell(number / self.assignment.scenes)
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
