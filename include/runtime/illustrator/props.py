"""Draws things where the composition put them, in the scene's light and air, with their shadows."""

from __future__ import annotations

import math
from dataclasses import replace

import skia

from include.runtime.illustrator.cast import glows, is_stemless
from include.runtime.illustrator.colours import Colour, lch
from include.runtime.illustrator.easel import Easel
from include.runtime.illustrator.mood import WHITE
from include.runtime.illustrator.pictograms import Sprite
from include.runtime.illustrator.places import STEM_SHARE, Hold, ThingPlacement
from include.runtime.illustrator.scenery.growth import paint_leaf
from include.runtime.illustrator.scenery.water import paint_waterline

_SAMPLING = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
_SUNK_SHARE = 0.13
"""Share of a thing in the water that is under the surface."""
_RIM_STEPS = 20
"""How often a sticker is printed in white around itself to get its rim."""
_LAMPLIGHT = lch(0.88, 0.12, 75)


def paint_thing(easel: Easel, sprite: Sprite, place: ThingPlacement, *, light_from: float, haze: Colour | None) -> None:
    """Draw one thing. The light stands `light_from` pixels from the left; far things fade into `haze`."""
    if place.hold in (Hold.GROUND, Hold.TABLE):
        _paint_shadow(easel, sprite, place, light_from)
    if easel.mood.dim and glows(place.thing):
        easel.glow((place.x, place.foot - place.height * 0.4), place.height * 1.25, _LAMPLIGHT, 0.5 * place.depth)
    if place.hold is Hold.AIR and place.lead:
        _paint_halo(easel, place)
    if place.hold is Hold.WATER:
        _paint_reflection(easel, sprite, place)
    if place.hold is Hold.GROUND and is_stemless(place.thing):
        head = place.height * (1 - STEM_SHARE)
        _paint_stem(easel, place)
        place = replace(
            place,
            foot=place.foot - place.height + head,
            height=head,
            width=head * sprite.ratio,
            hold=Hold.AIR,
            lead=False,
        )
    _paint_lit(easel, sprite, place, light_from, haze)
    if easel.mood.dim and glows(place.thing):
        easel.glow((place.x, place.foot - place.height * 0.4), place.height * 0.62, _LAMPLIGHT, 0.62 * place.depth)
    if place.hold is Hold.WATER:
        paint_waterline(easel, place.x, place.foot - place.height * _SUNK_SHARE, place.width)


def _paint_stem(easel: Easel, place: ThingPlacement) -> None:
    """Give a flower its stem and two leaves."""
    mood = easel.mood
    green = mood.lit(lch(0.55, 0.13, 138)).mix(mood.haze, max(0.0, min(0.6, (0.8 - place.depth) * 0.8)))
    middle, size = place.foot - place.height * 0.55, place.height
    easel.canvas.drawLine(place.x, place.foot, place.x, middle, easel.line(green, size * 0.045))
    for turn in (-58, 52):
        paint_leaf(easel, (place.x, place.foot - size * 0.06), size * 0.3, turn, green.lit(1.06))


def _target(place: ThingPlacement) -> skia.Rect:
    left, top, right, bottom = place.box
    return skia.Rect(left, top, right, bottom)


def _mirror(easel: Easel, place: ThingPlacement) -> None:
    if place.mirrored:
        easel.canvas.translate(2 * place.x, 0)
        easel.canvas.scale(-1, 1)


def _tinted(easel: Easel, place: ThingPlacement, haze: Colour | None) -> skia.ColorFilter:
    """The emoji set's colours under the scene's light, paled by the air in between."""
    red, green, blue = easel.mood.multiplier
    most = 0.66 if place.copy else 0.3
    fade = 0.0 if haze is None else max(0.0, min(most, (0.8 - place.depth) * 0.8))
    hr, hg, hb = haze.rgb if haze is not None else (0.0, 0.0, 0.0)
    keep = 1 - fade
    return skia.ColorFilters.Matrix([
        red * keep, 0, 0, 0, hr * fade,
        0, green * keep, 0, 0, hg * fade,
        0, 0, blue * keep, 0, hb * fade,
        0, 0, 0, 1, 0,
    ])  # fmt: skip


def _paint_lit(easel: Easel, sprite: Sprite, place: ThingPlacement, light_from: float, haze: Colour | None) -> None:
    """Draw the picture, then light on the side of the sun and shade on the other, on the picture only."""
    mood, box = easel.mood, _target(place)
    bounds = box.makeOutset(4, 4)
    easel.canvas.saveLayer(bounds)
    easel.canvas.save()
    _mirror(easel, place)
    easel.canvas.drawImageRect(sprite.image, box, _SAMPLING, skia.Paint(ColorFilter=_tinted(easel, place, haze)))
    easel.canvas.restore()
    side = 1 if light_from >= place.x else -1
    bright = (place.x + side * place.width * 0.55, box.top())
    dark = (place.x - side * place.width * 0.4, box.bottom())
    near = min(1.0, 0.35 + 0.65 * place.depth)
    stops = [(mood.sun, 0.30 * near), (mood.sun, 0.0), (mood.shadow, 0.0), (mood.shadow, 0.34 * near)]
    easel.canvas.drawRect(bounds, easel.fade(bright, dark, stops, (0.0, 0.42, 0.5, 1.0), skia.BlendMode.kSrcATop))
    if place.hold is Hold.GROUND and place.depth > 0.3:
        foot = easel.fade(
            (0, box.bottom() - place.height * 0.22),
            (0, box.bottom()),
            [(mood.shadow, 0.0), (mood.shadow, 0.26)],
            blend=skia.BlendMode.kSrcATop,
        )
        easel.canvas.drawRect(
            skia.Rect(bounds.left(), box.bottom() - place.height * 0.22, bounds.right(), bounds.bottom()), foot
        )
    easel.canvas.restore()


def _paint_shadow(easel: Easel, sprite: Sprite, place: ThingPlacement, light_from: float) -> None:
    """Cast the thing's own outline on the ground, away from the light, and a dark line where it stands."""
    mood, sharp = easel.mood, max(0.25, place.depth)
    lean = max(-0.9, min(0.9, (place.x - light_from) / easel.unit * 1.1))
    length = 0.2 + 0.16 * (1 - mood.sun_height)
    red, green, blue = mood.shadow.rgb
    strength = 0.34 * sharp
    flat = skia.ColorFilters.Matrix([0, 0, 0, 0, red, 0, 0, 0, 0, green, 0, 0, 0, 0, blue, 0, 0, 0, strength, 0])
    paint = skia.Paint(ColorFilter=flat)
    sigma = place.height * 0.012
    paint.setImageFilter(skia.ImageFilters.Blur(sigma, sigma))
    foot = place.foot - place.height * 0.025
    easel.canvas.save()
    easel.canvas.translate(place.x, foot)
    easel.canvas.concat(skia.Matrix.MakeAll(1, -lean * length, 0, 0, -length * 0.8, 0, 0, 0, 1))
    easel.canvas.translate(-place.x, -place.foot)
    _mirror(easel, place)
    easel.canvas.drawImageRect(sprite.image, _target(place), _SAMPLING, paint)
    easel.canvas.restore()
    half = place.width * 0.42
    with easel.moved(place.x, place.foot - place.height * 0.012):
        easel.canvas.scale(1, 0.13)
        easel.canvas.drawCircle(
            0,
            0,
            half,
            easel.radiance(
                (0, 0),
                half,
                [(mood.shadow, 0.46 * sharp), (mood.shadow, 0.26 * sharp), (mood.shadow, 0.0)],
                (0, 0.55, 1),
            ),
        )


def _paint_reflection(easel: Easel, sprite: Sprite, place: ThingPlacement) -> None:
    """Mirror a thing in the water below it, broken and faint."""
    line = place.foot - place.height * _SUNK_SHARE
    easel.canvas.save()
    easel.canvas.clipRect(skia.Rect(0, line, easel.width, line + place.height * 0.5))
    easel.canvas.translate(0, 2 * line - place.height * 0.06)
    easel.canvas.scale(1, -1)
    _mirror(easel, place)
    paint = skia.Paint(Alpha=66, ColorFilter=_tinted(easel, place, None))
    sigma = place.height * 0.012
    paint.setImageFilter(skia.ImageFilters.Blur(sigma * 1.6, sigma))
    easel.canvas.drawImageRect(sprite.image, _target(place), _SAMPLING, paint)
    easel.canvas.restore()


def _paint_halo(easel: Easel, place: ThingPlacement) -> None:
    """Set a flying thing off from what is behind it."""
    light = easel.mood.sky[2].mix(WHITE, 0.3)
    easel.glow(
        (place.x, place.foot - place.height / 2),
        max(place.width, place.height) * 0.95,
        light,
        0.3 if not easel.mood.dim else 0.22,
    )


def paint_sticker(easel: Easel, sprite: Sprite, place: ThingPlacement, degrees: float) -> None:
    """Draw one thing as a sticker: a white edge all around, a shadow, slightly turned."""
    unit, mood = easel.unit, easel.mood
    edge = unit * 0.0105
    centre_y = place.foot - place.height / 2
    with easel.moved(place.x, centre_y, degrees=degrees):
        box = skia.Rect(-place.width / 2, -place.height / 2, place.width / 2, place.height / 2)
        rim = WHITE.mix(mood.tint, mood.tint_share * 0.4).lit(0.62 + 0.38 * mood.exposure)
        red, green, blue = rim.rgb
        white = skia.ColorFilters.Matrix([0, 0, 0, 0, red, 0, 0, 0, 0, green, 0, 0, 0, 0, blue, 0, 0, 0, 4, 0])
        shadow = skia.ImageFilters.DropShadow(
            unit * 0.003, unit * 0.008, unit * 0.008, unit * 0.008, mood.shadow.skia(0.42)
        )
        easel.canvas.saveLayer(box.makeOutset(edge * 4, edge * 4), skia.Paint(ImageFilter=shadow))
        for step in range(_RIM_STEPS):
            angle = step / _RIM_STEPS * math.tau
            shifted = box.makeOffset(round(math.cos(angle) * edge, 2), round(math.sin(angle) * edge, 2))
            easel.canvas.drawImageRect(sprite.image, shifted, _SAMPLING, skia.Paint(ColorFilter=white))
        easel.canvas.restore()
        easel.canvas.drawImageRect(sprite.image, box, _SAMPLING, skia.Paint(ColorFilter=_tinted(easel, place, None)))
