from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.cards import CardFormat
from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, CheckFailed
from include.contract.labels import Labelling, PieceLabel
from include.contract.params import ImageCardParams
from include.contract.registry import recipes
from include.runtime.labels.marks import save_marked
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.image_card import ImageCardStage, check_size
from tests.include.runtime.cards.parts import FULL, said
from tests.include.runtime.composition.media import picture
from tests.include.runtime.labels.outside import source_in_picture

GOLDEN = {
    "card_square": "7a8998ca1f531d2c6f3ce275bad68f8a5ad6fd2256270c59f78fa276729546ae",
    "card_portrait": "b2b93112c8391a6b997ce16c58e64a131525d6f6a536e119c2429408661277df",
    "card_story": "d9d0b9c0cb40434dfb259fd1d6fac620bd8b417fa25cae8f8983b26f15b3fc53",
    "label": "ecb1cdbf2c02ad8351e77c1f4b9e9bb07b85495a96a06fdc3ab625794600ae7a",
    "thumbnail": "22aada0a8ff4af8b200fffa14b6cce0bd1c7b87d19750ffa05aa93c0571686f0",
}
"""SHA-256 of the outputs of a small enlarged picture; another one means that the recipe's revision goes up."""
ALL = tuple(CardFormat)


@pytest.fixture(scope="module")
def stage() -> ImageCardStage:
    models = registry()
    made = ImageCardStage()
    made.setup(located(models.identity(recipes()["image.card"].model), models))
    return made


def work(folder: Path, source: Path, params: ImageCardParams | None = None, name: str = "Ceramic Mug Aurora") -> Work:
    scratch = folder / f"scratch-{len(list(folder.iterdir()))}"
    scratch.mkdir()
    script = scratch.with_suffix(".json")
    script.write_text(said(name, **FULL).model_dump_json(), "utf-8")
    (scratch / "source").write_text(DigitalSource.ALGORITHMIC)
    inputs = {"script": script, "digital_source": scratch / "source", "image/01": source}
    return Work("mug", params or ImageCardParams(), inputs, lambda attempt: 0, scratch)


def outputs(made: ItemResult | AtelierError) -> Mapping[str, Path]:
    assert isinstance(made, ItemResult), made
    return {output.name: output.path for output in made.outputs}


def test_golden(stage: ImageCardStage, tmp_path: Path) -> None:
    source = picture(tmp_path / "source.png", (300, 240))
    (made,) = stage.process([work(tmp_path, source, ImageCardParams(formats=ALL))])
    found = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in outputs(made).items()}
    assert found == GOLDEN


def test_a_format_that_is_not_asked_for_is_absent(stage: ImageCardStage, tmp_path: Path) -> None:
    source = picture(tmp_path / "source.png", (1080, 1080))
    (made,) = stage.process([work(tmp_path, source, ImageCardParams(formats=(CardFormat.PORTRAIT,)))])
    found = outputs(made)
    assert list(found) == ["card_portrait", "thumbnail", "label"]
    with Image.open(found["card_portrait"]) as card, Image.open(found["thumbnail"]) as thumbnail:
        assert (card.format, card.size) == ("JPEG", (1080, 1350))
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (256, 320))


@pytest.mark.parametrize("size", [(3, 2), (4000, 3), (5000, 4000)], ids=["tiny", "a strip", "huge"])
def test_any_source_fills_the_card(stage: ImageCardStage, tmp_path: Path, size: tuple[int, int]) -> None:
    source = picture(tmp_path / "source.png", size)
    (made,) = stage.process([work(tmp_path, source, ImageCardParams(formats=(CardFormat.SQUARE,)))])
    with Image.open(outputs(made)["card_square"]) as card:
        assert card.size == (1080, 1080)


@pytest.mark.parametrize(("labelling", "is_seen"), [(Labelling.SHOWN, True), (Labelling.NONE, False)])
def test_a_card_says_in_its_corner_what_made_it(
    stage: ImageCardStage, tmp_path: Path, labelling: Labelling, is_seen: bool
) -> None:
    source = tmp_path / "source.png"
    save_marked(Image.new("RGB", (1080, 1080), "navy"), source, "PNG", DigitalSource.TRAINED)
    params = ImageCardParams(formats=(CardFormat.SQUARE,), label=labelling)
    found = outputs(*stage.process([work(tmp_path, source, params)]))
    with Image.open(found["card_square"]) as card:
        corner = np.asarray(card.convert("L").crop((0, 0, 540, 140)))
    assert bool(corner.max() > 200) is is_seen
    for name in ("card_square", "thumbnail"):
        assert source_in_picture(found[name]) == DigitalSource.TRAINED.uri
    told = PieceLabel.model_validate_json(found["label"].read_bytes())
    assert bool(told.sentence) is is_seen


def test_a_character_without_a_glyph_is_told(stage: ImageCardStage, tmp_path: Path) -> None:
    source = picture(tmp_path / "source.png", (1080, 1080))
    (made,) = stage.process([work(tmp_path, source, name="Mug \ue000")])
    assert isinstance(made, ItemResult)
    assert made.attributes["warnings"] == ["no font draws U+E000; it shows as an empty box"]


def test_a_finished_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="is 40x30 px, has to be 30x40"):
        check_size(picture(tmp_path / "card.jpg", (40, 30)), (30, 40))
