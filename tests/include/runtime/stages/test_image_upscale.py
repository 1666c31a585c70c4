"""`image.upscale`: the same picture, larger, the same bytes anywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput, RejectedContent
from include.contract.params import ImageUpscaleParams
from include.contract.recipes import IMAGE_UPSCALE
from include.runtime.labels.marks import save_marked, source_in
from include.runtime.models.files import located, registry
from include.runtime.scratch import file_digest
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.image_upscale import ImageUpscaleStage

GOLDEN = "0bd3671554ef6c211125034f56e43f5a05ef1392e7df436adc234d0bba486383"
"""SHA-256 of a small picture twice as large; another one means that the recipe's revision goes up."""


@pytest.fixture(scope="module")
def stage() -> ImageUpscaleStage:
    models = registry()
    made = ImageUpscaleStage()
    made.setup(located(models.identity(IMAGE_UPSCALE.model), models))
    return made


def drawing(path: Path, width_px: int = 60, height_px: int = 40) -> Path:
    """A disc on a slope of colour."""
    across, down = np.meshgrid(np.arange(width_px), np.arange(height_px))
    disc = (across - width_px / 2) ** 2 + (down - height_px / 2) ** 2 < 150
    pixels = np.stack([across * 4, down * 5, np.where(disc, 230, 40)], axis=-1).astype(np.uint8)
    save_marked(Image.fromarray(pixels), path, "PNG", DigitalSource.ALGORITHMIC)
    return path


def work(folder: Path, picture: Path, factor: int) -> Work:
    scratch = folder / f"x{factor}"
    scratch.mkdir()
    params = ImageUpscaleParams.model_validate({"factor": factor})
    return Work("bees/01", params, {"image": picture}, lambda attempt: attempt, scratch)


def test_golden(stage: ImageUpscaleStage, tmp_path: Path) -> None:
    (product,) = stage.process([work(tmp_path, drawing(tmp_path / "in.png"), 2)])
    assert isinstance(product, ItemResult), product
    assert file_digest(product.outputs[0].path) == GOLDEN


@pytest.mark.parametrize("factor", [2, 4])
def test_a_picture_grows_by_the_factor_and_says_who_drew_it(
    stage: ImageUpscaleStage, tmp_path: Path, factor: int
) -> None:
    (product,) = stage.process([work(tmp_path, drawing(tmp_path / "in.png"), factor)])
    assert isinstance(product, ItemResult), product
    with Image.open(product.outputs[0].path) as large:
        assert large.size == (60 * factor, 40 * factor)
        assert source_in(large) is DigitalSource.ALGORITHMIC
        assert np.asarray(large)[20 * factor, 30 * factor, 2] > 200, "the disc is where it was"


def test_what_is_no_picture_or_would_be_too_large_fails_alone(stage: ImageUpscaleStage, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    results = stage.process(
        [
            work(tmp_path / "a", broken, 2),
            work(tmp_path / "b", drawing(tmp_path / "in.png"), 2),
            work(tmp_path / "c", drawing(tmp_path / "wide.png", 4097, 2), 2),
        ]
    )
    assert [type(result) for result in results] == [CorruptInput, ItemResult, RejectedContent]
    assert "4097x2 px is not enlarged; allowed: a longest side of 4096 px" in str(results[2])


def test_what_nobody_could_open_afterwards_is_refused_before_it_is_enlarged(
    stage: ImageUpscaleStage, tmp_path: Path
) -> None:
    Image.new("L", (4096, 2731)).save(tmp_path / "large.png")
    (result,) = stage.process([work(tmp_path, tmp_path / "large.png", 4)])
    assert isinstance(result, RejectedContent)
    assert "would have 179 megapixels when 4 times as large; allowed: 178" in str(result)
