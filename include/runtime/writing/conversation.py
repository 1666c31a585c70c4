"""Which questions a conversation asks, and the asker's fixed words: English, over a subject's forms."""

from __future__ import annotations

from dataclasses import dataclass

from include.contract.errors import RejectedContent
from include.runtime.writing.arc import (
    CARE,
    CHILDREN,
    CLOSE_UP,
    CLOSING,
    HOW,
    PEOPLE,
    WHAT,
    WHY,
    WITHOUT,
    SceneRole,
    forms_of,
)
from include.runtime.writing.subject import Subject

SPEAKERS = ("Host", "Guest")
_WELCOME = "Hello, and welcome! {wonder}? That is what we talk about today."
_THANKS = "Thank you for having me. I am happy to be here."
_FAREWELL = "Thank you! And thank you all for listening. Until next time!"
_REACTIONS = ("I see.", "That is good to know.", "How interesting.", "I had not thought of that.", "Thank you.")
"""Said before the next question, in turn."""


@dataclass(frozen=True)
class PlannedQuestion:
    """One question of the conversation. Both texts are templates over the subject's forms."""

    chapter: str
    question: str
    role: SceneRole
    """The role of the answer."""


@dataclass(frozen=True)
class Exchange:
    """A question with a subject."""

    chapter: str
    question: str
    role: SceneRole


_MAIN = (
    PlannedQuestion("What {name} {be}", "Let us begin at the beginning. What {be} {name}?", WHAT),
    PlannedQuestion("In short", "{ask}", HOW),
    PlannedQuestion("Why {name} {be} important", "Why {be} {name} important?", WHY),
    PlannedQuestion("Without {name}", "What would the world be like without {name}?", WITHOUT),
    PlannedQuestion("A closer look", "What do we see when we look at {name} closely?", CLOSE_UP),
    PlannedQuestion("People and {name}", "What do people feel about {name}?", PEOPLE),
    PlannedQuestion("How to take care of {name}", "And what can we do? How can we take care of {name}?", CARE),
    PlannedQuestion("{name} and children", "What about {name} and children?", CHILDREN),
)
"""In the order in which they are added as a conversation grows longer."""
_TOLD = (WHAT, CLOSE_UP, HOW, PEOPLE, WHY, WITHOUT, CARE, CHILDREN)
"""In the order in which they are asked."""
_LAST = PlannedQuestion("One last thought", "Is there one thing that we should remember?", CLOSING)


def exchanges(questions: int, subject: Subject) -> list[Exchange]:
    """The questions of a conversation that has `questions` of them, in order, followed by the closing one.

    :raises RejectedContent: there are more than can be asked about a subject.
    """
    wanted = [one for one in _MAIN if one.role is not HOW or subject.asks or subject.wants_explanation]
    if questions > len(wanted):
        raise RejectedContent(
            f"{questions} questions are more than can be asked about one topic; allowed: {len(wanted)}"
        )
    chosen = sorted(wanted[:questions], key=lambda one: _TOLD.index(one.role))
    return [_filled(number, one, subject) for number, one in enumerate([*chosen, _LAST])]


def greeting(subject: Subject) -> tuple[str, str]:
    """How the two begin."""
    return _WELCOME.format(**forms_of(subject)), _THANKS


def farewell() -> str:
    """The asker's last words."""
    return _FAREWELL


def _filled(number: int, asked: PlannedQuestion, subject: Subject) -> Exchange:
    forms = {**forms_of(subject), "ask": _question_of(subject)}
    chapter = asked.chapter.format(**forms)
    reaction = _REACTIONS[(number - 1) % len(_REACTIONS)] + " " if number else ""
    return Exchange(chapter[:1].upper() + chapter[1:], reaction + asked.question.format(**forms), asked.role)


def _question_of(subject: Subject) -> str:
    """The topic as somebody would ask for it."""
    if subject.asks:
        return f"So, {subject.topic[:1].lower()}{subject.topic[1:]}?"
    return f"Can you explain {subject.indirect}?"
