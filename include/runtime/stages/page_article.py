"""`page.article`: an article and its pictures become a web page, Markdown, and pictures in several widths."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from include.contract.article import Article
from include.contract.digital_source import made_of
from include.contract.errors import CorruptInput
from include.contract.look import Look
from include.contract.params import PageArticleParams
from include.contract.parsing import model_in
from include.contract.pictures import picture_family
from include.runtime.labels.label import label_of
from include.runtime.labels.reading import text_source
from include.runtime.pages.checks import check_markdown, check_page
from include.runtime.pages.markdown import markdown_of
from include.runtime.pages.page import PageContent, embedded_page, embedded_width_px, linked_page
from include.runtime.pages.pictures import Picture, make_picture
from include.runtime.stage import ItemResult, ItemStage, Output, Work

HTML_TYPE = "text/html"
MARKDOWN_TYPE = "text/markdown"
_Model = TypeVar("_Model", bound=BaseModel)


class PageArticleStage(ItemStage):
    """Sets articles."""

    def make_item(self, work: Work) -> ItemResult:
        """Set one page, in both forms, and its Markdown."""
        params = PageArticleParams.model_validate(work.params)
        story = read_story(work.inputs, params, work.scratch)
        page = _written(work.scratch / "page.html", embedded_page(story))
        linked = _written(work.scratch / "page-linked.html", linked_page(story))
        for path in (page, linked):
            check_page(path, story)
        markdown = _written(work.scratch / "article.md", markdown_of(story))
        check_markdown(markdown, story)
        return ItemResult(
            outputs=(
                Output("page", page, HTML_TYPE),
                Output("page_linked", linked, HTML_TYPE),
                Output("markdown", markdown, MARKDOWN_TYPE),
                Output("label", story.label.written(work.scratch / "label.json"), "application/json"),
                *(output for picture in story.pictures for output in _outputs(picture)),
            ),
            attributes={
                "sections": len(story.article.sections),
                "page_bytes": page.stat().st_size,
                "embedded_width_px": embedded_width_px(story.pictures),
                "digital_source": story.label.source.value,
                "warnings": list(story.label.warnings),
            },
        )


def read_story(inputs: Mapping[str, Path], params: PageArticleParams, folder: Path) -> PageContent:
    """The story that the inputs `script`, `look`, `digital_source` and `image/NN` tell, its pictures made in `folder`.

    :raises CorruptInput: naming the input that is missing or is not what its name says.
    """
    article, look = _read(inputs, "script", Article), _read(inputs, "look", Look)
    images = {name.removeprefix("image/"): path for name, path in inputs.items() if name.startswith("image/")}
    if len(images) != len(article.sections):
        raise CorruptInput(f"the article has {len(article.sections)} sections and {len(images)} pictures")
    pictures = tuple(make_picture(path, number, folder) for number, path in images.items())
    source = made_of(text_source(inputs), *(picture.source for picture in pictures))
    return PageContent(article, look, params.language, pictures, label_of(source, params.language, params.label))


def _read(inputs: Mapping[str, Path], name: str, kind: type[_Model]) -> _Model:
    if name not in inputs:
        raise CorruptInput(f"input {name} is missing; an article needs `script`, `look` and a picture a section")
    return model_in(kind, inputs[name].read_bytes(), f"input {name}")


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _outputs(picture: Picture) -> list[Output]:
    return [
        Output(f"{picture_family(one.form, one.width_px)}/{picture.number}", one.path, one.form.media_type)
        for one in picture.variants
    ]
