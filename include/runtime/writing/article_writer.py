"""A whole article: what is given stays as it is, the rest is written section by section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from include.contract.article import Article, DraftArticle, DraftSection, Section
from include.contract.errors import RejectedContent
from include.runtime.writing.arc import OPENING, SceneRole, describing, spoken
from include.runtime.writing.asking import Tally
from include.runtime.writing.headings import summary_of, title_of
from include.runtime.writing.outline import SectionOutline, outline, plan_of_given, role_under
from include.runtime.writing.subject import Subject, subject_of
from include.runtime.writing.telling import Origin, PieceWriter
from include.runtime.writing.words import shortened, unspaced

_BLANK_LINES = re.compile(r"\n\s*\n")
_LONGEST_ALT_CHARACTERS = 500


@dataclass(frozen=True)
class WrittenArticle:
    """An article, and how it came about."""

    article: Article
    origins: dict[str, Origin]
    """By part, such as `title` or `text/03`."""
    tally: Tally


class ArticleWriter(PieceWriter[DraftArticle]):
    """Writes one article."""

    how_to_bring = "`article: sections: - text: …`"

    def write(self) -> WrittenArticle:
        """The whole article.

        :raises RejectedContent: a part is missing that can be neither written nor taken from what is given.
        """
        given, teller, language = self._assignment.given, self._teller, self._assignment.language
        summary = given.summary
        if given.sections:
            sections = self._given_sections(given.sections)
        else:
            summary, sections = self._new_sections()
        paragraphs = [paragraph for section in sections for paragraph in section.paragraphs]
        article = Article(
            title=teller.kept("title", given.title) or title_of(self._assignment.topic, paragraphs, language),
            summary=summary or teller.kept("summary", None) or summary_of(paragraphs[0], language),
            sections=tuple(sections),
        )
        return WrittenArticle(article, teller.origins, teller.tally)

    def _new_sections(self) -> tuple[str, list[Section]]:
        """The summary and all sections about a topic; each takes account of those before it."""
        subject = self._teller.subject_for("the text")
        told: list[str] = []
        summary = self._teller.kept("summary", self._assignment.given.summary)
        summary = summary or self._paragraph("summary", OPENING, subject, told)
        sections, place = [], ""
        for number, plan in enumerate(outline(self._assignment.parts, subject), start=1):
            section, place = self._new_section(number, plan, subject, told, place)
            sections.append(section)
            self._tell(number / self._assignment.parts)
        return summary, sections

    def _new_section(
        self, number: int, plan: SectionOutline, subject: Subject, told: list[str], before: str
    ) -> tuple[Section, str]:
        paragraphs = self._paragraphs(number, plan.roles, subject, told)
        prompt, place = self._teller.image_prompt(f"image_prompt/{number:02d}", paragraphs[0], before)
        return self._section(plan.headed(subject), paragraphs, DraftSection(), (prompt, place)), place

    def _paragraphs(
        self, number: int, roles: Sequence[SceneRole], subject: Subject, told: list[str]
    ) -> tuple[str, ...]:
        """The paragraphs of a section: the first, and of the others those for which the model finds words."""
        paragraphs = []
        for place, role in enumerate(roles):
            part = f"text/{number:02d}" if place == 0 else f"text/{number:02d}/{place + 1}"
            try:
                paragraphs.append(self._paragraph(part, role, subject, told))
            except RejectedContent:
                if not paragraphs:
                    raise
                del self._teller.origins[part]
        return tuple(paragraphs)

    def _paragraph(self, part: str, role: SceneRole, subject: Subject, told: list[str]) -> str:
        words = spoken(role, subject)
        said = self._teller.said(part, words, subject, told)
        told.append(said)
        return words.whole(said)

    def _given_sections(self, drafts: tuple[DraftSection, ...]) -> list[Section]:
        """Sections of a given article; each is written without the others, so that editing one remakes it alone."""
        for number, draft in enumerate(drafts, start=1):
            if draft.text is None and not (self._teller.writes and (draft.heading or draft.image_prompt)):
                self._teller.subject_for(f"the text of section {number}")
        self._teller.kept("summary", self._assignment.given.summary)
        return [self._given_section(number, draft) for number, draft in enumerate(drafts, start=1)]

    def _given_section(self, number: int, draft: DraftSection) -> Section:
        part = f"image_prompt/{number:02d}"
        heading = draft.heading
        text = self._teller.kept(f"text/{number:02d}", draft.text)
        if text is not None:
            paragraphs = paragraphs_of(text, self._assignment.language)
        else:
            heading, paragraphs = self._missing_text(number, draft)
        prompt = self._teller.kept(part, draft.image_prompt)
        shown = (prompt, "") if prompt else self._teller.image_prompt(part, paragraphs[0])
        return self._section(heading, paragraphs, draft, shown)

    def _missing_text(self, number: int, draft: DraftSection) -> tuple[str | None, tuple[str, ...]]:
        """Heading and paragraphs of a section that is given without text."""
        part, teller = f"text/{number:02d}", self._teller
        if draft.heading is not None:
            subject = subject_of(draft.heading)
            return draft.heading, self._paragraphs(number, (role_under(subject),), subject, [])
        if draft.image_prompt is not None:
            words = describing(draft.image_prompt, teller.subject)
            return None, (teller.said(part, words, teller.subject, (), draft.image_prompt),)
        subject, plan = teller.subject_for(f"the text of section {number}"), plan_of_given(number)
        return plan.headed(subject), self._paragraphs(number, plan.roles, subject, [])

    def _section(
        self, heading: str | None, paragraphs: tuple[str, ...], draft: DraftSection, shown: tuple[str, str]
    ) -> Section:
        """A whole section; `shown` is its image prompt, with the place that the model chose, if it did."""
        image_prompt, place = shown
        return Section(
            heading=heading,
            paragraphs=paragraphs,
            image_prompt=image_prompt,
            image_alt=draft.image_alt
            or self._alt(heading, draft.image_prompt or "", place)
            or shortened(image_prompt, _LONGEST_ALT_CHARACTERS, self._assignment.language),
            image_caption=draft.image_caption,
        )

    def _alt(self, heading: str | None, given_prompt: str, place: str) -> str:
        """What the picture was asked to show, else what the section is about, in words that read like a sentence."""
        placed = f"{self._teller.name} {place}" if self._teller.name and place else ""
        said = given_prompt or placed or heading or ""
        shown = shortened(said, _LONGEST_ALT_CHARACTERS, self._assignment.language)
        return shown[:1].upper() + shown[1:]


def paragraphs_of(text: str, language: str) -> tuple[str, ...]:
    """The paragraphs of plain `text`: blank lines separate them; the lines of each are joined."""
    joint = "" if unspaced(language) else " "
    found = (joint.join(line.strip() for line in block.splitlines()) for block in _BLANK_LINES.split(text))
    return tuple(paragraph for paragraph in found if paragraph)
