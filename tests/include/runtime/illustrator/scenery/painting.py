"""What painters leave on an empty easel, and how its colours are told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from include.contract.look import Light
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.settings import SHORES, Setting, Weather
from tests.include.runtime.illustrator.parts import blank_easel

WIDTH, HEIGHT, HORIZON = 160, 90, 48
Pixels = NDArray[np.int64]
Mask = NDArray[np.bool_]


def sheet(
    paint: Callable[[Easel], object],
    *,
    light: Light = Light.DAY,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    film_seed: int = 11,
    shot_seed: int = 3,
) -> Pixels:
    """What `paint` leaves on an empty easel: rows of red, green, blue and alpha."""
    easel, pixels = blank_easel(width=size[0], height=size[1], light=light, film_seed=film_seed, shot_seed=shot_seed)
    paint(easel)
    return pixels.astype(int)


def shore_of(setting: Setting) -> float:
    return HORIZON + (HEIGHT - HORIZON) * SHORES[setting]


def place(
    painter: Callable[[Easel, Composition, Weather | None], None],
    *,
    side: int = 1,
    shore: float | None = None,
    weather: Weather | None = None,
    light: Light = Light.DAY,
    shot_seed: int = 3,
) -> Pixels:
    """A place as `painter` paints it, wide, with its own landmark on `side`."""
    scene = Composition(WIDTH, HEIGHT, HORIZON, shore=shore, side=side, pivot=(WIDTH / 2, HORIZON))
    return sheet(lambda easel: painter(easel, scene, weather), light=light, shot_seed=shot_seed)


def covered(pixels: Pixels) -> Mask:
    return pixels[..., 3] > 0


def red(pixels: Pixels) -> Mask:
    return pixels[..., 0] > pixels[..., 1:3].max(axis=2) + 40


def green(pixels: Pixels) -> Mask:
    return pixels[..., 1] > np.maximum(pixels[..., 0], pixels[..., 2]) + 8


def blue(pixels: Pixels) -> Mask:
    return pixels[..., 2] > pixels[..., 0] + 15


def warm(pixels: Pixels) -> Mask:
    """Sand, wood, straw: less blue than green, less green than red."""
    return (pixels[..., 0] >= pixels[..., 1]) & (pixels[..., 1] > pixels[..., 2] + 12)


def white(pixels: Pixels) -> Mask:
    return pixels[..., :3].min(axis=2) > 205


def bright(pixels: Pixels) -> NDArray[np.float64]:
    return pixels[..., :3].mean(axis=2)


def apart(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one - other).mean())


def bounds(mask: Mask) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is set."""
    rows, columns = np.nonzero(mask)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
