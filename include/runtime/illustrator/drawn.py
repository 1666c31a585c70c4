"""Pictograms that the set lacks, drawn in its style: flat colours, round forms, one shade."""

from __future__ import annotations

from collections.abc import Callable

import skia

from include.runtime.illustrator.colours import Colour, lch

SIDE_PX = 544
_STRAW, _STRAW_SHADE = lch(0.81, 0.13, 80), lch(0.7, 0.13, 68)
_DARK = lch(0.33, 0.06, 50)


def _fill(colour: Colour) -> skia.Paint:
    return skia.Paint(Color=colour.skia(), AntiAlias=True)


def _hive(canvas: skia.Canvas) -> tuple[int, int]:
    """Draw a straw skep: coils that narrow upwards, an entrance, a board under it."""
    widths = (250, 330, 396, 440, 464, 470)
    coil = 74
    for index, width in enumerate(widths):
        y = 20 + index * (coil - 4)
        box = skia.Rect(272 - width / 2, y, 272 + width / 2, y + coil + 6)
        canvas.drawRoundRect(box, 38, 38, _fill(_STRAW_SHADE))
        canvas.drawRoundRect(skia.Rect(box.left(), y, box.right(), y + coil - 14), 32, 32, _fill(_STRAW))
        for stitch in range(-3, 4):
            x = 272 + stitch * width / 7.4 + (index % 2) * width / 15
            if abs(x - 272) < width / 2 - 24:
                canvas.drawLine(x, y + 10, x - 10, y + coil - 24, _stitch())
    canvas.drawRoundRect(skia.Rect(252, 4, 292, 40), 16, 16, _fill(_STRAW_SHADE))
    canvas.drawRoundRect(skia.Rect(18, 444, 526, 482), 12, 12, _fill(lch(0.55, 0.08, 55)))
    canvas.drawRoundRect(skia.Rect(18, 444, 526, 460), 8, 8, _fill(lch(0.64, 0.085, 60)))
    door = skia.Path()
    door.moveTo(222, 444)
    door.lineTo(222, 404)
    door.arcTo(skia.Rect(222, 354, 322, 454), 180, 180, False)
    door.lineTo(322, 444)
    door.close()
    canvas.drawPath(door, _fill(_DARK))
    return SIDE_PX, 482


def _stitch() -> skia.Paint:
    return skia.Paint(
        Color=_STRAW_SHADE.skia(), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=7,
        StrokeCap=skia.Paint.kRound_Cap,
    )  # fmt: skip


def _stove(canvas: skia.Canvas) -> tuple[int, int]:
    """Draw an iron stove with a fire behind its door, and a hot plate."""
    iron, edge, shade = lch(0.42, 0.02, 260), lch(0.52, 0.02, 260), lch(0.32, 0.02, 260)
    canvas.drawRoundRect(skia.Rect(330, 0, 400, 110), 10, 10, _fill(shade))
    canvas.drawRoundRect(skia.Rect(40, 96, 504, 540), 26, 26, _fill(iron))
    canvas.drawRoundRect(skia.Rect(16, 84, 528, 132), 14, 14, _fill(edge))
    canvas.drawRoundRect(skia.Rect(40, 500, 504, 540), 14, 14, _fill(shade))
    canvas.drawRoundRect(skia.Rect(110, 176, 434, 420), 40, 40, _fill(shade))
    canvas.save()
    canvas.clipRRect(skia.RRect.MakeRectXY(skia.Rect(128, 194, 416, 402), 28, 28), skia.ClipOp.kIntersect, True)
    canvas.drawRect(skia.Rect(128, 194, 416, 402), _fill(lch(0.45, 0.13, 40)))
    for middle, height, colour in (
        (190, 130, lch(0.66, 0.19, 45)), (272, 180, lch(0.66, 0.19, 45)), (352, 140, lch(0.66, 0.19, 45)),
        (226, 90, lch(0.85, 0.16, 80)), (306, 110, lch(0.85, 0.16, 80)),
    ):  # fmt: skip
        canvas.drawPath(_flame(middle, 410, height), _fill(colour))
    canvas.restore()
    for knob in (170, 272, 374):
        canvas.drawCircle(knob, 152, 12, _fill(lch(0.75, 0.02, 90)))
    canvas.drawRoundRect(skia.Rect(210, 446, 334, 464), 9, 9, _fill(lch(0.75, 0.02, 90)))
    return SIDE_PX, 540


def _flame(middle: float, foot: float, height: float) -> skia.Path:
    half, path = height * 0.32, skia.Path()
    path.moveTo(middle - half, foot)
    path.cubicTo(middle - half, foot - height * 0.5, middle - half * 0.2, foot - height * 0.6, middle, foot - height)
    path.cubicTo(middle + half * 0.3, foot - height * 0.6, middle + half, foot - height * 0.5, middle + half, foot)
    path.close()
    return path


def _balloon(canvas: skia.Canvas) -> tuple[int, int]:
    """Draw a hot-air balloon: gores of three colours, ropes, a basket."""
    gores = (lch(0.6, 0.2, 28), lch(0.84, 0.16, 85), lch(0.62, 0.13, 245))
    for index, reach in enumerate((190, 136, 82, 28)):
        for side in (-1, 1):
            gore = skia.Path()
            gore.moveTo(200, 6)
            gore.cubicTo(200 + side * reach * 1.4, 6, 200 + side * reach * 1.3, 270, 200 + side * reach * 0.24, 396)
            gore.lineTo(200, 396)
            gore.close()
            canvas.drawPath(gore, _fill(gores[index % 3].lit(1.0 if side < 0 else 0.9)))
    rope = _stitch()
    rope.setColor(_DARK.skia())
    rope.setStrokeWidth(5)
    for top, bottom in ((158, 172), (242, 228)):
        canvas.drawLine(top, 398, bottom, 466, rope)
    canvas.drawRoundRect(skia.Rect(158, 390, 242, 406), 8, 8, _fill(gores[0].lit(0.8)))
    canvas.drawRoundRect(skia.Rect(162, 462, 238, 536), 14, 14, _fill(_STRAW_SHADE))
    canvas.drawRoundRect(skia.Rect(158, 458, 242, 478), 8, 8, _fill(lch(0.5, 0.08, 55)))
    return 400, 540


DRAWN: dict[str, Callable[[skia.Canvas], tuple[int, int]]] = {"hive": _hive, "stove": _stove, "balloon": _balloon}
"""The painter of each drawn pictogram, by name; it returns width and height in pixels."""


def draw(name: str) -> skia.Image:
    """Draw one of `DRAWN`."""
    surface = skia.Surface(SIDE_PX, SIDE_PX)
    width, height = DRAWN[name](surface.getCanvas())
    return surface.makeImageSnapshot().makeSubset(skia.IRect(0, 0, width, height))
