from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skia
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import CheckFailed, CorruptInput, UnknownModel
from include.contract.params import ImageSceneParams
from include.contract.values import Aspect
from include.runtime.pictures.background import background_of
from include.runtime.stage import ItemResult, ModelFiles, Work
from include.runtime.stages.image_scene import ImageSceneStage, check_picture
from tests.include.runtime.illustrator.parts import FONT, UPSCALER, look
from tests.include.runtime.labels.outside import source_in_picture
from tests.include.runtime.own.test_moving import moving

GOLDEN = "dd514aa2076b15140409856b36f4d15caaaee2cd7b4c02a11c3ad2ef47a59f44"
"""SHA-256 of the bee's picture; another one means that the recipe's revision goes up."""


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> ImageSceneStage:
    monkeypatch.setenv("ATELIER_CACHE", str(tmp_path_factory.getbasetemp() / "atelier-cache"))
    made = ImageSceneStage()
    made.setup(ModelFiles("builtin/sketch", "float64", {"font": FONT, "upscaler": UPSCALER}))
    return made


def work(folder: Path, prompt: str, *, name: str = "bees/01", aspect: Aspect = Aspect.WIDE, seed: int = 7) -> Work:
    scratch = folder / hashlib.sha256(f"{name}{prompt}{aspect}".encode()).hexdigest()
    scratch.mkdir()
    inputs = {"image_prompt": folder / f"{scratch.name}.txt", "look": folder / f"{scratch.name}.json"}
    inputs["image_prompt"].write_text(prompt, "utf-8")
    inputs["look"].write_text(look("bees").model_dump_json(), "utf-8")
    params = ImageSceneParams(aspect=aspect, short_side_px=240)
    return Work(name, params, inputs, lambda attempt: seed + attempt, scratch)


def digests(results: Sequence[object]) -> list[str]:
    files = [result.outputs[0].path for result in results if isinstance(result, ItemResult)]
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def test_the_picture_is_the_golden_one_in_any_batch(stage: ImageSceneStage, tmp_path: Path) -> None:
    alone = stage.process([work(tmp_path, "A bee at a sunflower")])
    others = [work(tmp_path, text, name="other") for text in ("Ineffable", "A bee at a sunflower", "A bee at night")]
    together = digests(stage.process(others))
    assert digests(alone) == [GOLDEN]
    assert together[1] == GOLDEN
    assert len(set(together)) == 3


def test_a_prompt_in_another_language_than_the_piece_is_read_in_its_own(stage: ImageSceneStage, tmp_path: Path) -> None:
    asked = work(tmp_path, "Eine Burg am See")
    said = ({"language": "de"}, {"language": "en", "prompt_language": "de"}, {"language": "en"})
    works = [replace(asked, params=asked.params.model_copy(update=params)) for params in said]
    german, of_english, as_english = (digests(stage.process([each])) for each in works)
    assert german == of_english != as_english


@pytest.mark.parametrize("aspect", list(Aspect))
def test_the_picture_has_the_aspects_size(stage: ImageSceneStage, tmp_path: Path, aspect: Aspect) -> None:
    (product,) = stage.process([work(tmp_path, "A bee at a sunflower", aspect=aspect)])
    assert isinstance(product, ItemResult)
    (output,) = product.outputs
    assert source_in_picture(output.path) == DigitalSource.ALGORITHMIC.uri
    with Image.open(output.path) as picture:
        assert picture.size == aspect.frame_px(240)
        assert picture.format == "JPEG"


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match=r"builtin/sketch"):
        ImageSceneStage().setup(ModelFiles("builtin/nobody", "", {}))


def test_blank_small_and_broken_pictures_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "image.jpg"
    Image.fromarray(np.full((240, 240, 3), 90, np.uint8)).save(path)
    with pytest.raises(CheckFailed, match="blank"):
        check_picture(path, 240, 240)
    with pytest.raises(CheckFailed, match="240x240"):
        check_picture(path, 426, 240)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(CheckFailed, match="decode"):
        check_picture(path, 240, 240)


def test_skia_is_the_release_the_golden_picture_was_made_with() -> None:
    assert skia.__version__ == "144.1"


def test_the_record_says_what_is_drawn_and_what_stood_in(stage: ImageSceneStage, tmp_path: Path) -> None:
    named, unnamed = stage.process([work(tmp_path, "A castle by the lake"), work(tmp_path, "Ineffable")])
    assert isinstance(named, ItemResult)
    assert isinstance(unnamed, ItemResult)
    assert (named.attributes["place"], named.attributes["landmark"]) == ("lake", "castle")
    assert named.attributes["drawn_for"] == "prompt"
    assert unnamed.attributes["drawn_for"] == "topic"


def test_a_picture_that_the_brief_brings_is_shown_in_place_of_a_drawing(stage: ImageSceneStage, tmp_path: Path) -> None:
    asked = work(tmp_path, "A castle by the lake")
    own, setting = tmp_path / "own", tmp_path / "setting.json"
    Image.new("RGB", (400, 400), (200, 30, 40)).save(own, "PNG")
    setting.write_text('{"fit": "contain"}')
    (made,) = stage.process([replace(asked, inputs={**asked.inputs, "image_setting": setting, "own": own})])
    assert isinstance(made, ItemResult)
    with Image.open(made.outputs[0].path) as picture:
        assert picture.size == (426, 240)
        red, green, blue = picture.getpixel((213, 120))  # type: ignore[misc]
        assert (abs(red - 200), abs(green - 30), abs(blue - 40)) < (4, 4, 4)
        assert picture.getpixel((5, 5)) != picture.getpixel((213, 120))
    assert source_in_picture(made.outputs[0].path) == ""
    assert made.attributes["brought"] == {"form": "PNG", "width_px": 400, "height_px": 400}


def test_of_a_moving_picture_the_first_is_the_scenes_and_tells_its_clip_the_looks_colour(
    stage: ImageSceneStage, tmp_path: Path
) -> None:
    asked = work(tmp_path, "A castle by the lake")
    (tmp_path / "moving").write_bytes(moving("GIF", size=(426, 240)))
    still = Image.new("RGBA", (426, 240), (0, 0, 0, 0))
    still.save(tmp_path / "still", "PNG")
    told = []
    for name, file in {"own_clip": "moving", "own": "still"}.items():
        (made,) = stage.process([replace(asked, inputs={**asked.inputs, name: tmp_path / file})])
        assert isinstance(made, ItemResult)
        with Image.open(made.outputs[0].path) as picture:
            told.append((background_of(made.outputs[0].path, "image"), picture.getpixel((213, 120))))
    (colour, red), (unsaid, shown) = told
    assert np.abs(np.subtract(red, (255, 0, 0))).max() < 6
    assert np.abs(np.subtract(colour, shown)).max() < 3, "what is transparent shows it"
    assert unsaid == (0, 0, 0)


def test_a_picture_that_cannot_be_shown_fails_its_own_scene_alone(stage: ImageSceneStage, tmp_path: Path) -> None:
    asked, own = work(tmp_path, "A castle by the lake"), tmp_path / "own"
    own.write_bytes(b"#EXTM3U\nfile:///etc/hostname")
    brought = replace(asked, inputs={**asked.inputs, "own": own}, called={"own": "walk/bee.jpg"})
    failed, made = stage.process([brought, work(tmp_path, "Ineffable", name="other")])
    assert isinstance(failed, CorruptInput)
    assert str(failed).startswith("the picture `walk/bee.jpg`: does not decode as a picture: ")
    assert "found a playlist (M3U8 or HLS), which names other files; allowed: JPEG, PNG, WebP" in str(failed)
    assert isinstance(made, ItemResult)
