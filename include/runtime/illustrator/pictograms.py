"""Pictograms of the Noto Color Emoji font, enlarged and kept in a cache on this machine's disk."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import skia
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image

from include.contract.errors import UnknownModel
from include.runtime.foreign.pictures import opened_picture
from include.runtime.illustrator.drawn import DRAWN, draw
from include.runtime.pictures.upscaler import Upscaler

_CACHE_FORMAT = b"atelier pictogram 1"
_DIGEST_BYTES = 32
_BLEED_PX = 12
"""How far opaque colour is spread into transparent pixels before enlarging, so that edges do not darken."""
_VARIATION_SELECTOR = "\ufe0f"

Rgba = NDArray[np.uint8]


def bare(pictogram: str) -> str:
    """The pictogram without presentation selectors, as both tables and font have it."""
    return pictogram.replace(_VARIATION_SELECTOR, "")


class EmojiFont:
    """A CBDT colour font: one bitmap per glyph.

    :raises UnknownModel: the file is not such a font.
    """

    def __init__(self, path: Path) -> None:
        font = TTFont(io.BytesIO(path.read_bytes()), lazy=True)
        if "CBDT" not in font:
            raise UnknownModel(f"{path.name}: has no CBDT table; register Noto Color Emoji's bitmap build")
        self._glyph_names: dict[int, str] = font.getBestCmap()
        self._bitmaps = font["CBDT"].strikeData[0]
        self._font = font

    @cached_property
    def _ligatures(self) -> dict[tuple[str, ...], str]:
        found: dict[tuple[str, ...], str] = {}
        for lookup in self._font["GSUB"].table.LookupList.Lookup:
            for table in lookup.SubTable:
                for first, ligatures in getattr(table, "ligatures", {}).items():
                    found.update({(first, *one.Component): one.LigGlyph for one in ligatures})
        return found

    def _glyph(self, pictogram: str) -> str | None:
        names = tuple(self._glyph_names.get(ord(character), "") for character in bare(pictogram))
        return names[0] if len(names) == 1 else self._ligatures.get(names)

    def has(self, pictogram: str) -> bool:
        """Whether the font draws `pictogram`."""
        return self._glyph(pictogram) in self._bitmaps

    def bitmap(self, pictogram: str) -> Rgba:
        """Straight-alpha RGBA, 128 × 136 × 4."""
        png = self._bitmaps[self._glyph(pictogram)].imageData
        with opened_picture(io.BytesIO(png), f"pictogram {pictogram} of the font") as picture:
            return np.asarray(picture.convert("RGBA"))


@dataclass(frozen=True)
class Sprite:
    """An enlarged pictogram, cropped to its visible part."""

    image: skia.Image
    width_px: int
    height_px: int

    @property
    def ratio(self) -> float:
        """Width to height."""
        return self.width_px / self.height_px


class Pictograms:
    """Enlarged pictograms by name. Files in the cache folder are checked, and made again if they are broken."""

    def __init__(self, font: Path, weights: Path, cache: Path) -> None:
        self.font = EmojiFont(font)
        self._upscaler = Upscaler(weights)
        self._models_digest = hashlib.sha256(font.read_bytes() + weights.read_bytes()).digest()
        self.cache = cache
        self._sprites: dict[str, Sprite] = {}

    def has(self, pictogram: str) -> bool:
        """Whether there is such a pictogram."""
        return pictogram in DRAWN or self.font.has(pictogram)

    def sprite(self, pictogram: str) -> Sprite:
        """Return the enlarged pictogram; takes a second or two the first time on this machine."""
        name = bare(pictogram)
        if name in DRAWN and name not in self._sprites:
            drawn = draw(name)
            self._sprites[name] = Sprite(drawn.withDefaultMipmaps(), drawn.width(), drawn.height())
        if name not in self._sprites:
            rgba = self._load(name)
            premultiplied = rgba.astype(np.uint16)
            premultiplied[..., :3] = (premultiplied[..., :3] * premultiplied[..., 3:] + 127) // 255
            pixels = np.ascontiguousarray(premultiplied.astype(np.uint8))
            image = skia.Image.fromarray(
                pixels, colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType, copy=True
            )
            self._sprites[name] = Sprite(image.withDefaultMipmaps(), rgba.shape[1], rgba.shape[0])
        return self._sprites[name]

    def _load(self, name: str) -> Rgba:
        key = hashlib.sha256(_CACHE_FORMAT + self._models_digest + name.encode()).hexdigest()
        path = self.cache / f"{key}.png"
        cached = _read_checked(path)
        if cached is not None:
            return cached
        rgba = _enlarge(self.font.bitmap(name), self._upscaler)
        _write_checked(path, rgba)
        return rgba


def _read_checked(path: Path) -> Rgba | None:
    """Read a cache file: a SHA-256, then the PNG that it is of. None when missing or broken."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(raw[_DIGEST_BYTES:]).digest() != raw[:_DIGEST_BYTES]:
        return None
    return np.asarray(Image.open(io.BytesIO(raw[_DIGEST_BYTES:])).convert("RGBA"))


def _write_checked(path: Path, rgba: Rgba) -> None:
    """Write a cache file whole or not at all; if the folder cannot be written, that only costs time later."""
    encoded = io.BytesIO()
    Image.fromarray(rgba).save(encoded, "PNG")
    png = encoded.getvalue()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(png).digest() + png)
        os.replace(file.name, path)
    except OSError:
        return


def _bleed(rgba: Rgba) -> NDArray[np.uint8]:
    """Spread the opaque colours outwards, so that edges have no background of their own."""
    colour = rgba[..., :3].astype(np.int64)
    known = rgba[..., 3] > 127
    for _ in range(_BLEED_PX):
        total = np.zeros_like(colour)
        count = np.zeros(known.shape, np.int64)
        for shift, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)):
            total += np.roll(colour * known[..., None], shift, axis)
            count += np.roll(known, shift, axis)
        fresh = ~known & (count > 0)
        colour[fresh] = total[fresh] // count[fresh][:, None]
        known |= fresh
    return np.asarray(colour, np.uint8)


def _enlarge(rgba: Rgba, upscaler: Upscaler) -> Rgba:
    """Enlarge colour and alpha separately, and crop to the visible part."""
    colour = upscaler.enlarge(_bleed(rgba))
    alpha = upscaler.enlarge(np.repeat(rgba[..., 3:], 3, axis=2))[..., 1]
    alpha = np.where(alpha < 8, 0, alpha).astype(np.uint8)
    rows, columns = np.nonzero(alpha)
    whole = np.dstack([colour, alpha])
    return np.ascontiguousarray(whole[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
