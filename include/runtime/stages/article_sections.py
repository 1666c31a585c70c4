"""`article.sections`: a brief becomes an article, an image prompt for each section, and the look of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from include.contract.article import Article, DraftArticle
from include.contract.errors import CheckFailed
from include.contract.fanout import article_outputs, choose_look, source_output
from include.contract.look import Look
from include.contract.params import ArticleSectionsParams
from include.runtime.stage import ItemResult, Output, Work, read_back, saved
from include.runtime.text_stage import TextStage, source_of
from include.runtime.writing.article_writer import ArticleWriter
from include.runtime.writing.whole.article import WholeArticle

_NAMELESS_HERO = "story"


class ArticleSectionsStage(TextStage):
    """Keeps what the brief brings; a language model writes the rest, section by section or, by its card, as a whole."""

    def make_item(self, work: Work) -> ItemResult:
        """Write one article."""
        params = ArticleSectionsParams.model_validate(work.params)
        given = params.article or DraftArticle()
        assignment = self.assignment(params, work, params.sections, given)
        if self.writes_whole:
            written = WholeArticle(assignment, self.author(work)).write()
        else:
            written = ArticleWriter(assignment, self.text_model, work.tell).write()
        look = choose_look(params.topic or given.title or _NAMELESS_HERO, params.language, work.variation)
        told = (*article_outputs(written.article, look), source_output(source_of(written.origins)))
        outputs = saved(told, work.scratch)
        check_outputs(outputs, params.sections)
        return ItemResult(outputs, self.writing_attributes(written.origins, written.tally))


def check_outputs(outputs: Sequence[Output], sections: int) -> None:
    """Open the finished files again.

    :raises CheckFailed: the article or the look cannot be read back, or sections are missing.
    """
    by_name = {output.name: output.path.read_bytes() for output in outputs}
    article = read_back(Article, by_name["script"], "article")
    read_back(Look, by_name["look"], "look")
    if len(article.sections) != sections:
        raise CheckFailed(f"the finished article has {len(article.sections)} sections; asked for: {sections}")
    for number, section in enumerate(article.sections, start=1):
        if by_name[f"image_prompt/{number:02d}"] != section.image_prompt.encode():
            raise CheckFailed(f"image prompt {number} alone is not that of section {number} of the article")
