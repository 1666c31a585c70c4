from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from include.contract.digital_source import DigitalSource
from include.contract.labels import Labelling
from include.runtime.pages.page import PAGE_BYTES, embedded_page, embedded_width_px, linked_page
from include.runtime.pages.pictures import Picture, Variant
from include.runtime.pages.reading import read_page
from tests.include.runtime.pages.parts import HOSTILE, article_of, story_of


def test_whatever_a_text_says_is_text(tmp_path: Path) -> None:
    article = article_of(*HOSTILE)
    for html in (linked_page(story_of(article, tmp_path)), embedded_page(story_of(article, tmp_path))):
        page = read_page(html)
        assert page.texts["h1"] == [HOSTILE[0]]
        assert page.texts["h2"] == page.texts["figcaption"] == list(HOSTILE)
        assert [image["alt"] for image in page.images] == list(HOSTILE)
        assert page.metas["description"] == page.metas["og:description"] == HOSTILE[-1]
        assert page.handlers == []
        ((media_type, linked_data),) = page.scripts
        assert media_type == "application/ld+json"
        assert json.loads(linked_data)["headline"] == HOSTILE[0]
        assert "<" not in linked_data


@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl"), ("zh-Hans", "ltr")])
def test_a_page_says_its_language_and_direction(tmp_path: Path, language: str, direction: str) -> None:
    page = read_page(linked_page(story_of(article_of("x"), tmp_path, language)))
    assert (page.root["lang"], page.root["dir"]) == (language, direction)
    assert json.loads(page.scripts[0][1])["inLanguage"] == language


def test_a_locale_is_named_only_with_its_territory(tmp_path: Path) -> None:
    metas = [read_page(linked_page(story_of(article_of("x"), tmp_path, one))).metas for one in ("pt-BR", "zh-Hans")]
    assert [meta.get("og:locale") for meta in metas] == ["pt_BR", None]


def test_what_is_left_out_leaves_nothing_behind(tmp_path: Path) -> None:
    section = {"heading": None, "paragraphs": ["Bread. More."], "image_prompt": "x", "image_alt": "x"}
    article = article_of("x", summary="Bread.", sections=[{**section, "image_caption": None}])
    html = linked_page(story_of(article, tmp_path, labelling=Labelling.NONE))
    page = read_page(html)
    assert page.texts["h2"] == page.texts["figcaption"] == []
    assert page.texts["p"] == ["Bread. More."]
    assert 'class="summary"' not in html
    assert "aria-labelledby" not in html
    assert page.metas["digitalSourceType"] == DigitalSource.ALGORITHMIC.uri


@pytest.mark.parametrize("language", ["de", "ar", "zh-Hans", "am"])
def test_a_page_says_on_its_first_screen_and_at_its_end_that_a_machine_made_it(tmp_path: Path, language: str) -> None:
    story = story_of(article_of("x"), tmp_path, language)
    html = linked_page(story)
    texts = read_page(html).texts["p"]
    assert texts[0] == texts[-1] == story.label.sentence
    assert html.index(story.label.sentence) < html.index("<h1>")
    direction = "rtl" if language == "ar" else "ltr"
    assert html.count(f'<p class="label" lang="{story.label.language}" dir="{direction}">') == 2
    (linked_data,) = (json.loads(content) for _, content in read_page(html).scripts)
    assert linked_data["digitalSourceType"] == DigitalSource.ALGORITHMIC.uri


def test_a_linked_page_offers_every_format_and_width(tmp_path: Path) -> None:
    html = linked_page(story_of(article_of("x"), tmp_path, size_px=(1000, 500)))
    assert 'type="image/avif" srcset="pictures/01-480.avif 480w, pictures/01-960.avif 960w" sizes="' in html
    (image,) = read_page(html).images
    assert image["src"] == "pictures/01-960.jpg"
    assert (image["width"], image["height"]) == ("960", "480")
    assert read_page(html).metas["og:image"] == "pictures/01-960.jpg"


def test_a_page_in_one_file_asks_for_nothing(tmp_path: Path) -> None:
    page = read_page(embedded_page(story_of(article_of("x"), tmp_path)))
    assert len(page.addresses) == 2
    assert all(address.startswith("data:image/") for address in page.addresses)
    assert "og:image" not in page.metas


@pytest.mark.parametrize(("size_px", "shape"), [((640, 360), "wide"), ((360, 640), "upright"), ((400, 400), "square")])
def test_a_picture_stands_as_its_shape_needs(tmp_path: Path, size_px: tuple[int, int], shape: str) -> None:
    assert f'<figure class="{shape}">' in linked_page(story_of(article_of("x"), tmp_path, size_px=size_px))


def test_pictures_in_one_file_give_way_in_width_before_the_page_grows_too_heavy(tmp_path: Path) -> None:
    def pictures(bytes_each: int) -> list[Picture]:
        path = tmp_path / str(bytes_each)
        path.write_bytes(bytes(bytes_each))
        picture = story_of(article_of("x"), tmp_path, size_px=(960, 540)).pictures[0]
        variants = tuple(
            Variant(one.form, one.width_px, one.size_px, path if one.width_px == 960 else one.path)
            for one in picture.variants
        )
        return [replace(picture, variants=variants)] * 20

    assert embedded_width_px(pictures(10_000)) == 960
    assert embedded_width_px(pictures(PAGE_BYTES // 20)) == 480


def test_chinese_headings_break_between_their_words_alone(tmp_path: Path) -> None:
    html = linked_page(story_of(article_of("蜜蜂发布了全新的蜂蜜"), tmp_path, "zh-Hans"))
    assert "<h1>蜜蜂<wbr>发布了<wbr>全新的<wbr>蜂蜜</h1>" in html
    assert ">蜜蜂<wbr>发布了<wbr>全新的<wbr>蜂蜜</h2>" in html
    assert ":is(h1, h2):is(:lang(zh), :lang(yue), :lang(ja)) { word-break: keep-all; }" in html
    assert read_page(html).texts["h1"] == ["蜜蜂发布了全新的蜂蜜"]
