"""A whole conversation: what is given stays as it is, the rest is written question by question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from include.contract.dialogue import Dialogue, DialogueLine, DraftDialogue, Speaker, SpeakerNames
from include.runtime.writing.arc import spoken
from include.runtime.writing.asking import Tally
from include.runtime.writing.conversation import SPEAKERS, exchanges, farewell, greeting
from include.runtime.writing.headings import description_of, title_of
from include.runtime.writing.illustration import taken_prompt
from include.runtime.writing.telling import Commission, Origin, Teller
from include.runtime.writing.text_model import TextModel

_HOW_TO_BRING = "`dialogue: lines: - {speaker: 1, text: …}`"
_UNNAMED: SpeakerNames = ("A", "B")
"""For languages whose words for host and guest are not known here."""
_COVER = "image_prompt/01"


@dataclass(frozen=True)
class DialogueAssignment:
    """What to talk about, and what is given."""

    topic: str | None
    language: str
    questions: int
    given: DraftDialogue
    variation: int
    model: str
    """Name and variant of the model; another one draws other numbers."""
    prompt_language: str | None = None
    """The language of image prompts, if not the piece's own."""

    @property
    def prompted(self) -> str:
        """The language of its image prompts."""
        return self.prompt_language or self.language


@dataclass(frozen=True)
class WrittenDialogue:
    """A conversation, and how it came about."""

    dialogue: Dialogue
    origins: dict[str, Origin]
    """By part, such as `title` or `answer/03`."""
    tally: Tally


class DialogueWriter:
    """Writes one conversation; the model is loaded only when something has to be written by it."""

    def __init__(
        self,
        assignment: DialogueAssignment,
        model: Callable[[], TextModel],
        tell: Callable[[float], None] = lambda share: None,
    ) -> None:
        """`tell` is given how much is written, from 0 to 1."""
        one = assignment
        given, how = one.given, _HOW_TO_BRING
        piece = Commission(one.topic, given.title, one.language, one.variation, one.model, how, one.prompted)
        self._assignment = assignment
        self._teller = Teller(piece, model)
        self._tell = tell

    def write(self) -> WrittenDialogue:
        """The whole conversation.

        :raises RejectedContent: it has no lines, and none can be written.
        """
        given, teller, topic = self._assignment.given, self._teller, self._assignment.topic
        language = self._assignment.language
        cover = teller.kept(_COVER, given.image_prompt)
        if cover is None:
            teller.check_prompted(_COVER)
        if given.lines:
            lines, told = given.lines, [line.text for line in given.lines]
            image_prompt = cover or taken_prompt(topic or given.title or told[0], language)
        else:
            lines, told = self._new_lines()
            image_prompt = cover or teller.image_prompt(_COVER, told[0])[0]
        dialogue = Dialogue(
            title=teller.kept("title", given.title) or title_of(topic, told, language),
            description=teller.kept("description", given.description) or description_of(told, language),
            speakers=given.speakers or (SPEAKERS if teller.writes else _UNNAMED),
            image_prompt=image_prompt,
            lines=lines,
        )
        return WrittenDialogue(dialogue, teller.origins, teller.tally)

    def _new_lines(self) -> tuple[tuple[DialogueLine, ...], list[str]]:
        """All lines about a topic, and what the model said in them; each answer takes account of those before it."""
        subject = self._teller.subject_for("the conversation")
        welcome, thanks = greeting(subject)
        lines = [_line(Speaker.FIRST, welcome, "Welcome"), _line(Speaker.SECOND, thanks)]
        told: list[str] = []
        for number, asked in enumerate(exchanges(self._assignment.questions, subject), start=1):
            words = spoken(asked.role, subject)
            told.append(self._teller.said(f"answer/{number:02d}", words, subject, told))
            lines.append(_line(Speaker.FIRST, asked.question, asked.chapter))
            lines.append(_line(Speaker.SECOND, words.whole(told[-1])))
            self._tell(number / (self._assignment.questions + 1))
        return (*lines, _line(Speaker.FIRST, farewell())), told


def _line(speaker: Speaker, text: str, chapter: str | None = None) -> DialogueLine:
    return DialogueLine(speaker=speaker, text=text, chapter=chapter)
