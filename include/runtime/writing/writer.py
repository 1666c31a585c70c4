"""A whole script: what is given stays as it is, the rest is written scene by scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from include.contract.brief import DraftScene, DraftScript, Scene, Script
from include.contract.errors import RejectedContent
from include.runtime.writing.arc import Spoken, arc, describing, role_of_given, spoken
from include.runtime.writing.asking import Interviewer, Tally, Wanted
from include.runtime.writing.cleaning import clean_narration
from include.runtime.writing.headings import description_of, hashtags_of, title_of
from include.runtime.writing.illustration import Illustration, taken_prompt
from include.runtime.writing.nouns import nouns
from include.runtime.writing.quality import likeness, narration_flaws, roughness
from include.runtime.writing.subject import Subject, subject_of
from include.runtime.writing.text_model import TextModel
from include.runtime.writing.words import cased_words, key_words, tongue, unspaced

_MODEL_TONGUE = "en"
"""The built-in model strings words of other languages together without sense."""


class Origin(StrEnum):
    """Where a part of a script comes from."""

    GIVEN = "given"
    """The brief brought it; it went through unchanged."""
    TAKEN = "taken"
    """Taken from the words of the topic or of the narration."""
    MODEL = "model"
    """The model wrote it."""


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


@dataclass
class Written:
    """A script, and how it came about."""

    script: Script
    origins: dict[str, Origin]
    """By part, such as `title` or `narration/03`."""
    tally: Tally


@dataclass
class ScriptWriter:
    """Writes one script; the model is loaded only when something has to be written by it."""

    assignment: Assignment
    model: Callable[[], TextModel]
    origins: dict[str, Origin] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._interviewer = Interviewer(self.model)
        words = self.assignment.topic or self.assignment.given.title
        self._writes = tongue(self.assignment.language) == _MODEL_TONGUE
        self._subject: Subject | None = subject_of(words) if words and self._writes else None
        self._illustration: Illustration | None = None

    def write(self) -> Written:
        """The whole script.

        :raises RejectedContent: a part is missing that can neither be written nor be taken from what is given.
        """
        given = self.assignment.given
        scenes = self._given_scenes(given.scenes) if given.scenes else self._new_scenes()
        narrations = [scene.narration for scene in scenes]
        topic = self.assignment.topic
        script = Script(
            title=self._kept("title", given.title) or title_of(topic, narrations),
            description=self._kept("description", given.description) or description_of(narrations),
            hashtags=self._hashtags(narrations),
            scenes=tuple(scenes),
        )
        return Written(script, self.origins, self._interviewer.tally)

    def _kept(self, part: str, given: str | None) -> str | None:
        self.origins[part] = Origin.GIVEN if given is not None else Origin.TAKEN
        return given

    def _hashtags(self, narrations: Sequence[str]) -> tuple[str, ...]:
        given, language = self.assignment.given.hashtags, self.assignment.language
        self.origins["hashtags"] = Origin.GIVEN if given is not None else Origin.TAKEN
        if given is not None:
            return given
        if self._subject:
            name = self._subject.name
            phrase = [word for word in cased_words(name) if word.lower() not in ("a", "an", "the")]
            return hashtags_of(phrase, key_words(name, language), map(nouns, narrations))
        topic = key_words(self.assignment.topic or self.assignment.given.title or "", language)
        phrase = [] if unspaced(language) else topic
        return hashtags_of(phrase, topic, [key_words(one, language) for one in narrations])

    def _new_scenes(self) -> list[Scene]:
        """All scenes of a topic; each knows what was told before it."""
        subject = self._english_subject("the narration")
        told: list[str] = []
        scenes, place = [], ""
        for number, role in enumerate(arc(self.assignment.scenes), start=1):
            words = spoken(role, subject)
            said = self._said(number, words, subject, told)
            told.append(said)
            image_prompt, place = self._image_prompt(number, said, before=place)
            scenes.append(Scene(narration=words.whole(said), image_prompt=image_prompt))
        return scenes

    def _given_scenes(self, drafts: tuple[DraftScene, ...]) -> list[Scene]:
        """Scenes of a given script; each knows nothing of the others, so that editing one remakes one."""
        for number, draft in enumerate(drafts, start=1):
            if draft.narration is None and (draft.image_prompt is None or not self._writes):
                self._english_subject(f"the narration of scene {number}")
        return [self._given_scene(number, draft) for number, draft in enumerate(drafts, start=1)]

    def _given_scene(self, number: int, draft: DraftScene) -> Scene:
        narration = self._kept(f"narration/{number:02d}", draft.narration)
        if narration is None:
            narration = self._missing_narration(number, draft.image_prompt)
        image_prompt = self._kept(f"image_prompt/{number:02d}", draft.image_prompt)
        return Scene(narration=narration, image_prompt=image_prompt or self._image_prompt(number, narration)[0])

    def _missing_narration(self, number: int, image_prompt: str | None) -> str:
        if image_prompt is not None and self._writes:
            return self._said(number, describing(image_prompt, self._subject), self._subject, (), image_prompt)
        subject = self._english_subject(f"the narration of scene {number}")
        words = spoken(role_of_given(number), subject)
        return words.whole(self._said(number, words, subject, ()))

    def _english_subject(self, what: str) -> Subject:
        language = self.assignment.language
        if not self._writes:
            raise RejectedContent(
                f"{what} is missing, and the model {self.assignment.model} writes English only, not {language!r}; "
                "bring it in the brief (`script: scenes: - narration: …`), or use a larger text model"
            )
        if self._subject is None:
            raise RejectedContent(
                f"{what} is missing, and there is neither a topic nor a title to write it from; "
                "bring the narration, or give the brief a `topic`"
            )
        return self._subject

    def _said(self, number: int, words: Spoken, subject: Subject | None, told: Sequence[str], seen: str = "") -> str:
        """What the model says in a scene, without the fixed words around it."""
        part = f"narration/{number:02d}"
        about = f"{subject.topic if subject else ''} {seen}".strip()
        self.origins[part] = Origin.MODEL
        return self._interviewer.ask(
            Wanted(
                part=part,
                question=words.question,
                seed_facts=(*self._seed_facts(), seen),
                finish=lambda answer: clean_narration(words.question.opening + answer),
                flaws=lambda text: narration_flaws(text, about, subject.name if subject else "", told),
                roughness=lambda text: roughness(text) + sum(likeness(text, earlier) for earlier in told),
            )
        )

    def _image_prompt(self, number: int, told: str, before: str = "") -> tuple[str, str]:
        """Image prompt for what is told, and the place that the model chose for it, if it did."""
        part = f"image_prompt/{number:02d}"
        if not self._writes:
            self.origins[part] = Origin.TAKEN
            return taken_prompt(told), ""
        self.origins[part] = Origin.MODEL
        if self._illustration is None:
            self._illustration = Illustration(self.model())
        return self._illustration.prompt(told, self._subject.name if self._subject else "", before)

    def _seed_facts(self) -> tuple[str | int | None, ...]:
        one = self.assignment
        return one.model, one.language, one.topic, one.variation
