"""Sky, sun and moon, stars, clouds, and what falls from them."""

from __future__ import annotations

import math
import random

import skia

from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel, Point
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.settings import Body, Weather

_STARS = 190
_MOON_HEIGHT = 0.66
"""Over the horizon, as a share of the sky."""
_MOONLIGHT = lch(0.96, 0.03, 100)
_SEEN_GROWTH = 1.35
"""How much larger sun, moon and stars are drawn if they have to be seen."""
_RAINDROPS = 260
_SNOWFLAKES = 240


def sun_place(easel: Easel, horizon: float) -> Point:
    """Where the sun or the moon stands: on the same side in all shots of a film, the camera turning a little.

    One that has to be seen stands where no thing is.
    """
    across = easel.film_dice("sun").choice((0.24, 0.76)) + easel.shot_dice("pan").uniform(-0.07, 0.07)
    y = horizon * (1 - (easel.mood.sun_height if not _is_moon(easel) else _MOON_HEIGHT) * 0.92)
    if easel.bodies:
        free = (share for share in (across, 1 - across, 0.5, 0.1, 0.9) if _is_free(easel, easel.width * share, y))
        across = next(free, across)
    return easel.width * across, y


def _is_moon(easel: Easel) -> bool:
    """Whether what stands in the sky is the moon."""
    return easel.mood.night or (Body.MOON in easel.bodies and Body.SUN not in easel.bodies)


def _is_free(easel: Easel, x: float, y: float) -> bool:
    room = easel.unit * 0.09
    return not any(
        left - room < x < right + room and top - room < y < bottom + room for left, top, right, bottom in easel.taken
    )


def paint_sky(easel: Easel, horizon: float, weather: Weather | None) -> None:
    """Paint everything above `horizon`, and its light a little below."""
    mood = easel.mood
    zenith, middle, low = mood.sky
    if weather in (Weather.RAIN, Weather.SNOWFALL, Weather.MIST):
        zenith, middle = zenith.mix(mood.haze, 0.45), middle.mix(mood.haze, 0.35)
    if weather is Weather.RAIN:
        grey = lch(0.66, 0.025, 250).lit(mood.exposure)
        zenith, middle, low = zenith.mix(grey.lit(0.82), 0.8), middle.mix(grey, 0.8), low.mix(grey.lit(1.15), 0.7)
    stops = [(zenith, 1.0), (middle, 1.0), (low, 1.0)]
    easel.wash(easel.fade((0, 0), (0, horizon * 1.04), stops, (0.0, 0.56, 1.0)))
    if mood.night:
        _paint_stars(easel, horizon)
    sun = sun_place(easel, horizon)
    has_to_be_seen = bool(easel.bodies & {Body.SUN, Body.MOON})
    if weather is not Weather.RAIN and not has_to_be_seen:
        paint_sun(easel, sun)
    _paint_clouds(easel, horizon, sun, heavy=weather in (Weather.RAIN, Weather.SNOWFALL))
    if has_to_be_seen:
        paint_sun(easel, sun)
    if not mood.dim and weather is None:
        _paint_birds(easel, horizon)
    if weather is Weather.RAINBOW:
        _paint_rainbow(easel, horizon)


def _paint_stars(easel: Easel, horizon: float) -> None:
    dice = easel.film_dice("stars")
    growth = _SEEN_GROWTH if Body.STARS in easel.bodies else 1.0
    for _ in range(round(_STARS * growth**2)):
        x, y = dice.random() * easel.width, dice.random() ** 1.3 * horizon * 0.94
        size = easel.unit * 0.0011 * growth * (0.6 + 1.8 * dice.random() ** 3)
        easel.canvas.drawCircle(x, y, size, easel.fill(WHITE, (0.35 + 0.6 * dice.random()) * (1 - 0.7 * y / horizon)))


def paint_sun(easel: Easel, place: Point) -> None:
    """Paint the sun, or at night the moon; larger where it has to be seen."""
    mood, unit = easel.mood, easel.unit
    is_moon = _is_moon(easel)
    colour = _MOONLIGHT if is_moon else mood.sun
    easel.glow(place, unit * (0.7 if is_moon else 0.95), colour, 0.3 if is_moon else 0.5)
    easel.glow(place, unit * 0.26, colour, 0.55)
    radius = unit * (0.052 if is_moon or mood.sun_height > 0.5 else 0.07) * (_SEEN_GROWTH if easel.bodies else 1.0)
    easel.canvas.drawCircle(*place, radius, easel.fill(colour))
    if is_moon:
        for dx, dy, share in ((-0.3, -0.2, 0.24), (0.25, 0.3, 0.18), (0.15, -0.42, 0.12)):
            easel.canvas.drawCircle(
                place[0] + dx * radius, place[1] + dy * radius, share * radius, easel.fill(mood.sky[2], 0.28)
            )


def _paint_birds(easel: Easel, horizon: float) -> None:
    """Paint a few birds far away."""
    dice, unit = easel.shot_dice("birds"), easel.unit
    x, y = easel.width * dice.uniform(0.15, 0.85), horizon * dice.uniform(0.35, 0.7)
    for _ in range(dice.choice((0, 3, 4, 5))):
        bx, by, span = (
            x + unit * dice.uniform(-0.12, 0.12),
            y + unit * dice.uniform(-0.05, 0.05),
            unit * dice.uniform(0.009, 0.016),
        )
        path = skia.Path()
        path.moveTo(bx - span, by - span * 0.35)
        path.quadTo(bx - span * 0.45, by - span * 0.75, bx, by)
        path.quadTo(bx + span * 0.45, by - span * 0.75, bx + span, by - span * 0.35)
        easel.canvas.drawPath(path, easel.line(easel.mood.shadow, unit * 0.0026, 0.6))


def _paint_clouds(easel: Easel, horizon: float, sun: Point, *, heavy: bool) -> None:
    dice, drift = easel.film_dice("clouds"), easel.shot_dice("pan").uniform(-0.2, 0.2)
    count = dice.choice((3, 4)) + (3 if heavy else 0) - (2 if easel.bodies and not heavy else 0)
    for index in range(count):
        across = (index + 0.2 + 0.6 * dice.random()) / count + drift * 0.5
        base = horizon * (0.2 + 0.5 * dice.random())
        width = easel.unit * (0.22 + 0.3 * dice.random()) * (1.5 if heavy else 1.0) * (0.6 + 0.5 * (1 - base / horizon))
        _paint_cloud(easel, dice.getrandbits(32), (across * easel.width, base), width, sun)


def _paint_cloud(easel: Easel, shape: int, base: Point, width: float, sun: Point) -> None:
    """Paint one heap: round tops lit from the sun's side, a flat foot that melts into the sky."""
    dice = random.Random(shape)
    x, y = base
    mood = easel.mood
    bright = mood.sky[2].mix(WHITE, 0.62 if not mood.dim else 0.12)
    shade = mood.sky[1].mix(mood.sky[2], 0.55).mix(WHITE, 0.16 if not mood.dim else 0.0)
    height = width * 0.42
    puffs: list[tuple[float, float, float]] = []
    for index in range(7):
        along = (index + 0.5) / 7 - 0.5
        bulge = math.cos(along * math.pi) ** 0.8
        radius = width * (0.085 + 0.085 * bulge) * dice.uniform(0.85, 1.2)
        puffs.append((x + along * width * 0.86, y - height * 0.52 * bulge * dice.uniform(0.55, 1.0), radius))
    side = 1 if sun[0] > x else -1
    for colour, lift, alpha in ((shade, 0.0, 0.92), (bright, 0.22, 0.9)):
        path = skia.Path()
        for px, py, radius in puffs:
            path.addCircle(px + side * lift * radius * 0.6, py - lift * radius * 0.75, radius * (1 - 0.12 * (lift > 0)))
        path.addRect(skia.Rect(x - width * 0.34, y - height * 0.3, x + width * 0.34, y + height * 0.1))
        top, foot = y - height, y + height * 0.12
        paint = easel.fade((0, top), (0, foot), [(colour, alpha), (colour, alpha * 0.9), (colour, 0.0)], (0, 0.55, 1))
        easel.canvas.save()
        easel.canvas.clipRect(skia.Rect(0, 0, easel.width, foot))
        easel.canvas.drawPath(path, paint)
        easel.canvas.restore()


def _paint_rainbow(easel: Easel, horizon: float) -> None:
    radius = easel.unit * 0.72
    centre = (easel.width * (0.5 + easel.film_dice("rainbow").uniform(-0.12, 0.12)), horizon * 1.08)
    hues = ((0.62, 25), (0.74, 60), (0.88, 100), (0.78, 145), (0.65, 250), (0.52, 300))
    for index, (lightness, hue) in enumerate(hues):
        paint = easel.line(lch(lightness, 0.16, hue), easel.unit * 0.017, 0.34)
        easel.canvas.drawCircle(*centre, radius - index * easel.unit * 0.016, paint)


def paint_mist(easel: Easel, horizon: float) -> None:
    """Paint banks of mist over the far ground, soft on all sides."""
    dice, haze = easel.film_dice("mist"), easel.mood.haze.mix(WHITE, 0.15)
    for _ in range(8):
        half = easel.unit * dice.uniform(0.45, 1.0)
        height = horizon + (easel.height - horizon) * dice.uniform(-0.35, 0.5)
        with easel.moved(dice.random() * easel.width, height):
            easel.canvas.scale(1, 0.16)
            paint = easel.radiance((0, 0), half, [(haze, 0.38), (haze, 0.2), (haze, 0.0)], (0, 0.5, 1))
            easel.canvas.drawCircle(0, 0, half, paint)


def paint_fall(easel: Easel, weather: Weather | None) -> None:
    """Paint rain or snow in the air, over everything."""
    dice = easel.shot_dice("fall")
    if weather is Weather.RAIN:
        for _ in range(_RAINDROPS):
            x, y, depth = dice.uniform(-0.1, 1.1) * easel.width, dice.random() * easel.height, dice.random()
            length = easel.unit * (0.02 + 0.035 * depth)
            paint = easel.line(Colour(0.96, -0.01, -0.02), easel.unit * (0.0012 + 0.0016 * depth), 0.16 + 0.2 * depth)
            easel.canvas.drawLine(x, y, x - length * 0.22, y + length, paint)
    if weather is Weather.SNOWFALL:
        for _ in range(_SNOWFLAKES):
            x, y, depth = dice.random() * easel.width, dice.random() * easel.height, dice.random() ** 2.2
            radius = easel.unit * (0.0018 + 0.0075 * depth)
            paint = easel.radiance((x, y), radius, [(WHITE, 0.85), (WHITE, 0.6), (WHITE, 0.0)], (0, 0.5, 1))
            easel.canvas.drawCircle(x, y, radius, paint)
