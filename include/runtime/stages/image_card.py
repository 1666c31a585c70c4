"""`image.card`: a product's words and picture become its cards, one a format, and a thumbnail."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from PIL import Image, UnidentifiedImageError
from pydantic import JsonValue

from include.contract.cards import CardFormat, ProductText
from include.contract.digital_source import DigitalSource, made_of
from include.contract.errors import CheckFailed
from include.contract.params import ImageCardParams
from include.contract.parsing import model_in
from include.runtime.cards.card import draw_card, picture_size_px
from include.runtime.cards.panel import Panel, Pill, badge_of, lay_out
from include.runtime.cards.tones import tones_of
from include.runtime.labels.label import Label, label_of
from include.runtime.labels.marks import save_marked
from include.runtime.labels.reading import picture_source, text_source
from include.runtime.media.typesetting import Typesetter
from include.runtime.pictures.fitting import fitted
from include.runtime.pictures.opening import Rgb, open_picture
from include.runtime.pictures.upscaler import Upscaler
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work

_FONT, _UPSCALER = "font-", "upscaler"
_JPEG_QUALITY, _WEBP_QUALITY = 92, 82
_THUMBNAIL_PX = 320
"""Longest side."""


class ImageCardStage(ItemStage):
    """Crops, enlarges and letters; its model is the fonts and the upscaler."""

    def setup(self, model: ModelFiles) -> None:
        """Read the upscaler's weights and take the fonts."""
        super().setup(model)
        fonts = {name.removeprefix(_FONT): path for name, path in model.files.items() if name.startswith(_FONT)}
        self._typesetter = cache(lambda language, weight: Typesetter(fonts, language, weight))
        self._upscaler = Upscaler(model.files[_UPSCALER])

    def make_item(self, work: Work) -> ItemResult:
        """Letter the cards of one product."""
        params = cast(ImageCardParams, work.params)
        text = _read_text(work)
        picture = open_picture(work.inputs["image/01"], "image/01")
        panels = {shape: self._panel(text, shape) for shape in params.formats}
        sizes = [picture_size_px(shape, panel) for shape, panel in panels.items()]
        pictures = fitted(picture, sizes, self._upscaler, params.upscale_above)
        tones, label = tones_of(picture), _label(work, text.language, params)
        cards = {
            shape: draw_card(cropped, panel, tones, self._badge(label, shape, panel))
            for (shape, panel), cropped in zip(panels.items(), pictures, strict=True)
        }
        outputs = [_saved_card(card, shape, work.scratch, label.source) for shape, card in cards.items()]
        outputs.append(_saved_thumbnail(cards[params.formats[0]], work.scratch, label.source))
        outputs.append(Output("label", label.written(work.scratch / "label.json"), "application/json"))
        return ItemResult(
            tuple(outputs),
            {
                "source_px": [picture.shape[1], picture.shape[0]],
                "digital_source": label.source.value,
                "warnings": [*self._warnings(text), *label.warnings],
            },
        )

    def _badge(self, label: Label, shape: CardFormat, panel: Panel) -> Pill | None:
        """What the card says in its corner of how it was made; None where people are not told."""
        if not label.is_shown:
            return None
        return badge_of(label.badge, shape, lambda weight: self._typesetter(label.language, weight), panel.align)

    def _panel(self, text: ProductText, shape: CardFormat) -> Panel:
        return lay_out(text, shape, lambda weight: self._typesetter(text.language, weight))

    def _warnings(self, text: ProductText) -> list[JsonValue]:
        """What a person should know about how the cards look."""
        written = "".join(filter(None, (text.name, text.caption, text.brand or text.category, text.price_text)))
        missing = self._typesetter(text.language, 400).missing(written)
        return [f"no font draws U+{ord(one):04X}; it shows as an empty box" for one in missing[:20]]


def _read_text(work: Work) -> ProductText:
    return model_in(ProductText, work.inputs["script"].read_bytes(), f"{work.item}: input script, a product's text,")


def _label(work: Work, language: str, params: ImageCardParams) -> Label:
    source = made_of(text_source(work.inputs), picture_source(work.inputs["image/01"], "image/01"))
    return label_of(source, language, params.label)


def _saved_card(card: Rgb, shape: CardFormat, scratch: Path, source: DigitalSource) -> Output:
    path, picture = scratch / f"{shape.output}.jpg", Image.fromarray(card)
    save_marked(picture, path, "JPEG", source, quality=_JPEG_QUALITY, subsampling=0, optimize=True)
    check_size(path, shape.size_px)
    return Output(shape.output, path, "image/jpeg")


def _saved_thumbnail(card: Rgb, scratch: Path, source: DigitalSource) -> Output:
    path, thumbnail = scratch / "thumbnail.webp", Image.fromarray(card)
    thumbnail.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX), Image.Resampling.LANCZOS, reducing_gap=None)
    save_marked(thumbnail, path, "WEBP", source, quality=_WEBP_QUALITY, method=4)
    check_size(path, thumbnail.size)
    return Output("thumbnail", path, "image/webp")


def check_size(path: Path, size_px: tuple[int, int]) -> None:
    """Open a finished picture again.

    :raises CheckFailed: it does not decode, or has another size.
    """
    try:
        with Image.open(path) as picture:
            picture.load()
            found = picture.size
    except (UnidentifiedImageError, OSError) as error:
        raise CheckFailed(f"{path.name}: does not decode as a picture: {error}") from error
    if found != size_px:
        raise CheckFailed(f"{path.name}: is {found[0]}x{found[1]} px, has to be {size_px[0]}x{size_px[1]}")
