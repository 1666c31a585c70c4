"""Open land: hills, forest, mountains, desert and snow, layer behind layer."""

from __future__ import annotations

import random
from collections.abc import Callable

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point, polygon
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.places import Composition
from include.runtime.illustrator.scenery.growth import (
    hill_points,
    paint_below,
    paint_corner_leaves,
    paint_fern,
    paint_flowers,
    paint_leafy,
    paint_pine,
    paint_tuft,
)
from include.runtime.illustrator.scenery.peaks import FAR_PEAKS, HIGH_PEAKS, SNOW, paint_peaks
from include.runtime.illustrator.scenery.sky import paint_sky, sun_place
from include.runtime.illustrator.settings import Setting, Weather

_PINE = lch(0.46, 0.08, 155)
_BARE = frozenset({Setting.DESERT, Setting.SNOW})
_SANDY = frozenset({Setting.SEA, Setting.BEACH, Setting.CLIFF})
_STONY = frozenset({Setting.HARBOUR, Setting.CITY, Setting.MARKET, Setting.CAVE, Setting.CANYON, Setting.GLACIER})


def ground_colour(easel: Easel, setting: Setting) -> Colour:
    """Colour of the ground near the eye."""
    mood = easel.mood
    if setting is Setting.SNOW or mood.snowy:
        return mood.lit(SNOW)
    if setting is Setting.DESERT:
        return mood.lit(lch(0.79, 0.105, 74))
    if setting is Setting.SAVANNA:
        return mood.lit(lch(0.77, 0.12, 82))
    if setting is Setting.TUNDRA:
        return mood.lit(lch(0.6, 0.09, 75))
    if setting in (Setting.FOREST, Setting.JUNGLE, Setting.SWAMP):
        return mood.ground.mix(mood.lit(lch(0.42, 0.09, 140)), 0.55)
    return mood.ground


def paint_open_land(setting: Setting) -> Callable[[Easel, Composition, Weather | None], None]:
    """The painter of one kind of open land."""

    def paint(easel: Easel, scene: Composition, weather: Weather | None) -> None:
        paint_land(easel, setting, scene.horizon, weather)
        if setting is Setting.MEADOW and not easel.mood.snowy:
            _paint_meadow(easel, scene)

    return paint


def _paint_meadow(easel: Easel, scene: Composition) -> None:
    """Paint a lone tree or a group of them, and cushions of flowers towards the eye."""
    mood, unit, dice, horizon = easel.mood, easel.unit, easel.shot_dice("meadow"), scene.horizon
    depth, green = easel.height - horizon, mood.ground.mix(mood.lit(lch(0.46, 0.1, 142)), 0.6)
    for index in range(dice.choice((1, 1, 2, 3))):
        foot = (
            easel.width * (0.5 - scene.side * (0.3 + 0.07 * index) + dice.uniform(-0.03, 0.03)),
            horizon + depth * (0.2 - 0.05 * index),
        )
        height = unit * dice.uniform(0.3, 0.42) * (1 - 0.2 * index)
        easel.oval(foot, height * 0.42, height * 0.03, easel.fill(mood.shadow, 0.22))
        paint_leafy(easel, foot, height, green.mix(mood.haze, 0.12 + 0.06 * index), dice)
    petals = (mood.accent, mood.second, mood.lit(WHITE), mood.lit(lch(0.7, 0.16, 345)))
    for index in range(24):
        down = (index / 24) ** 1.3
        spot = (dice.random() * easel.width, horizon + depth * (0.22 + 0.74 * down))
        paint_flowers(easel, spot, unit * (0.03 + 0.075 * down), green, dice.choice(petals), dice)


def paint_land(easel: Easel, setting: Setting, horizon: float, weather: Weather | None) -> None:
    """Paint sky and ridges, and the ground below `horizon`."""
    paint_sky(easel, horizon, weather)
    ground = ground_colour(easel, setting)
    pan = easel.shot_dice("pan").uniform(-0.2, 0.2)
    if setting in (Setting.MOUNTAINS, Setting.SNOW):
        paint_peaks(easel, horizon, pan, HIGH_PEAKS if setting is Setting.MOUNTAINS else FAR_PEAKS)
    _paint_ridges(easel, setting, horizon, pan, ground)
    if setting is Setting.FOREST:
        _paint_woods(easel, horizon, pan)
    _paint_ground(easel, setting, horizon, pan, ground)
    _paint_near(easel, setting, horizon, ground)
    _paint_beam(easel, horizon)


def _paint_near(easel: Easel, setting: Setting, horizon: float, ground: Colour) -> None:
    """Paint what stands on the nearer ground: firs in snow, ferns in a wood."""
    mood, unit, dice = easel.mood, easel.unit, easel.shot_dice("near")
    depth = easel.height - horizon
    if setting in (Setting.SNOW, Setting.MOUNTAINS):
        for index in range(9):
            down = (index / 9) ** 1.4
            across = 0.5 + dice.choice((-1, 1)) * dice.uniform(0.12 + 0.2 * down, 0.52)
            foot = (across * easel.width, horizon + depth * (0.03 + 0.34 * down))
            height = unit * (0.06 + 0.26 * down) * dice.uniform(0.8, 1.2)
            paint_pine(easel, foot, height, mood.lit(_PINE).mix(mood.haze, 0.45 * (1 - down)))
            if setting is Setting.SNOW:
                _paint_snowload(easel, foot, height)
    elif setting is Setting.FOREST:
        green = mood.lit(_PINE).mix(ground, 0.45)
        for index in range(16):
            down = (index / 16) ** 1.3
            across = 0.5 + dice.choice((-1, 1)) * dice.uniform(0.1 + 0.16 * down, 0.52)
            foot = (across * easel.width, horizon + depth * (0.14 + 0.7 * down))
            tone = green.lit(dice.uniform(0.9, 1.2)).mix(mood.haze, 0.3 * (1 - down))
            paint_fern(easel, foot, unit * (0.05 + 0.1 * down), tone, dice)


def _paint_snowload(easel: Easel, foot: Point, height: float) -> None:
    """Lay snow on the skirts of a fir."""
    x, y = foot
    white = easel.fill(easel.mood.lit(SNOW), 0.9)
    for index in range(4):
        top, half = y - height * (1.0 - 0.2 * index), height * (0.055 + 0.028 * index)
        easel.canvas.drawPath(
            polygon(
                [(x, top), (x + half, top + height * 0.16), (x, top + height * 0.12), (x - half, top + height * 0.16)]
            ),
            white,
        )


def _paint_ridges(easel: Easel, setting: Setting, horizon: float, pan: float, ground: Colour) -> None:
    mood, unit = easel.mood, easel.unit
    layers = ((0.085, 0.050, 0.74, 0.85), (0.05, 0.032, 0.5, 0.8), (0.018, 0.018, 0.28, 0.7))
    for index, (lift, swell, fade, roughness) in enumerate(layers):
        dice = easel.film_dice(f"ridge {index}")
        if setting is Setting.DESERT:
            roughness = 1.9
        outline = hill_points(
            dice, easel, horizon - unit * lift, unit * swell, shift=pan * (0.4 + 0.3 * index), roughness=roughness
        )
        base = mood.far.mix(ground, index / 2.4)
        colour = base.mix(mood.haze, fade)
        foot = colour.mix(mood.haze, 0.55)
        paint_below(
            easel,
            outline,
            easel.fade((0, horizon - unit * (lift + swell)), (0, horizon + unit * 0.03), [(colour, 1.0), (foot, 1.0)]),
        )
        if index and setting not in _BARE:
            _paint_treeline(easel, setting, outline, colour, index, dice)


def _paint_treeline(
    easel: Easel, setting: Setting, outline: list[Point], colour: Colour, index: int, dice: random.Random
) -> None:
    unit = easel.unit
    wood = colour.mix(easel.mood.lit(_PINE), 0.34 + 0.1 * index)
    pines = setting in (Setting.MOUNTAINS, Setting.FOREST) or dice.random() < 0.3
    at = dice.randrange(3)
    while at < len(outline) - 1:
        x, y = outline[at]
        height = unit * (0.022 + 0.02 * index) * dice.uniform(0.75, 1.35)
        if pines:
            paint_pine(easel, (x, y + height * 0.12), height * 1.25, wood)
        else:
            paint_leafy(easel, (x, y + height * 0.12), height, wood, dice)
        at += dice.choice((1, 1, 2, 2, 3, 9, 14))


def _paint_woods(easel: Easel, horizon: float, pan: float) -> None:
    """Paint three rows of trees, the nearer the darker, with light between the trunks."""
    mood, unit = easel.mood, easel.unit
    for row, fade in ((0, 0.62), (1, 0.4), (2, 0.14)):
        dice = easel.film_dice(f"woods {row}")
        colour = mood.lit(_PINE).mix(mood.ground, 0.25).lit(0.9).mix(mood.haze, fade)
        count = (13, 9, 6)[row]
        for index in range(count):
            across = (index + dice.uniform(0.0, 0.9)) / count * 1.3 - 0.15 - pan * (0.3 + 0.25 * row)
            if row == 2 and 0.27 < across < 0.73:
                continue
            height = unit * (0.34, 0.5, 0.95)[row] * dice.uniform(0.8, 1.2)
            foot = (across * easel.width, horizon + unit * (0.015, 0.05, 0.11)[row])
            if dice.random() < 0.7:
                paint_pine(easel, foot, height, colour)
            else:
                paint_leafy(easel, foot, height * 0.85, colour, dice)
        veil = easel.fade((0, horizon - unit * 0.3), (0, horizon + unit * 0.05), [(mood.haze, 0.0), (mood.haze, 0.3)])
        easel.wash(veil, horizon - unit * 0.3, horizon + unit * 0.05)


def _paint_ground(easel: Easel, setting: Setting, horizon: float, pan: float, ground: Colour) -> None:
    mood, unit = easel.mood, easel.unit
    depth = easel.height - horizon
    for index, (start, fade) in enumerate(((0.0, 0.34), (0.2, 0.16), (0.5, 0.0))):
        dice = easel.film_dice(f"ground {index}")
        top = horizon + depth * start
        swell = unit * (0.012 + 0.016 * index)
        outline = hill_points(dice, easel, top, swell, shift=pan * (1 + 0.3 * index), roughness=1.5)
        near = ground.mix(mood.haze, fade)
        lit = near.mix(mood.sun, 0.2 if not mood.night else 0.07)
        deep = near.lit(0.88).mix(mood.shadow, 0.1)
        stops = [(lit, 1.0), (near, 1.0), (deep, 1.0)]
        paint_below(easel, outline, easel.fade((0, top - swell), (0, top + depth * 0.6), stops, (0.0, 0.28, 1.0)))
        if setting not in _BARE and not mood.snowy:
            paint_grass(easel, outline, ground, index)
        elif setting is Setting.DESERT:
            _paint_ripples(easel, outline, near, index)


def paint_grass(easel: Easel, outline: list[Point], ground: Colour, index: int) -> None:
    """Strew tufts and flowers below an outline; `index` is 0 for far ground, 2 for the nearest."""
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice(f"grass {index}")
    size = unit * (0.010, 0.018, 0.032)[index]
    fall = (easel.height - outline[0][1]) * (0.5, 0.6, 0.9)[index]
    for _ in range((90, 120, 110)[index]):
        x, y = outline[dice.randrange(len(outline))]
        down = dice.random()
        foot = (x + dice.uniform(-0.02, 0.02) * easel.width, y + fall * down + size * 0.3)
        light = dice.random()
        colour = (
            ground.mix(mood.shadow, 0.26) if light < 0.55 else ground.mix(mood.sun, 0.28 if not mood.night else 0.1)
        )
        paint_tuft(easel, foot, size * (0.7 + 0.9 * down), colour, dice, 0.55)
    for _ in range((26, 30, 16)[index]):
        x, y = outline[dice.randrange(len(outline))]
        spot = (x + dice.uniform(-0.03, 0.03) * easel.width, y + fall * dice.random() * 0.8 + size * 0.2)
        petal = dice.choice((mood.accent, mood.second, mood.lit(WHITE)))
        easel.canvas.drawCircle(*spot, size * dice.uniform(0.14, 0.22), easel.fill(petal, 0.9))


def _paint_ripples(easel: Easel, outline: list[Point], near: Colour, index: int) -> None:
    dice, unit = easel.film_dice(f"ripples {index}"), easel.unit
    for _ in range(26):
        x, y = outline[dice.randrange(len(outline))]
        y += dice.random() * (easel.height - y) * 0.7
        half = unit * dice.uniform(0.03, 0.1) * (0.6 + 0.5 * index)
        path = skia.Path()
        path.moveTo(x - half, y)
        path.quadTo(x, y - half * 0.16, x + half, y + half * 0.05)
        easel.canvas.drawPath(path, easel.line(near.mix(easel.mood.shadow, 0.35), unit * 0.0022, 0.4))


def _paint_beam(easel: Easel, horizon: float) -> None:
    """Lay the sun's light over the land below it."""
    mood = easel.mood
    x, _ = sun_place(easel, horizon)
    strength = 0.26 if not mood.night else 0.16
    easel.glow((x, horizon), easel.unit * 0.85, mood.sun, strength * (1.25 - mood.sun_height))


def paint_land_front(easel: Easel, setting: Setting) -> None:
    """Paint what stands between the eye and the things: grass along the lower edge, leaves out of focus."""
    if not setting.grassy or easel.mood.snowy:
        return
    ground, mood, unit, dice = ground_colour(easel, setting), easel.mood, easel.unit, easel.shot_dice("front")
    for _ in range(34):
        foot = (dice.random() * easel.width, easel.height + unit * 0.01)
        colour = ground.mix(mood.shadow, dice.uniform(0.2, 0.5))
        paint_tuft(easel, foot, unit * dice.uniform(0.03, 0.065), colour, dice, 0.95)
    paint_corner_leaves(easel, ground)


def paint_mound(easel: Easel, setting: Setting, edge: float) -> None:
    """Paint a rise of the ground across the picture's foot, its upper edge near `edge`."""
    mood, unit = easel.mood, easel.unit
    if setting is Setting.STREET:
        ground = mood.lit(lch(0.5, 0.09, 145))
    elif setting is Setting.SPACE:
        ground = lch(0.74, 0.015, 260).mix(mood.far, 0.2)
    elif setting in _SANDY:
        ground = mood.lit(lch(0.8, 0.065, 82))
    elif setting in _STONY:
        ground = mood.lit(lch(0.6, 0.03, 75))
    else:
        ground = ground_colour(easel, setting)
    dice = easel.shot_dice("mound")
    outline = hill_points(dice, easel, edge, unit * 0.008, shift=0.0, roughness=1.2)
    near = ground.lit(0.93).mix(mood.shadow, 0.1)
    paint_below(
        easel,
        outline,
        easel.fade(
            (0, edge - unit * 0.03),
            (0, easel.height),
            [(near.mix(mood.sun, 0.22 if not mood.night else 0.08), 1.0), (near, 1.0), (near.lit(0.75), 1.0)],
            (0, 0.35, 1),
        ),
    )
    if setting is Setting.SPACE:
        _paint_craters(easel, edge, near)
    if not (setting.grassy or setting is Setting.STREET) or mood.snowy:
        return
    for _ in range(190):
        x, y = outline[dice.randrange(len(outline))]
        down = dice.random()
        foot = (x + dice.uniform(-0.01, 0.01) * easel.width, y + unit * 0.01 + (easel.height - y) * down)
        colour = near.mix(mood.shadow, 0.24) if dice.random() < 0.55 else near.mix(mood.sun, 0.2)
        paint_tuft(easel, foot, unit * (0.028 + 0.035 * down), colour, dice, 0.9)


def _paint_craters(easel: Easel, edge: float, rock: Colour) -> None:
    dice, unit = easel.film_dice("craters"), easel.unit
    for _ in range(12):
        x, y = dice.random() * easel.width, edge + (easel.height - edge) * dice.uniform(0.2, 0.95)
        half = unit * dice.uniform(0.015, 0.06)
        easel.oval((x, y), half, half * 0.26, easel.fill(rock.lit(0.72)))
        easel.oval((x, y + half * 0.06), half * 0.9, half * 0.2, easel.fill(rock.lit(0.86)))
