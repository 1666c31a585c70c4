"""The gallery page: well formed, without scripts, its links relative and leading somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from include.contract.digital_source import DigitalSource
from tests.include.runtime.publishing.newsroom import (
    Newsroom,
    Outputs,
    article,
    card,
    episode,
    labelled,
    movie,
    words,
)

VOID = {"meta", "link", "img", "source", "track", "wbr"}


class Page(HTMLParser):
    """Every element, and the addresses that the page refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src", "poster") and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("recipe", "outputs", "shown_by"),
    [
        ("publish.video", movie(1.0), "video"),
        ("publish.podcast", episode(1.0), "audio"),
        ("publish.article", article(), "img"),
        ("publish.cards", card(), "img"),
    ],
)
def test_every_kind_of_piece_is_shown_and_every_link_leads_to_a_file(
    newsroom: Newsroom, recipe: str, outputs: Outputs, shown_by: str
) -> None:
    newsroom.recipe = recipe
    newsroom.publish({"honey": outputs})
    page = Page(newsroom.read("index.html").decode())
    assert page.open == []
    assert shown_by in page.tags
    assert set(map(unquote, page.addresses)) <= set(newsroom.published.sizes(""))


def test_words_are_never_markup(newsroom: Newsroom) -> None:
    newsroom.publication = {"title": '"><script>a()</script>', "description": "</style><img src=x onerror=a()>"}
    told = words("</h2><script>b()</script>", caption="<iframe src='https://example.org'>")
    newsroom.publish({"honey": card()}, {"honey": told})
    text = newsroom.read("index.html").decode()
    page = Page(text)
    assert not {"script", "iframe"} & set(page.tags)
    assert "x" not in page.addresses
    assert "default-src 'none'" in text


def test_a_piece_is_read_in_its_own_direction(newsroom: Newsroom) -> None:
    request = newsroom.request({"honey": card(), "wax": card("wax")})
    arabic = request.orders[0].model_copy(update={"params": {"language": "ar"}})
    newsroom.run(request.model_copy(update={"orders": (arabic, request.orders[1])}))
    text = newsroom.read("index.html").decode()
    assert re.findall(r'<article lang="(\w+)" dir="(\w+)">', text) == [("ar", "rtl"), ("en", "ltr")]


@pytest.mark.parametrize(("in_picture", "tracks"), [(True, 0), (False, 1)])
def test_subtitles_are_laid_over_a_film_that_does_not_show_them_itself(
    newsroom: Newsroom, in_picture: bool, tracks: int
) -> None:
    newsroom.recipe = "publish.video"
    newsroom.publication = {"subtitles_in_picture": in_picture}
    newsroom.publish({"honey": movie(1.0)})
    text = newsroom.read("index.html").decode()
    assert Page(text).tags.count("track") == text.count('<track kind="captions" default ') == tracks
    assert (b"subtitles_in_picture" in newsroom.read("2026/11/25/honey/item.json")) is not in_picture
    assert newsroom.index().items[0].subtitles_in_picture is in_picture


def test_each_piece_says_in_its_own_language_how_it_was_made_unless_it_has_no_label(newsroom: Newsroom) -> None:
    made = {
        "honey": {**card("honey"), **labelled(DigitalSource.TRAINED, "أُنشئ بالذكاء الاصطناعي.", "ar")},
        "wax": {**card("wax"), **labelled(sentence="")},
    }
    newsroom.publish(made)
    page = newsroom.read("index.html").decode()
    assert re.findall(r'<p class="label".*?</p>', page) == [
        '<p class="label" lang="ar" dir="rtl">أُنشئ بالذكاء الاصطناعي.</p>'
    ]


def test_a_chinese_title_breaks_between_its_words_alone(newsroom: Newsroom) -> None:
    request = newsroom.request({"honey": card()}, {"honey": words("蜜蜂发布了全新的蜂蜜")})
    chinese = request.orders[0].model_copy(update={"params": {"language": "zh"}})
    newsroom.run(request.model_copy(update={"orders": (chinese,)}))
    page = newsroom.read("index.html").decode()
    assert "蜜蜂<wbr>发布了<wbr>全新的<wbr>蜂蜜</a></h2>" in page
    assert ":is(h1, h2):is(:lang(zh), :lang(yue), :lang(ja)) { word-break: keep-all; }" in page
