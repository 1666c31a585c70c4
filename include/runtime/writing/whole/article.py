"""A whole article: what is given stays as it is, the rest is written at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from include.contract.article import Article, DraftArticle, DraftSection, Section
from include.contract.values import CleanText
from include.runtime.writing.article_writer import WrittenArticle, paragraphs_of
from include.runtime.writing.assignment import Assignment
from include.runtime.writing.telling import Origin
from include.runtime.writing.whole.answering import Written, form_of, several
from include.runtime.writing.whole.author import Author, Errand
from include.runtime.writing.whole.flaws import Judge, Length, Said
from include.runtime.writing.whole.letter import language_name, task_of
from include.runtime.writing.words import without_full_stop

_PARAGRAPH = Length(40, 110)
_SUMMARY = Length(10, 50)
_MOST_PARAGRAPHS = 3
_HEADING = Annotated[str, CleanText(120, is_one_line=True)]
_FIELDS: Mapping[str, Any] = {"title": _HEADING, "summary": Annotated[str, CleanText(500)]}
_TEXT = "paragraphs"
_SECTION_FIELDS: Mapping[str, Any] = {
    "heading": _HEADING,
    _TEXT: Annotated[list[Annotated[str, CleanText(1500)]], Field(min_length=1, max_length=_MOST_PARAGRAPHS)],
    "image_prompt": Annotated[str, CleanText(400)],
    "image_alt": Annotated[str, CleanText(200)],
}
_TOKENS_OF_A_SECTION = 300


class WholeArticle:
    """Writes one article."""

    def __init__(self, assignment: Assignment[DraftArticle], author: Author) -> None:
        self._assignment, self._author = assignment, author
        self._given = assignment.given
        self._drafts = self._given.sections or (DraftSection(),) * assignment.parts

    def write(self) -> WrittenArticle:
        """The whole article.

        :raises RejectedContent: nothing that the model wrote was usable.
        """
        section_fields = {name: kind for name, kind in _SECTION_FIELDS.items() if self._is_missing(name)}
        fields = {name: kind for name, kind in _FIELDS.items() if getattr(self._given, name) is None}
        if section_fields:
            fields["sections"] = several("WrittenSection", section_fields, len(self._drafts), len(self._drafts))
        written = self._author.written(self._errand(fields)) if fields else {}
        return WrittenArticle(self._article(written), self._origins(), self._author.tally)

    def _is_missing(self, name: str) -> bool:
        return any(_given(draft, name) is None for draft in self._drafts if _has(draft, name))

    def _errand(self, fields: Mapping[str, Any]) -> Errand:
        one = self._assignment
        given = self._given.model_dump(mode="json", exclude_none=True)
        return Errand(
            name="article",
            words={
                "language": language_name(one.language),
                "prompt_language": language_name(one.prompted),
                "count": str(len(self._drafts)),
                "length": _PARAGRAPH.told(one.language),
            },
            given=given or None,
            task=task_of(one.topic, one.variation, sections=len(self._drafts)),
            form=form_of("WrittenArticle", fields),
            flaws=lambda written: self._flaws(written, f"{one.topic or ''} {given}"),
            expected_tokens=_TOKENS_OF_A_SECTION * len(self._drafts),
        )

    def _article(self, written: Written) -> Article:
        given, language = self._given, self._assignment.language
        answers = written.get("sections", [{}] * len(self._drafts))
        return Article(
            title=given.title or without_full_stop(written["title"], language),
            summary=given.summary or written["summary"],
            sections=tuple(map(self._section, self._drafts, answers)),
        )

    def _section(self, draft: DraftSection, answer: Written) -> Section:
        language = self._assignment.language
        heading = draft.heading
        if heading is None and _has(draft, "heading"):
            heading = without_full_stop(answer["heading"], language)
        return Section(
            heading=heading,
            paragraphs=paragraphs_of(draft.text, language) if draft.text else tuple(answer[_TEXT]),
            image_prompt=draft.image_prompt or answer["image_prompt"],
            image_alt=draft.image_alt or answer["image_alt"],
            image_caption=draft.image_caption,
        )

    def _origins(self) -> dict[str, Origin]:
        given = {name: getattr(self._given, name) for name in _FIELDS}
        for number, draft in enumerate(self._drafts, start=1):
            for name in _SECTION_FIELDS:
                if _has(draft, name):
                    given[f"{_PARTS.get(name, name)}/{number:02d}"] = _given(draft, name)
        return {part: Origin.MODEL if value is None else Origin.GIVEN for part, value in given.items()}

    def _flaws(self, written: Written, about: str) -> list[str]:
        article, origins, one = self._article(written), self._origins(), self._assignment
        said = [
            Said("title", article.title, is_whole=False, is_new=False),
            Said("summary", article.summary, _SUMMARY, is_new=False),
        ]
        prompts = {}
        for number, section in enumerate(article.sections, start=1):
            said += _texts(f"{number:02d}", section)
            prompts[f"image_prompt/{number:02d}"] = section.image_prompt
        judge = Judge(
            one.language, one.prompted, one.topic or "", about, lambda part: origins.get(part) is Origin.MODEL
        )
        return judge.flaws(said, prompts)


_PARTS = {_TEXT: "text"}
"""What a part of a section is called when its origin is noted."""


def _given(draft: DraftSection, name: str) -> str | None:
    value: str | None = getattr(draft, _PARTS.get(name, name))
    return value


def _has(draft: DraftSection, name: str) -> bool:
    """Whether a section has that part: one given as text without a heading has no heading."""
    return name != "heading" or draft.heading is not None or draft.text is None


def _texts(number: str, section: Section) -> list[Said]:
    paragraphs = [Said(f"text/{number}", text, _PARAGRAPH) for text in section.paragraphs]
    heading = [] if section.heading is None else [Said(f"heading/{number}", section.heading, None, False, False)]
    return [*heading, *paragraphs, Said(f"image_alt/{number}", section.image_alt, None, False, False)]
