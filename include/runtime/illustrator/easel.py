"""The canvas of one picture with its size, its colours and its dice, and the strokes that all painters share."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import skia

from include.runtime.illustrator.colours import Colour
from include.runtime.illustrator.mood import SceneColours
from include.runtime.illustrator.settings import Body

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Stop = tuple[Colour, float]
"""A colour of a gradient, and how opaque it is."""


def dice(seed: int, purpose: str) -> random.Random:
    """Random numbers for one purpose, which nothing drawn elsewhere changes."""
    digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))


@dataclass
class Easel:
    """Where one scene is painted. Lengths are pixels; `unit` is the shorter side."""

    canvas: skia.Canvas
    width: float
    height: float
    mood: SceneColours
    film_seed: int
    """Of the look: the same in all shots of one film."""
    shot_seed: int
    bodies: frozenset[Body] = frozenset()
    """What has to be seen in the sky."""
    taken: Sequence[Box] = ()
    """Where things will be painted."""

    @property
    def unit(self) -> float:
        """The shorter side, by which sizes are measured."""
        return min(self.width, self.height)

    def film_dice(self, purpose: str) -> random.Random:
        """Dice that fall the same way in every shot of a film."""
        return dice(self.film_seed, purpose)

    def shot_dice(self, purpose: str) -> random.Random:
        """Dice of this shot alone."""
        return dice(self.shot_seed, purpose)

    def fill(self, colour: Colour, alpha: float = 1.0) -> skia.Paint:
        """Paint of one colour."""
        return skia.Paint(Color=colour.skia(alpha), AntiAlias=True)

    def line(self, colour: Colour, width: float, alpha: float = 1.0) -> skia.Paint:
        """Paint for lines with round ends."""
        return skia.Paint(
            Color=colour.skia(alpha),
            AntiAlias=True,
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=width,
            StrokeCap=skia.Paint.kRound_Cap,
            StrokeJoin=skia.Paint.kRound_Join,
        )

    def fade(
        self,
        start: Point,
        end: Point,
        stops: Sequence[Stop],
        at: Sequence[float] | None = None,
        blend: skia.BlendMode = skia.BlendMode.kSrcOver,
    ) -> skia.Paint:
        """Paint that changes along a line."""
        shader = skia.GradientShader.MakeLinear(
            [start, end], [colour.skia(alpha) for colour, alpha in stops], list(at) if at else None
        )
        return skia.Paint(Shader=shader, AntiAlias=True, Dither=True, BlendMode=blend)

    def radiance(
        self,
        centre: Point,
        radius: float,
        stops: Sequence[Stop],
        at: Sequence[float] | None = None,
        blend: skia.BlendMode = skia.BlendMode.kSrcOver,
    ) -> skia.Paint:
        """Paint that changes outwards from a point."""
        shader = skia.GradientShader.MakeRadial(
            centre, radius, [colour.skia(alpha) for colour, alpha in stops], list(at) if at else None
        )
        return skia.Paint(Shader=shader, AntiAlias=True, Dither=True, BlendMode=blend)

    def glow(self, centre: Point, radius: float, colour: Colour, alpha: float) -> None:
        """Light around a point, added to what is there."""
        stops = [(colour, alpha), (colour, alpha * 0.5), (colour, alpha * 0.17), (colour, 0.0)]
        paint = self.radiance(centre, radius, stops, (0.0, 0.22, 0.52, 1.0), skia.BlendMode.kScreen)
        self.canvas.drawCircle(*centre, radius, paint)

    def wash(self, paint: skia.Paint, top: float = 0.0, bottom: float | None = None) -> None:
        """Paint the picture's whole width from `top` to `bottom`."""
        self.canvas.drawRect(skia.Rect(0, top, self.width, self.height if bottom is None else bottom), paint)

    def oval(self, centre: Point, half_width: float, half_height: float, paint: skia.Paint) -> None:
        """Paint an ellipse."""
        x, y = centre
        self.canvas.drawOval(skia.Rect(x - half_width, y - half_height, x + half_width, y + half_height), paint)

    @contextmanager
    def blurred(self, sigma: float) -> Iterator[None]:
        """Blur what is painted inside."""
        paint = skia.Paint(ImageFilter=skia.ImageFilters.Blur(sigma, sigma))
        self.canvas.saveLayer(None, paint)
        yield
        self.canvas.restore()

    @contextmanager
    def moved(self, x: float = 0.0, y: float = 0.0, scale: float = 1.0, degrees: float = 0.0) -> Iterator[None]:
        """Shift, then turn and scale what is painted inside."""
        self.canvas.save()
        self.canvas.translate(x, y)
        self.canvas.rotate(degrees)
        self.canvas.scale(scale, scale)
        yield
        self.canvas.restore()


def polygon(points: Sequence[Point], *, closed: bool = True) -> skia.Path:
    """Path through `points`, in hundredths of a pixel, so that no machine's rounding shows."""
    return skia.Path.Polygon([skia.Point(round(x, 2), round(y, 2)) for x, y in points], closed)


def smooth(points: Sequence[Point], *, closed: bool = True) -> skia.Path:
    """Closed or open curve through the midpoints between `points`."""
    path = skia.Path()
    count = len(points)
    middles = [
        (round((x + points[(i + 1) % count][0]) / 2, 2), round((y + points[(i + 1) % count][1]) / 2, 2))
        for i, (x, y) in enumerate(points)
    ]
    if closed:
        path.moveTo(*middles[-1])
        for point, middle in zip(points, middles, strict=True):
            path.quadTo(round(point[0], 2), round(point[1], 2), *middle)
        path.close()
        return path
    path.moveTo(*points[0])
    for point, middle in zip(points[1:-1], middles[1:-1], strict=True):
        path.quadTo(round(point[0], 2), round(point[1], 2), *middle)
    path.lineTo(*points[-1])
    return path
