from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from include.contract.article import Article
from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, CorruptInput
from include.contract.params import PageArticleParams
from include.contract.registry import recipes
from include.runtime.labels.marks import save_marked
from include.runtime.models.files import located, registry
from include.runtime.pages.reading import read_page
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.page_article import PageArticleStage
from tests.include.runtime.labels.outside import source_in_picture
from tests.include.runtime.pages.parts import HOSTILE, LOOK, article_of, draw
from tests.include.runtime.stages.results import digests, files

GOLDEN = {
    "page": "3a094ab61cdb37c16c9aaede88769f96c3cc87e48dfd4e0a892b547c8eba922d",
    "page_linked": "0f25c88e35a60a941855c26129630653dccae57526fa4adf8ccc9626b971f075",
    "label": "ecb1cdbf2c02ad8351e77c1f4b9e9bb07b85495a96a06fdc3ab625794600ae7a",
    "markdown": "6dfb91cb501267be6041f860edc94403cd9a5820c9c7734d274c24efad1d4728",
    "picture_avif_480/01": "46ab890fa3f5fa2e4e6304d70018a2364ad2fb2ef85c62601c2687c6ecba6c95",
    "picture_avif_960/01": "370273cd4e16fcd1d9aab1cd1d3f3a422059dc8cb23debee3acfc15181472579",
    "picture_webp_480/01": "cc592631897d589b4ac506e22c3013dc9397ec83ae97456b745815459ec77a33",
    "picture_webp_960/01": "7491b8ff84fdd3cb42e7b747c975c2db31552b8bd5ea0ecd1edd72ea44db8910",
    "picture_jpeg_480/01": "7089013ca0cee7df0d8c08492ed98dd5640907117747b0c6c4c79f8a82223804",
    "picture_jpeg_960/01": "b21c0af3cb173f759cb2007a6bbfd9f057b3e54b1d4fc9ccf9872aaa49267e05",
}


def inputs_of(article: Article, folder: Path, size_px: tuple[int, int] = (1000, 562)) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "script").write_text(article.model_dump_json())
    (folder / "look").write_text(LOOK.model_dump_json())
    (folder / "source").write_text(DigitalSource.ALGORITHMIC)
    numbers = [f"{number:02d}" for number in range(1, len(article.sections) + 1)]
    images = {f"image/{number}": draw(folder / f"{number}.png", size_px, int(number)) for number in numbers}
    words = {"script": folder / "script", "look": folder / "look", "digital_source": folder / "source"}
    return {**words, **images}


def posted(inputs: Mapping[str, Path], scratch: Path, language: str = "en") -> ItemResult | AtelierError:
    stage = PageArticleStage()
    stage.setup(located(registry().identity(recipes()["page.article"].model), registry()))
    scratch.mkdir(parents=True, exist_ok=True)
    (result,) = stage.process([Work("x", PageArticleParams(language=language), inputs, lambda a: a, scratch)])
    return result


def made(inputs: Mapping[str, Path], scratch: Path, language: str = "en") -> dict[str, Path]:
    return files(posted(inputs, scratch, language))


def test_an_article_becomes_pages_markdown_and_pictures(tmp_path: Path) -> None:
    files = made(inputs_of(article_of("Bread", "Butter"), tmp_path / "in"), tmp_path / "out")
    sizes = [f"picture_{form}_{width_px}" for form in ("avif", "webp", "jpeg") for width_px in (480, 960)]
    pictures = {f"{family}/{number}" for family in sizes for number in ("01", "02")}
    assert set(files) == {"page", "page_linked", "markdown", "label"} | pictures
    declared = [each.name for each in recipes()["page.article"].outputs]
    assert all(name in declared or f"{name.split('/')[0]}/" in declared for name in files)
    assert read_page(files["page"].read_text()).texts["h2"] == ["Bread", "Butter"]


@pytest.mark.parametrize("text", ["<b>清晨的一杯茶</b>", "القهوة </p> العربية", "Ärger & Öl"])
def test_any_text_comes_out_as_text(tmp_path: Path, text: str) -> None:
    language = {"<": "zh-Hans", "ا": "ar", "Ä": "de"}[text[0]]
    files = made(inputs_of(article_of(text, *HOSTILE), tmp_path / "in", (480, 270)), tmp_path / "out", language)
    for name in ("page", "page_linked"):
        page = read_page(files[name].read_text("utf-8"))
        assert page.texts["title"] == page.texts["h1"] == [text]
        assert page.texts["h2"] == [text, *HOSTILE]


def test_the_bytes_are_those_of_this_revision(tmp_path: Path) -> None:
    """A change here has to raise the recipe's revision (I1)."""
    assert digests(made(inputs_of(article_of("Bread"), tmp_path / "in"), tmp_path / "out")) == GOLDEN


def test_every_picture_says_what_drew_it_and_the_page_what_made_any_of_it(tmp_path: Path) -> None:
    inputs = inputs_of(article_of("Bread", "Butter"), tmp_path / "in")
    with Image.open(inputs["image/02"]) as drawn:
        save_marked(drawn.copy(), inputs["image/02"], "PNG", DigitalSource.TRAINED)
    files = made(inputs, tmp_path / "out")
    told = {
        name: source_in_picture(path) for name, path in files.items() if name.startswith(("picture_w", "picture_j"))
    }
    assert {name: bool(uri) for name, uri in told.items()} == {name: name.endswith("02") for name in told}
    page = read_page(files["page_linked"].read_text())
    assert page.metas["digitalSourceType"] == DigitalSource.TRAINED.uri
    assert page.texts["p"][0] == "This content was created with artificial intelligence."


@pytest.mark.parametrize("name", ["script", "look", "image/02"])
def test_a_broken_input_fails_its_item_and_is_named(tmp_path: Path, name: str) -> None:
    inputs = inputs_of(article_of("Bread", "Butter"), tmp_path / "in")
    inputs[name].write_bytes(inputs[name].read_bytes()[:20])
    result = posted(inputs, tmp_path / "out")
    assert isinstance(result, CorruptInput)
    assert name in str(result)


@pytest.mark.parametrize(
    ("name", "says"), [("look", "input look is missing"), ("image/02", "2 sections and 1 pictures")]
)
def test_a_missing_input_is_named(tmp_path: Path, name: str, says: str) -> None:
    inputs = inputs_of(article_of("Bread", "Butter"), tmp_path / "in")
    del inputs[name]
    result = posted(inputs, tmp_path / "out")
    assert isinstance(result, CorruptInput)
    assert says in str(result)
