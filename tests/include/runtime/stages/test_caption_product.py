from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from include.contract.brief import Brief
from include.contract.cards import ProductText
from include.contract.errors import AtelierError, BadRequest, CheckFailed
from include.contract.look import Look
from include.contract.params import CaptionProductParams
from include.contract.registry import recipes
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.caption_product import CaptionProductStage, check_outputs
from tests.include.runtime.cards.parts import FULL, HOSTILE

GOLDEN = "edfcc605a0a92cb0e7b546797f5ba0dd6bda2a07834f98ce52cbc669ffca8d06"
"""SHA-256 over the outputs of the full product; another one means that the recipe's revision goes up."""


@pytest.fixture(scope="module")
def stage() -> CaptionProductStage:
    models = registry()
    made = CaptionProductStage()
    made.setup(located(models.identity(recipes()["caption.product"].model), models))
    return made


def work(folder: Path, language: str = "en", variation: int = 0, **product: Any) -> Work:
    brief = Brief.model_validate({"language": language, "product": product} if product else {"topic": "Bees"})
    scratch = folder / hashlib.sha256(f"{language}{variation}{product}".encode()).hexdigest()
    scratch.mkdir()
    params = CaptionProductParams(product=brief.product, language=brief.language)
    return Work("item", params, {}, lambda attempt: attempt, scratch, variation)


def texts(made: ItemResult | AtelierError) -> dict[str, str]:
    assert isinstance(made, ItemResult), made
    return {output.name: output.path.read_text("utf-8") for output in made.outputs}


def test_golden(stage: CaptionProductStage, tmp_path: Path) -> None:
    (made,) = stage.process([work(tmp_path, name="Ceramic Mug Aurora", **FULL)])
    found = texts(made)
    assert list(found) == ["script", "title", "caption", "look", "image_prompt/01", "digital_source"]
    assert (found["title"], found["caption"]) == ("Ceramic Mug Aurora", FULL["description"])
    assert hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest() == GOLDEN, found


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_strange_names_are_data(stage: CaptionProductStage, tmp_path: Path, name: str) -> None:
    (made,) = stage.process([work(tmp_path, name=name)])
    found = texts(made)
    assert ProductText.model_validate_json(found["script"]).name == found["title"] == found["caption"]
    assert found["title"] == Brief.model_validate({"product": {"name": name}}).product.name  # type: ignore[union-attr]


def test_the_look_follows_the_name_and_the_variation_only(stage: CaptionProductStage, tmp_path: Path) -> None:
    works = [
        work(tmp_path, name="Mug"),
        work(tmp_path, name="Mug", description="Blue."),
        work(tmp_path, variation=1, name="Mug"),
        work(tmp_path, name="Lamp"),
    ]
    looks = [Look.model_validate_json(texts(made)["look"]) for made in stage.process(works)]
    assert looks[0] == looks[1]
    assert len({look.seed for look in looks}) == 3


def test_a_brief_without_a_product_fails_alone(stage: CaptionProductStage, tmp_path: Path) -> None:
    first, second = stage.process([work(tmp_path), work(tmp_path, name="Mug")])
    assert isinstance(first, BadRequest)
    assert "product: {name: Ceramic mug}" in str(first)
    assert isinstance(second, ItemResult)


def test_finished_files_are_opened_again(stage: CaptionProductStage, tmp_path: Path) -> None:
    (made,) = stage.process([work(tmp_path, name="Mug")])
    assert isinstance(made, ItemResult)
    (script,) = [output.path for output in made.outputs if output.name == "script"]
    script.write_text("{}")
    with pytest.raises(CheckFailed, match="the finished words of the product cannot be read: name: is missing"):
        check_outputs(made.outputs)
