"""Palette and light of a look as colours: every painter takes its colours from here, so scenes belong together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from include.contract.look import Light, Palette
from include.runtime.illustrator.colours import Colour, lch

WHITE = Colour(1.0, 0.0, 0.0)
BLACK = Colour(0.0, 0.0, 0.0)
LAMPLIGHT = lch(0.9, 0.12, 85)
"""Of windows and street lamps."""


@dataclass(frozen=True)
class _Dyes:
    """The colours of a palette's things in white light."""

    ground: Colour
    far: Colour
    accent: Colour
    second: Colour
    wall: Colour
    water: Colour


@dataclass(frozen=True)
class _Key:
    """What a time of day does to the sky and to everything under it."""

    sky: tuple[Colour, Colour, Colour]
    """From the zenith to the horizon."""
    sun: Colour
    sun_height: float
    """Over the horizon, as a share of the sky."""
    tint: Colour
    tint_share: float
    exposure: float
    shadow: Colour


_DYES = {
    Palette.MEADOW: _Dyes(
        lch(0.68, 0.15, 128),
        lch(0.66, 0.08, 160),
        lch(0.84, 0.16, 88),
        lch(0.66, 0.2, 25),
        lch(0.91, 0.05, 100),
        lch(0.66, 0.09, 225),
    ),
    Palette.SEA: _Dyes(
        lch(0.70, 0.11, 155),
        lch(0.64, 0.08, 215),
        lch(0.76, 0.15, 40),
        lch(0.88, 0.1, 95),
        lch(0.89, 0.045, 215),
        lch(0.62, 0.11, 225),
    ),
    Palette.DESERT: _Dyes(
        lch(0.76, 0.11, 72),
        lch(0.66, 0.1, 45),
        lch(0.63, 0.16, 35),
        lch(0.68, 0.09, 195),
        lch(0.90, 0.055, 70),
        lch(0.68, 0.09, 200),
    ),
    Palette.FOREST: _Dyes(
        lch(0.56, 0.12, 140),
        lch(0.6, 0.06, 175),
        lch(0.78, 0.15, 72),
        lch(0.62, 0.18, 32),
        lch(0.85, 0.05, 120),
        lch(0.58, 0.08, 200),
    ),
    Palette.BLOSSOM: _Dyes(
        lch(0.76, 0.11, 138),
        lch(0.74, 0.09, 345),
        lch(0.80, 0.13, 355),
        lch(0.9, 0.1, 95),
        lch(0.92, 0.04, 355),
        lch(0.72, 0.08, 235),
    ),
    Palette.SLATE: _Dyes(
        lch(0.60, 0.045, 190),
        lch(0.64, 0.04, 250),
        lch(0.8, 0.13, 78),
        lch(0.62, 0.1, 250),
        lch(0.87, 0.018, 240),
        lch(0.58, 0.06, 235),
    ),
    Palette.BERRY: _Dyes(
        lch(0.57, 0.11, 315),
        lch(0.6, 0.1, 295),
        lch(0.72, 0.19, 0),
        lch(0.85, 0.13, 85),
        lch(0.86, 0.05, 330),
        lch(0.56, 0.1, 270),
    ),
    Palette.CITRUS: _Dyes(
        lch(0.78, 0.16, 118),
        lch(0.76, 0.11, 105),
        lch(0.8, 0.17, 65),
        lch(0.7, 0.19, 42),
        lch(0.93, 0.075, 98),
        lch(0.7, 0.09, 205),
    ),
}

_KEYS = {
    Light.DAWN: _Key(
        (lch(0.66, 0.075, 275), lch(0.83, 0.07, 5), lch(0.93, 0.08, 75)),
        lch(0.98, 0.06, 90),
        0.22,
        lch(0.82, 0.09, 35),
        0.16,
        0.93,
        lch(0.34, 0.08, 290),
    ),
    Light.DAY: _Key(
        (lch(0.66, 0.125, 245), lch(0.79, 0.09, 232), lch(0.94, 0.04, 205)),
        lch(0.99, 0.05, 95),
        0.66,
        lch(0.95, 0.05, 100),
        0.05,
        1.0,
        lch(0.34, 0.07, 262),
    ),
    Light.GOLDEN: _Key(
        (lch(0.69, 0.08, 250), lch(0.84, 0.07, 65), lch(0.90, 0.13, 78)),
        lch(0.97, 0.1, 88),
        0.26,
        lch(0.8, 0.14, 62),
        0.22,
        0.96,
        lch(0.33, 0.08, 330),
    ),
    Light.DUSK: _Key(
        (lch(0.36, 0.1, 278), lch(0.56, 0.12, 325), lch(0.8, 0.14, 48)),
        lch(0.92, 0.12, 62),
        0.10,
        lch(0.45, 0.12, 310),
        0.34,
        0.72,
        lch(0.22, 0.08, 285),
    ),
    Light.NIGHT: _Key(
        (lch(0.20, 0.065, 270), lch(0.30, 0.08, 262), lch(0.45, 0.075, 240)),
        lch(0.96, 0.03, 100),
        0.66,
        lch(0.3, 0.09, 265),
        0.52,
        0.56,
        lch(0.13, 0.05, 270),
    ),
}


@dataclass(frozen=True)
class SceneColours:
    """The colours of one scene."""

    sky: tuple[Colour, Colour, Colour]
    sun: Colour
    sun_height: float
    shadow: Colour
    tint: Colour
    tint_share: float
    exposure: float
    ground: Colour
    far: Colour
    accent: Colour
    second: Colour
    wall: Colour
    water: Colour
    night: bool
    dim: bool
    """Whether lamps are lit."""
    snowy: bool = False
    """Whether snow lies on the ground."""

    @property
    def haze(self) -> Colour:
        """Colour that far things fade into."""
        return self.sky[2].mix(self.sky[1], 0.35)

    def lit(self, colour: Colour) -> Colour:
        """Return `colour`, given as in white light, as this light shows it."""
        return colour.lit(self.exposure).mix(self.tint, self.tint_share)

    @property
    def multiplier(self) -> tuple[float, float, float]:
        """What the light leaves of red, green and blue: for pictures with colours of their own."""
        share = 0.4 * self.tint_share
        white = WHITE.mix(self.tint, share).lit(0.58 + 0.42 * self.exposure)
        red, green, blue = white.rgb
        return red, green, blue


_LAMP = _Key(
    (lch(0.36, 0.07, 60), lch(0.5, 0.08, 62), lch(0.66, 0.09, 70)),
    lch(0.93, 0.1, 82),
    0.5,
    lch(0.68, 0.11, 62),
    0.26,
    0.8,
    lch(0.2, 0.055, 330),
)
"""What a lamp does to a room in the evening."""


def indoors(palette: Palette, light: Light) -> SceneColours:
    """Colours inside a room: lamps are lit when it is dark outside."""
    if light not in (Light.DUSK, Light.NIGHT):
        return mood_of(palette, light)
    return replace(_mood(_DYES[palette], _LAMP), dim=True)


def mood_of(palette: Palette, light: Light) -> SceneColours:
    """Colours of one palette in one light."""
    dim = light in (Light.DUSK, Light.NIGHT)
    return replace(_mood(_DYES[palette], _KEYS[light]), night=light is Light.NIGHT, dim=dim)


def _mood(dyes: _Dyes, key: _Key) -> SceneColours:
    air = dyes.far.mix(dyes.wall, 0.4)
    sky = tuple(colour.mix(Colour(colour.lightness, air.a, air.b), 0.22) for colour in key.sky)

    def lit(colour: Colour) -> Colour:
        return colour.lit(key.exposure).mix(key.tint, key.tint_share)

    return SceneColours(
        sky=(sky[0], sky[1], sky[2]),
        sun=key.sun,
        sun_height=key.sun_height,
        shadow=key.shadow,
        tint=key.tint,
        tint_share=key.tint_share,
        exposure=key.exposure,
        ground=lit(dyes.ground),
        far=lit(dyes.far),
        accent=lit(dyes.accent),
        second=lit(dyes.second),
        wall=lit(dyes.wall),
        water=lit(dyes.water),
        night=False,
        dim=False,
    )


def plain_colour(palette: Palette, light: Light) -> tuple[int, int, int]:
    """Red, green and blue of 0 to 255 behind a picture that does not fill its frame: what far things fade into."""
    red, green, blue = (round(255 * share) for share in mood_of(palette, light).haze.rgb)
    return red, green, blue
