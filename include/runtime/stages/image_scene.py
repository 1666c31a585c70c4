"""`image.scene`: an image prompt and the piece's look become one picture; one that the brief brings is conformed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from include.contract.digital_source import DigitalSource
from include.contract.errors import BadRequest, CheckFailed, CorruptInput, UnknownModel
from include.contract.look import Look
from include.contract.params import ImageSceneParams
from include.contract.parsing import model_in
from include.contract.scene_settings import IMAGE_SETTING, ImageSetting
from include.runtime.illustrator.mood import plain_colour
from include.runtime.illustrator.pictograms import Pictograms
from include.runtime.illustrator.sketch import Illustrator, Sketch
from include.runtime.labels.marks import save_marked
from include.runtime.own.child import decoded
from include.runtime.pictures.background import background_comment
from include.runtime.scratch import cache_folder
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work

_BROUGHT = {
    "own": ("picture", "the picture"),
    "own_clip": ("first picture", "the clip"),
}
"""Inputs that are shown in place of a drawing: what is asked of each, and what it is."""
_JPEG_QUALITY = 95
_LEAST_DEVIATION = 5.0
"""Standard deviation of brightness, in steps of 255, below which a picture counts as blank."""
_LEAST_TONES = 24
"""Levels of brightness that a picture shows at least."""


def _sketch(model: ModelFiles) -> Illustrator:
    return Sketch(Pictograms(model.files["font"], model.files["upscaler"], cache_folder("pictograms")))


ILLUSTRATORS: dict[str, Callable[[ModelFiles], Illustrator]] = {"builtin/sketch": _sketch}
"""Model name to what draws with it; a text-to-image backend is one more entry."""


class ImageSceneStage(ItemStage):
    """Draws each scene's prompt in the colours, the light and with the hero of its look.

    One after another: Skia holds Python's lock, so threads would only wait for each other.
    """

    def setup(self, model: ModelFiles) -> None:
        """Load the illustrator.

        :raises UnknownModel: no illustrator has this name.
        """
        super().setup(model)
        build = ILLUSTRATORS.get(model.name)
        if build is None:
            raise UnknownModel(f"image.scene: no illustrator {model.name!r}; there are {sorted(ILLUSTRATORS)}")
        self._illustrator = build(model)

    def make_item(self, work: Work) -> ItemResult:
        """Draw one picture."""
        if not isinstance(work.params, ImageSceneParams):
            raise BadRequest(f"{work.item}: image.scene takes ImageSceneParams, got {type(work.params).__name__}")
        width_px, height_px = work.params.aspect.frame_px(work.params.short_side_px)
        for name, (task, what) in _BROUGHT.items():
            if name in work.inputs:
                return _brought(work, name, task, what, (width_px, height_px))
        language = work.params.prompt_language or work.params.language
        drawing = self._illustrator.draw(
            _read_prompt(work), _read_look(work), language, width_px, height_px, work.seed(0)
        )
        path = work.scratch / "image.jpg"
        picture, source = Image.fromarray(drawing.pixels), self._illustrator.digital_source
        save_marked(picture, path, "JPEG", source, quality=_JPEG_QUALITY, subsampling=0)
        check_picture(path, width_px, height_px)
        return ItemResult(
            outputs=(Output("image", path, "image/jpeg"),),
            attributes={"width_px": width_px, "height_px": height_px, **drawing.account},
        )


def _brought(work: Work, name: str, task: str, what: str, frame: tuple[int, int]) -> ItemResult:
    """What the brief brings as the input `name`, as the scene's picture."""
    setting, path = ImageSetting(), work.scratch / "image.jpg"
    if IMAGE_SETTING in work.inputs:
        setting = model_in(ImageSetting, work.inputs[IMAGE_SETTING].read_bytes(), f"input {IMAGE_SETTING}")
    look = _read_look(work)
    behind = plain_colour(look.palette, look.light)
    asked = {"frame": frame, "fit": setting.fit, "background": behind}
    with decoded(task, work.inputs[name], work.brought(name, what), work.limits, **asked) as found:
        told, pixels = found.told, b"".join(found.data())
    picture = Image.frombytes("RGB", frame, pixels)
    made_by = told["digital_source"]
    source = DigitalSource(made_by) if made_by else None
    comment = {"comment": background_comment(behind)} if told.get("is_moving_picture") else {}
    save_marked(picture, path, "JPEG", source, quality=_JPEG_QUALITY, subsampling=0, **comment)
    check_size(path, *frame)
    return ItemResult(
        outputs=(Output("image", path, "image/jpeg"),),
        attributes={
            "width_px": frame[0],
            "height_px": frame[1],
            "brought": {name: told[name] for name in ("form", "width_px", "height_px")},
            "fit": setting.fit.value,
            "digital_source": source and source.value,
            "warnings": told["warnings"],
        },
    )


def _read_prompt(work: Work) -> str:
    try:
        return work.inputs["image_prompt"].read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CorruptInput(f"{work.item}: input image_prompt is not UTF-8 text: {error}") from error


def _read_look(work: Work) -> Look:
    return model_in(Look, work.inputs["look"].read_bytes(), f"{work.item}: input look")


def check_picture(path: Path, width_px: int, height_px: int) -> None:
    """Open a finished picture again.

    :raises CheckFailed: it does not decode, has another size, or shows next to nothing.
    """
    grey = check_size(path, width_px, height_px)
    deviation, tones = float(grey.std()), len(np.unique(grey))
    if deviation < _LEAST_DEVIATION or tones < _LEAST_TONES:
        raise CheckFailed(
            f"{path.name}: looks blank: brightness deviates by {deviation:.1f} over {tones} tones,"
            f" at least {_LEAST_DEVIATION} over {_LEAST_TONES} are expected"
        )


def check_size(path: Path, width_px: int, height_px: int) -> NDArray[np.uint8]:
    """Open a finished picture again; what it shows in grey.

    :raises CheckFailed: it does not decode, or has another size.
    """
    try:
        with Image.open(path) as picture:
            grey: NDArray[np.uint8] = np.asarray(picture.convert("L"))
    except (UnidentifiedImageError, OSError) as error:
        raise CheckFailed(f"{path.name}: does not decode as a picture: {error}") from error
    if grey.shape != (height_px, width_px):
        raise CheckFailed(f"{path.name}: is {grey.shape[1]}x{grey.shape[0]} px, has to be {width_px}x{height_px}")
    return grey
