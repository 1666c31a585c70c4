"""Which section says what: headings and roles of an English article."""

from __future__ import annotations

from dataclasses import dataclass

from include.contract.errors import RejectedContent
from include.runtime.writing.arc import (
    CHILDREN,
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


@dataclass(frozen=True)
class SectionOutline:
    """What a section is to say: its heading as a template over the subject's forms, and a role for each paragraph."""

    heading: str
    roles: tuple[SceneRole, ...]

    def headed(self, subject: Subject) -> str:
        """The section's heading."""
        heading = self.heading.format(**forms_of(subject))
        return heading[:1].upper() + heading[1:]


_WHAT = SectionOutline("What {name} {be}", (WHAT,))
_ANSWER = SectionOutline("In short", (HOW,))
_NEED = SectionOutline("Why we need {name}", (WHY, WITHOUT))
_PEOPLE = SectionOutline("People and {name}", (PEOPLE,))

_CHILDREN = SectionOutline("{name} and children", (CHILDREN,))

_MAIN = (_WHAT, _NEED, _ANSWER, _PEOPLE, _CHILDREN)
"""In the order in which they are added as an article grows longer."""
_TOLD = (_WHAT, _ANSWER, _NEED, _PEOPLE, _CHILDREN)
"""In the order in which they are told."""


def outline(sections: int, subject: Subject) -> tuple[SectionOutline, ...]:
    """The plans of an article with `sections` sections, in order; the last one closes it.

    :raises RejectedContent: there are more sections than things to say about a subject.
    """
    main = [plan for plan in _MAIN if plan is not _ANSWER or subject.wants_explanation]
    if sections > len(main):
        raise RejectedContent(f"{sections} sections are more than can be written about one topic; allowed: {len(main)}")
    chosen = main[:sections]
    plans = [plan for plan in _TOLD if plan in chosen]
    last = plans[-1]
    return (*plans[:-1], SectionOutline(last.heading, (*last.roles, CLOSING)))


def plan_of_given(number: int) -> SectionOutline:
    """The plan of section `number`, from 1, of a given article: it says nothing about the sections around it."""
    return _TOLD[(number - 1) % len(_TOLD)]


def role_under(heading: Subject) -> SceneRole:
    """What is written under a given heading: an explanation if the heading asks for one."""
    return HOW if heading.wants_explanation else WHAT
