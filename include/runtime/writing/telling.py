"""Telling one piece, whatever its form: what is given is kept, and the model is asked for the rest part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import ClassVar, Generic

from include.contract.errors import RejectedContent
from include.runtime.writing.arc import SceneLine
from include.runtime.writing.asking import Interviewer, Tally, Wanted
from include.runtime.writing.assignment import Assignment, Draft, DraftT
from include.runtime.writing.cleaning import clean_narration
from include.runtime.writing.illustration import Illustration, taken_prompt
from include.runtime.writing.quality import likeness, narration_flaws, roughness
from include.runtime.writing.subject import Subject, subject_of
from include.runtime.writing.text_model import TextModel
from include.runtime.writing.words import tongue

_MODEL_TONGUE = "en"
"""The built-in model writes nonsense in any other."""


class Origin(StrEnum):
    """Where a part of a piece comes from."""

    GIVEN = "given"
    """The brief brought it, and it is unchanged."""
    TAKEN = "taken"
    """Taken from the words of the topic or of the text."""
    MODEL = "model"
    """The model wrote it."""


class Teller:
    """Tells one piece; the model is loaded only when something has to be written by it."""

    def __init__(self, piece: Assignment[Draft], how_to_bring: str, model: Callable[[], TextModel]) -> None:
        """`how_to_bring` says, for messages, how a brief brings its own text."""
        words = piece.topic or piece.given.title
        self.origins: dict[str, Origin] = {}
        """By part, such as `title` or `narration/03`."""
        self.writes = tongue(piece.language) == _MODEL_TONGUE
        """Whether the model writes the piece's language."""
        self.subject: Subject | None = subject_of(words) if words and self.writes else None
        self._piece, self._how_to_bring = piece, how_to_bring
        self._interviewer = Interviewer(model)
        self._illustration: Illustration | None = None

    @property
    def tally(self) -> Tally:
        """What the writing has cost so far."""
        return self._interviewer.tally

    @property
    def name(self) -> str:
        """What the piece is about, in words that fit inside a sentence; may be empty."""
        return self.subject.name if self.subject else ""

    def kept(self, part: str, given: str | None) -> str | None:
        """`given`, noted as such; if it is None, the part counts as taken from the rest."""
        self.origins[part] = Origin.GIVEN if given is not None else Origin.TAKEN
        return given

    def subject_for(self, what: str) -> Subject:
        """The subject to write `what` about.

        :raises RejectedContent: the model does not write the language, or nothing says what to write about.
        """
        if not self.writes:
            raise RejectedContent(
                f"{what} is missing, and the model {self._piece.model} writes English only, not "
                f"{self._piece.language!r}; bring it in the brief ({self._how_to_bring}), "
                "or use a larger text model"
            )
        if self.subject is None:
            raise RejectedContent(
                f"{what} is missing, and there is neither a topic nor a title to write it from; "
                f"bring {what.split(' of ')[0]}, or give the brief a `topic`"
            )
        return self.subject

    def said(self, part: str, words: SceneLine, subject: Subject | None, told: Sequence[str], seen: str = "") -> str:
        """What the model wrote, without the fixed words around it.

        :param told: what must not be repeated.
        :param seen: the picture that it is about; may be empty.
        :raises RejectedContent: nothing that it wrote was fit to use.
        """
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

    def image_prompt(self, part: str, told: str, before: str = "") -> tuple[str, str]:
        """Image prompt for what is told, and the place that the model chose, if it did.

        :param before: place of the picture before.
        :raises RejectedContent: it is wanted in a language other than the piece's.
        """
        self.check_prompted(part)
        if not self.writes:
            self.origins[part] = Origin.TAKEN
            return taken_prompt(told, self._piece.language), ""
        self.origins[part] = Origin.MODEL
        if self._illustration is None:
            self._illustration = Illustration(self._interviewer.model)
        return self._illustration.prompt(told, self.name, before)

    def check_prompted(self, part: str) -> None:
        """Nothing here translates: an image prompt is made in the words of the piece.

        :raises RejectedContent: it is wanted in another language.
        """
        if tongue(self._piece.prompted) != tongue(self._piece.language):
            raise RejectedContent(
                f"{part} is missing, and the model {self._piece.model} writes image prompts in the language of the "
                f"piece ({self._piece.language!r}), not in {self._piece.prompted!r}; bring them in the brief, leave "
                "`prompt_language` out, or use a model that writes whole pieces"
            )

    def _seed_facts(self) -> tuple[str | int | None, ...]:
        one = self._piece
        return one.model, one.language, one.topic, one.variation


class PieceWriter(Generic[DraftT]):
    """Writes one piece; the model is loaded only when something has to be written by it."""

    how_to_bring: ClassVar[str]
    """How a brief brings its own text, for messages."""

    def __init__(
        self,
        assignment: Assignment[DraftT],
        model: Callable[[], TextModel],
        tell: Callable[[float], None] = lambda share: None,
    ) -> None:
        """`tell` is given how much is written, from 0 to 1."""
        self._assignment = assignment
        self._teller = Teller(assignment, self.how_to_bring, model)
        self._tell = tell
