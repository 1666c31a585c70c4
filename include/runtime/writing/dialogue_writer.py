"""A whole conversation: what is given stays as it is, the rest is written question by question."""

from __future__ import annotations

from dataclasses import dataclass

from include.contract.dialogue import Dialogue, DialogueLine, DraftDialogue, Speaker, SpeakerNames
from include.runtime.writing.arc import spoken
from include.runtime.writing.asking import Tally
from include.runtime.writing.conversation import SPEAKERS, exchanges, farewell, greeting
from include.runtime.writing.headings import description_of, title_of
from include.runtime.writing.illustration import taken_prompt
from include.runtime.writing.telling import Origin, PieceWriter

_UNNAMED: SpeakerNames = ("A", "B")
"""For languages whose words for host and guest are not known here."""
_COVER = "image_prompt/01"


@dataclass(frozen=True)
class WrittenDialogue:
    """A conversation, and how it came about."""

    dialogue: Dialogue
    origins: dict[str, Origin]
    """By part, such as `title` or `answer/03`."""
    tally: Tally


class DialogueWriter(PieceWriter[DraftDialogue]):
    """Writes one conversation."""

    how_to_bring = "`dialogue: lines: - {speaker: 1, text: …}`"

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
        for number, asked in enumerate(exchanges(self._assignment.parts, subject), start=1):
            words = spoken(asked.role, subject)
            told.append(self._teller.said(f"answer/{number:02d}", words, subject, told))
            lines.append(_line(Speaker.FIRST, asked.question, asked.chapter))
            lines.append(_line(Speaker.SECOND, words.whole(told[-1])))
            self._tell(number / (self._assignment.parts + 1))
        return (*lines, _line(Speaker.FIRST, farewell())), told


def _line(speaker: Speaker, text: str, chapter: str | None = None) -> DialogueLine:
    return DialogueLine(speaker=speaker, text=text, chapter=chapter)
