"""Which scene says what: the roles of an English piece, their questions and their fixed words."""

from __future__ import annotations

from dataclasses import dataclass

from include.contract.errors import RejectedContent
from include.runtime.writing.subject import Subject
from include.runtime.writing.text_model import Question

_PLAINLY = " Answer for a child in two short, simple sentences."


@dataclass(frozen=True)
class SceneRole:
    """What one scene does for the whole. Every text is a template over the subject's forms."""

    name: str
    ask: str
    opening: str = ""
    """The beginning of the model's answer, spoken with it."""
    lead: str = ""
    """Spoken before the answer."""
    tail: str = ""
    """Spoken after the answer."""
    sentences: int = 2


OPENING = SceneRole("opening", "What is good to know about {name}?" + _PLAINLY, "{Name} {be}", lead="{wonder}?")
CLOSING = SceneRole(
    "closing",
    "Why {be} {name} important? Answer for a child in one short, simple sentence.",
    "So the next time you think of {name}, remember that",
    tail="Now you know {know}.",
    sentences=1,
)
WHAT = SceneRole("what", "What {be} {name}?" + _PLAINLY, "{Name} {be}")
HOW = SceneRole("how", "{explain}." + _PLAINLY, "{Reason}")
WHY = SceneRole("why", "Why {be} {name} important for people and nature?" + _PLAINLY, "{Name} {be} important")
CLOSE_UP = SceneRole(
    "close_up",
    "What do you see when you look at {name}?" + _PLAINLY,
    "When you look closely at {name}, you can see",
)
PEOPLE = SceneRole("people", "What do people think and feel about {name}?" + _PLAINLY, "People")
WITHOUT = SceneRole("without", "What would the world be like without {name}?" + _PLAINLY, "Without {name},")
CARE = SceneRole("care", "How can we take care of {name}?" + _PLAINLY, "We can take care of {name} by")

_MIDDLE = (WHAT, HOW, WHY, WITHOUT, CLOSE_UP, PEOPLE, CARE)
"""In the order in which they are added as a script grows longer."""
_TOLD = (WHAT, CLOSE_UP, HOW, PEOPLE, WHY, WITHOUT, CARE)
"""In the order in which they are told."""
CHILDREN = SceneRole(
    "children",
    "What is there to tell a child about {name} and children?" + _PLAINLY,
    "When we think of {name} and children, we",
)
"""Added last. A second one of its kind would repeat its words, and never be fit to use."""
MOST_SCENES = len(_MIDDLE) + 3


def arc(scenes: int) -> tuple[SceneRole, ...]:
    """The roles of a script with `scenes` scenes, in order: from the opening to the closing.

    :raises RejectedContent: there are more scenes than things to say about a topic.
    """
    if scenes > MOST_SCENES:
        raise RejectedContent(f"{scenes} scenes are more than can be written about one topic; allowed: {MOST_SCENES}")
    if scenes == 1:
        return (OPENING,)
    wanted = scenes - 2
    chosen = (*_MIDDLE, CHILDREN)[:wanted]
    return (OPENING, *(role for role in (*_TOLD, CHILDREN) if role in chosen), CLOSING)


def role_of_given(number: int) -> SceneRole:
    """The role of scene `number`, from 1, of a given script: it says nothing about the scenes around it."""
    return _TOLD[(number - 1) % len(_TOLD)]


@dataclass(frozen=True)
class SceneLine:
    """A role with a subject: the question to the model, and the fixed words around its answer."""

    question: Question
    lead: str
    tail: str

    def whole(self, said: str) -> str:
        """The narration: lead, what the model said (its opening included), tail."""
        return " ".join(part for part in (self.lead, said, self.tail) if part)


def spoken(role: SceneRole, subject: Subject) -> SceneLine:
    """`role` filled with the forms of `subject`."""
    forms = forms_of(subject)
    question = Question(role.ask.format(**forms), role.opening.format(**forms), role.sentences)
    return SceneLine(question, role.lead.format(**forms), role.tail.format(**forms))


def forms_of(subject: Subject) -> dict[str, str]:
    """What a role's templates name: the forms of `subject`."""
    return {
        "explain": subject.explain,
        "name": subject.name,
        "Name": subject.name[:1].upper() + subject.name[1:],
        "Reason": subject.reason[:1].upper() + subject.reason[1:],
        "be": subject.be,
        "wonder": subject.topic if subject.asks else f"Have you ever wondered {subject.indirect}",
        "know": subject.indirect if not subject.indirect.startswith("about ") else f"more {subject.indirect}",
    }


def describing(image_prompt: str, subject: Subject | None) -> SceneLine:
    """The narration of a scene for which only the picture is given."""
    about = f" The film is about {subject.name}." if subject else ""
    shown = f"A film for children shows this picture: {image_prompt}."
    ask = f"{shown}{about} Say what we see in two short, simple sentences."
    return SceneLine(Question(ask, "Here we see"), "", "")
