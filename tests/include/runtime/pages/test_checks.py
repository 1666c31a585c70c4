"""A finished page is compared with its article: each of these changes to a right one is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.errors import CheckFailed
from include.runtime.pages.checks import check_markdown, check_page
from include.runtime.pages.markdown import markdown_of
from include.runtime.pages.page import embedded_page, linked_page
from tests.include.runtime.pages.parts import article_of, story_of


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('lang="en"', 'lang="de"', "is marked as"),
        ("<h2 ", "<h3 ", "closes <h2>"),
        (">Bread</h1>", ">Cake</h1>", "<h1> shows"),
        ("<p>Bread</p>", "", "<p> shows 3 texts, the article has 4"),
        (' alt="Bread"', "", "<img alt> shows"),
        (' width="480"', "", "no width and height"),
        ('src="pictures/01-480.jpg"', 'src="https://evil.example/x.jpg"', "asks for 'https://evil.example/x.jpg'"),
        ('src="pictures/01-480.jpg"', 'src="pictures/02-480.jpg"', "not one of the article's pictures"),
        ('content="pictures/01-480.jpg"', 'content="//evil.example"', "asks for '//evil.example'"),
        ("<main>", '<main onclick="x()">', "onclick"),
        ("body {", "body { background: url(//evil.example);", "its style refers"),
        ("application/ld+json", "text/javascript", "has a script of type"),
        ('name="digitalSourceType"', 'name="source"', "does not say in its metadata what made it"),
        ('{"@context"', '{{"@context"', "not JSON"),
    ],
)
def test_a_page_that_is_not_right_is_not_passed_on(tmp_path: Path, old: str, new: str, says: str) -> None:
    story = story_of(article_of("Bread"), tmp_path)
    html, path = linked_page(story), tmp_path / "page.html"
    path.write_text(html)
    check_page(path, story)
    assert old in html
    path.write_text(html.replace(old, new, 1))
    with pytest.raises(CheckFailed) as caught:
        check_page(path, story)
    assert says in str(caught.value)


def test_a_page_holds_the_very_pictures(tmp_path: Path) -> None:
    story, path = story_of(article_of("Bread"), tmp_path), tmp_path / "page.html"
    html = embedded_page(story)
    path.write_text(html)
    check_page(path, story)
    path.write_text(html.replace("base64,/9j/", "base64,/9k/"))
    with pytest.raises(CheckFailed, match="asks for 'data:image/jpeg"):
        check_page(path, story)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("\nBread\n", "\nCake\n", "shows"),
        ("\nBread\n", "\n<b>Bread</b>\n", "has html_inline"),
        ("\nBread\n", "\n[Bread](x)\n", "has link_close, link_open"),
        ("\nBread\n", "\n- Bread\n", "bullet_list_open"),
    ],
)
def test_markdown_that_is_not_right_is_not_passed_on(tmp_path: Path, old: str, new: str, says: str) -> None:
    story, path = story_of(article_of("Bread"), tmp_path), tmp_path / "article.md"
    path.write_text(markdown_of(story).replace(old, new, 1))
    with pytest.raises(CheckFailed, match=says):
        check_markdown(path, story)
