"""Rooms: a wall with a window on the film's own landscape, shelves, a lamp, a table or a floor."""

from __future__ import annotations

import random
from dataclasses import replace

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import WHITE, SceneColours
from include.runtime.illustrator.scenery.growth import paint_leaf
from include.runtime.illustrator.scenery.land import paint_land
from include.runtime.illustrator.scenery.sky import paint_fall
from include.runtime.illustrator.settings import Setting, Weather

_WOOD = lch(0.62, 0.085, 62)
_LAMPLIGHT = lch(0.92, 0.1, 82)
_TILES = frozenset({Setting.KITCHEN, Setting.LAB})


def paint_room(easel: Easel, setting: Setting, floor: float, weather: Weather | None, outside: SceneColours) -> None:
    """Paint a room's back wall, which ends at `floor`; `outside` colours what the window shows."""
    mood, unit = easel.mood, easel.unit
    side = easel.film_dice("window").choice((-1, 1))
    wall = mood.wall.mix(mood.far, 0.2) if not mood.dim else mood.wall.mix(mood.far, 0.38).lit(0.84)
    easel.wash(easel.fade((0, 0), (0, floor), [(wall.lit(0.9), 1.0), (wall, 1.0), (wall.lit(0.9), 1.0)], (0, 0.5, 1)))
    _paint_wall(easel, setting, wall, floor)
    upright = easel.height > easel.width
    window = _window_box(easel, side, floor)
    if setting is Setting.LIBRARY or upright:
        _paint_shelves(easel, setting, -side, floor, (0.12, 0.3, 0.48) if setting is Setting.LIBRARY else (0.22, 0.36))
    else:
        _paint_shelves(easel, setting, -side, floor, (0.24, 0.44))
    _paint_window(easel, window, weather, outside)
    _paint_lamp(easel, -side)
    _paint_shaft(easel, window, floor, side)
    easel.wash(easel.fade((0, floor), (0, easel.height), [(wall.lit(0.62), 1.0), (wall.lit(0.5), 1.0)]), floor)
    easel.wash(easel.fill(wall.lit(1.06)), floor - unit * 0.022, floor)


def _window_box(easel: Easel, side: int, floor: float) -> skia.Rect:
    upright = easel.height > easel.width
    width = easel.unit * (0.56 if not upright else 0.5)
    height = width * (1.0 if not upright else 1.25)
    middle = (
        easel.width * (0.5 + side * (0.24 if not upright else 0.2))
        + easel.shot_dice("pan").uniform(-0.04, 0.04) * easel.width
    )
    top = min(easel.height * (0.1 if not upright else 0.12), max(0.03 * easel.height, floor - height * 1.12))
    return skia.Rect(middle - width / 2, top, middle + width / 2, top + height)


def _paint_wall(easel: Easel, setting: Setting, wall: Colour, floor: float) -> None:
    unit = easel.unit
    if setting in _TILES:
        size = unit * 0.062
        grout = easel.line(wall.lit(1.07), unit * 0.0022, 0.75)
        top = floor - size * 7
        for row in range(8):
            y = top + row * size
            easel.canvas.drawLine(0, y, easel.width, y, grout)
            offset = size / 2 if row % 2 else 0.0
            for column in range(int(easel.width / size) + 2):
                if row < 7:
                    easel.canvas.drawLine(column * size - offset, y, column * size - offset, y + size, grout)
        return
    stripe = unit * 0.075
    for index in range(int(easel.width / stripe) + 1):
        easel.canvas.drawRect(
            skia.Rect(index * stripe, 0, index * stripe + stripe / 2, floor), easel.fill(wall.lit(1.05), 0.35)
        )


def _paint_window(easel: Easel, box: skia.Rect, weather: Weather | None, outside: SceneColours) -> None:
    mood, unit = easel.mood, easel.unit
    frame = mood.lit(WHITE.mix(_WOOD, 0.25)) if not mood.dim else mood.lit(_WOOD)
    edge = unit * 0.017
    easel.canvas.drawRect(box.makeOutset(edge * 1.7, edge * 1.7), easel.fill(mood.shadow, 0.12))
    easel.canvas.drawRect(box.makeOutset(edge, edge), easel.fill(frame))
    easel.canvas.save()
    easel.canvas.clipRect(box, skia.ClipOp.kIntersect, True)
    with easel.moved(box.left(), box.top()):
        view = replace(easel, width=box.width(), height=box.height(), mood=outside)
        paint_land(view, Setting.SNOW if weather is Weather.SNOWFALL else Setting.MEADOW, box.height() * 0.62, weather)
        paint_fall(view, weather)
        view.wash(view.fill(WHITE, 0.1))
    easel.canvas.restore()
    bar = easel.fill(frame)
    middle, cross = box.centerX(), box.top() + box.height() * 0.42
    easel.canvas.drawRect(skia.Rect(middle - edge * 0.35, box.top(), middle + edge * 0.35, box.bottom()), bar)
    easel.canvas.drawRect(skia.Rect(box.left(), cross - edge * 0.35, box.right(), cross + edge * 0.35), bar)
    sill = skia.Rect(
        box.left() - edge * 2.4, box.bottom() + edge * 0.6, box.right() + edge * 2.4, box.bottom() + edge * 2
    )
    easel.canvas.drawRect(sill, easel.fill(frame.lit(1.03)))
    easel.canvas.drawRect(
        skia.Rect(sill.left(), sill.bottom(), sill.right(), sill.bottom() + edge * 0.7), easel.fill(mood.shadow, 0.18)
    )
    _paint_plant(
        easel, (box.right() - edge * 5 if box.centerX() > easel.width / 2 else box.left() + edge * 5), sill.top()
    )


def _paint_plant(easel: Easel, x: float, y: float) -> None:
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice("plant")
    leaf = mood.lit(lch(0.6, 0.13, 140))
    for index in range(7):
        paint_leaf(
            easel,
            (x, y - unit * 0.055),
            unit * dice.uniform(0.07, 0.11),
            -62 + index * 21,
            leaf.lit(dice.uniform(0.85, 1.1)),
        )
    pot = skia.Path()
    pot.addPoly(
        [
            skia.Point(round(px, 1), round(py, 1))
            for px, py in (
                (x - unit * 0.034, y - unit * 0.062),
                (x + unit * 0.034, y - unit * 0.062),
                (x + unit * 0.025, y),
                (x - unit * 0.025, y),
            )
        ],
        True,
    )
    easel.canvas.drawPath(pot, easel.fill(mood.accent.mix(mood.lit(_WOOD), 0.35)))


def _paint_shelves(easel: Easel, setting: Setting, side: int, floor: float, heights: tuple[float, ...]) -> None:
    unit, mood, dice = easel.unit, easel.mood, easel.film_dice("shelves")
    wide = easel.unit * (0.5 if easel.height > easel.width else 0.62)
    middle = easel.width * (0.5 + side * 0.27)
    wood = mood.lit(_WOOD).mix(mood.wall, 0.2)
    for share in heights:
        y = easel.height * share if easel.height <= easel.width else floor * (share + 0.06)
        left, right = middle - wide / 2, middle + wide / 2
        x = left + unit * 0.02
        while x < right - unit * 0.06:
            x += _paint_object(easel, setting, x, y, dice) + unit * dice.choice((0.004, 0.006, 0.012, 0.04))
        easel.canvas.drawRect(skia.Rect(left, y + unit * 0.016, right, y + unit * 0.036), easel.fill(mood.shadow, 0.14))
        easel.canvas.drawRect(skia.Rect(left, y, right, y + unit * 0.018), easel.fill(wood))


def _paint_object(easel: Easel, setting: Setting, x: float, y: float, dice: random.Random) -> float:
    """Paint one thing on a shelf, its left bottom corner at `(x, y)`; return its width."""
    mood = easel.mood
    greyed = (mood.lit(lch(0.5, 0.08, 260)), mood.lit(lch(0.8, 0.06, 80)))
    colour = dice.choice((mood.accent, mood.second, mood.far, mood.ground, *greyed)).mix(mood.wall, 0.34)
    if setting is Setting.LIBRARY or (setting is Setting.ROOM and dice.random() < 0.75):
        return _paint_book(easel, colour, x, y, dice)
    paint = _paint_flask if setting is Setting.LAB else _paint_jar
    return paint(easel, colour, x, y, dice)


def _paint_book(easel: Easel, colour: Colour, x: float, y: float, dice: random.Random) -> float:
    width, height = easel.unit * dice.uniform(0.014, 0.026), easel.unit * dice.uniform(0.075, 0.115)
    band = skia.Rect(x, y - height * 0.82, x + width, y - height * 0.76)
    easel.canvas.drawRect(skia.Rect(x, y - height, x + width, y), easel.fill(colour))
    easel.canvas.drawRect(band, easel.fill(colour.lit(1.2), 0.8))
    return width


def _paint_flask(easel: Easel, colour: Colour, x: float, y: float, dice: random.Random) -> float:
    width, height = easel.unit * 0.05, easel.unit * dice.uniform(0.07, 0.1)
    left, right, shoulder = x + width * 0.38, x + width * 0.62, y - height * 0.6
    outline = ((left, y - height), (right, y - height), (right, shoulder), (x + width, y), (x, y), (left, shoulder))
    glass = skia.Path()
    glass.addPoly([skia.Point(round(px, 1), round(py, 1)) for px, py in outline], True)
    easel.canvas.drawPath(glass, easel.fill(easel.mood.lit(WHITE), 0.45))
    easel.canvas.save()
    easel.canvas.clipRect(skia.Rect(x, y - height * 0.4, x + width, y))
    easel.canvas.drawPath(glass, easel.fill(colour, 0.9))
    easel.canvas.restore()
    return width


def _paint_jar(easel: Easel, colour: Colour, x: float, y: float, dice: random.Random) -> float:
    width, height = easel.unit * dice.uniform(0.045, 0.07), easel.unit * dice.uniform(0.055, 0.09)
    lid = skia.Rect(x + width * 0.1, y - height * 1.12, x + width * 0.9, y - height * 0.94)
    label = skia.Rect(x + width * 0.2, y - height * 0.62, x + width * 0.8, y - height * 0.3)
    easel.canvas.drawRoundRect(skia.Rect(x, y - height, x + width, y), width * 0.16, width * 0.16, easel.fill(colour))
    easel.canvas.drawRect(lid, easel.fill(colour.lit(0.74)))
    easel.canvas.drawRect(label, easel.fill(easel.mood.lit(WHITE), 0.55))
    return width


def _paint_lamp(easel: Easel, side: int) -> None:
    mood, unit = easel.mood, easel.unit
    x, drop = easel.width * (0.5 + side * 0.02), unit * 0.13
    easel.canvas.drawLine(x, 0, x, drop, easel.line(mood.shadow, unit * 0.004, 0.8))
    shade = skia.Path()
    shade.moveTo(x - unit * 0.02, drop - unit * 0.02)
    shade.quadTo(x - unit * 0.085, drop, x - unit * 0.09, drop + unit * 0.055)
    shade.lineTo(x + unit * 0.09, drop + unit * 0.055)
    shade.quadTo(x + unit * 0.085, drop, x + unit * 0.02, drop - unit * 0.02)
    shade.close()
    easel.oval((x, drop + unit * 0.055), unit * 0.03, unit * 0.02, easel.fill(_LAMPLIGHT))
    easel.canvas.drawPath(shade, easel.fill(mood.second.mix(mood.shadow, 0.15)))
    easel.glow((x, drop + unit * 0.07), unit * (0.95 if mood.dim else 0.4), _LAMPLIGHT, 0.5 if mood.dim else 0.16)


def _paint_shaft(easel: Easel, window: skia.Rect, floor: float, side: int) -> None:
    """Let the window's light fall into the room."""
    mood, unit = easel.mood, easel.unit
    reach = -side * unit * 0.75
    path = skia.Path()
    path.addPoly(
        [
            skia.Point(round(px, 1), round(py, 1))
            for px, py in (
                (window.left(), window.top()),
                (window.right(), window.top()),
                (window.right() + reach, easel.height),
                (window.left() + reach, easel.height),
            )
        ],
        True,
    )
    strength = 0.2 if not mood.dim else 0.06
    paint = easel.fade(
        (window.centerX(), window.top()),
        (window.centerX() + reach, easel.height),
        [(mood.sun, strength), (mood.sun, 0.0)],
        blend=skia.BlendMode.kScreen,
    )
    with easel.blurred(unit * 0.012):
        easel.canvas.drawPath(path, paint)


def paint_table(easel: Easel, top: float, *, outdoors: bool = False) -> None:
    """Paint a table top across the picture, its far edge at `top`."""
    mood, unit, dice = easel.mood, easel.unit, easel.film_dice("table")
    wood = mood.lit(_WOOD if not outdoors else lch(0.66, 0.06, 70))
    easel.wash(
        easel.fade((0, top - unit * 0.05), (0, top), [(mood.shadow, 0.0), (mood.shadow, 0.22)]), top - unit * 0.05, top
    )
    easel.wash(
        easel.fade(
            (0, top),
            (0, easel.height),
            [(wood.lit(1.16).mix(mood.sun, 0.14), 1.0), (wood, 1.0), (wood.lit(0.78), 1.0)],
            (0, 0.4, 1),
        ),
        top,
    )
    easel.wash(easel.fill(wood.lit(1.3), 0.8), top, top + unit * 0.004)
    depth = easel.height - top
    for index in range(4):
        y = top + depth * (0.1 + 0.3 * index + 0.04 * index * index)
        easel.canvas.drawLine(0, y, easel.width, y, easel.line(wood.lit(0.66), unit * 0.0022 * (1 + 0.5 * index), 0.55))
    for _ in range(46):
        x, y = dice.random() * easel.width, top + depth * (0.03 + 0.97 * dice.random())
        half = unit * dice.uniform(0.03, 0.16)
        path = skia.Path()
        path.moveTo(x - half, y)
        path.quadTo(x, y + dice.uniform(-0.004, 0.004) * unit, x + half, y)
        easel.canvas.drawPath(path, easel.line(wood.lit(0.8), unit * 0.0016, 0.35))


def paint_boards(easel: Easel, floor: float) -> None:
    """Paint floorboards and a rug, for things that stand on the floor."""
    mood, unit = easel.mood, easel.unit
    wood = mood.lit(_WOOD)
    easel.wash(
        easel.fade(
            (0, floor), (0, easel.height), [(wood.lit(0.84), 1.0), (wood, 1.0), (wood.lit(0.86), 1.0)], (0, 0.5, 1)
        ),
        floor,
    )
    for index in range(-12, 13):
        x = easel.width * 0.5 + index * unit * 0.13
        far = easel.width * 0.5 + index * unit * 0.085
        easel.canvas.drawLine(
            far, floor, x * 1.0 + index * unit * 0.05, easel.height, easel.line(wood.lit(0.7), unit * 0.002, 0.5)
        )
    middle = floor + (easel.height - floor) * 0.58
    for share, colour in (
        (1.0, mood.second.mix(wood, 0.25)),
        (0.86, mood.wall.mix(mood.second, 0.3)),
        (0.8, mood.second.mix(wood, 0.25)),
    ):
        easel.oval(
            (easel.width * 0.5, middle), unit * 0.62 * share, (easel.height - floor) * 0.3 * share, easel.fill(colour)
        )
