"""The stage, with pictures small enough to make in no time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from atelier import CorruptInput, ItemResult
from atelier.testing import S3, Desk, Sample, check_stage
from house_style.duotone import ImageDuotoneStage

GOLDEN = "634df2f9b4429530500399ca5959e7744b58db38c33f7bff763f5ba21ff98728"
"""SHA-256 of the slope in the colours of the house; another one means that the recipe's revision goes up."""


@pytest.fixture
def slope(tmp_path: Path) -> Path:
    """From black on the left to white on the right."""
    path = tmp_path / "slope.png"
    Image.linear_gradient("L").rotate(90).convert("RGB").save(path)
    return path


def test_the_stage_keeps_what_the_runner_stands_on(slope: Path, s3: S3, tmp_path: Path) -> None:
    check_stage(
        ImageDuotoneStage,
        Sample({"image": slope}),
        Sample({"image": slope}, {"midtone": "#a05a2c"}),
        s3=s3,
        folder=tmp_path,
    )


def test_dark_and_light_are_the_colours_of_the_house(slope: Path, desk: Desk) -> None:
    (made,) = desk.make(ImageDuotoneStage, Sample({"image": slope}, {"shadow": "#200000", "highlight": "#00ffff"}))
    assert isinstance(made, ItemResult), made
    with Image.open(made.outputs[0].path) as picture:
        dark, light = picture.getpixel((2, 128)), picture.getpixel((253, 128))
    assert dark == pytest.approx((32, 0, 0), abs=8)
    assert light == pytest.approx((0, 255, 255), abs=8)


def test_the_bytes_are_those_of_this_revision(slope: Path, desk: Desk) -> None:
    (made,) = desk.make(ImageDuotoneStage, Sample({"image": slope}))
    assert isinstance(made, ItemResult), made
    assert hashlib.sha256(made.outputs[0].path.read_bytes()).hexdigest() == GOLDEN


def test_what_is_no_picture_is_refused_by_name(desk: Desk) -> None:
    (refused,) = desk.make(ImageDuotoneStage, Sample({"image": b"no picture"}))
    assert isinstance(refused, CorruptInput)
    assert "image: does not decode as a picture" in str(refused)
