"""The built-in illustrator: prompt and look in, pixels out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import skia
from numpy.typing import NDArray
from pydantic import JsonValue

from include.contract.digital_source import DigitalSource
from include.contract.look import Look
from include.runtime.illustrator.cast import is_head
from include.runtime.illustrator.composition import compose
from include.runtime.illustrator.easel import Easel, dice
from include.runtime.illustrator.finish import add_grain, deepen, paint_motes, paint_vignette
from include.runtime.illustrator.mood import SceneColours, indoors, mood_of
from include.runtime.illustrator.pictograms import Pictograms
from include.runtime.illustrator.places import Composition, Hold, Seat, ThingPlacement
from include.runtime.illustrator.planning import PicturePlan, plan_shot
from include.runtime.illustrator.props import paint_sticker, paint_thing
from include.runtime.illustrator.scenery.backdrop import paint_place
from include.runtime.illustrator.scenery.frames import paint_frame
from include.runtime.illustrator.scenery.land import paint_land_front, paint_mound
from include.runtime.illustrator.scenery.page import paint_links, paint_page
from include.runtime.illustrator.scenery.perches import paint_perch
from include.runtime.illustrator.scenery.room import paint_boards, paint_room, paint_table
from include.runtime.illustrator.scenery.sky import paint_fall, sun_place
from include.runtime.illustrator.scenery.wilds import paint_jungle_front
from include.runtime.illustrator.settings import Distance, Setting, Weather
from include.runtime.illustrator.vocabulary import Vocabulary

_DEFOCUS_SCALE = 0.25
"""A backdrop out of focus is painted this much smaller."""
_ROOM_SCALES = {Distance.WIDE: 1.0, Distance.MEDIUM: 1.25, Distance.CLOSE: 1.5}


@dataclass(frozen=True)
class Drawing:
    """A picture, and what it shows in words."""

    pixels: NDArray[np.uint8]
    """RGB, height × width × 3."""
    account: Mapping[str, JsonValue]
    """Facts for people: what was drawn, how it is seen, and what stood in for a prompt that names nothing."""


class Illustrator(Protocol):
    """Draws a prompt: what every image model behind the stage implements."""

    digital_source: DigitalSource
    """What the pictures say made them: `TRAINED` for every model that was trained to draw."""

    def draw(self, prompt: str, look: Look, language: str, width_px: int, height_px: int, seed: int) -> Drawing:
        """Draw one picture."""
        ...


class Sketch:
    """Draws the things and places a prompt names, in the look's palette and light."""

    digital_source = DigitalSource.ALGORITHMIC

    def __init__(self, pictograms: Pictograms) -> None:
        self._pictograms = pictograms
        self._vocabulary = Vocabulary(pictograms.has)

    def draw(self, prompt: str, look: Look, language: str, width_px: int, height_px: int, seed: int) -> Drawing:
        """Draw one picture: the same for the same arguments, on any number of cores."""
        plan = plan_shot(prompt, look, language, seed, self._vocabulary)
        scene = compose(plan, self._ratio, width_px, height_px, seed)
        pixels = np.zeros((height_px, width_px, 4), np.uint8)
        surface = skia.Surface(pixels)
        outside = replace(mood_of(look.palette, plan.light), snowy=plan.weather is Weather.SNOWFALL)
        mood = indoors(look.palette, plan.light) if plan.setting.indoors else outside
        taken = [one.box for one in scene.placements]
        easel = Easel(surface.getCanvas(), width_px, height_px, mood, look.seed, seed, plan.bodies, taken)
        _Shot(easel, plan, scene, self._pictograms, outside).paint()
        surface.flushAndSubmit()
        return Drawing(add_grain(deepen(pixels[..., :3]), look.seed), account_of(plan, scene))

    def _ratio(self, thing: str) -> float:
        return self._pictograms.sprite(thing).ratio


class _Shot:
    """One picture on the easel, painted from the back to the front."""

    def __init__(
        self, easel: Easel, plan: PicturePlan, scene: Composition, pictograms: Pictograms, outside: SceneColours
    ) -> None:
        self.easel, self.plan, self.scene, self.pictograms = easel, plan, scene, pictograms
        self.outside = outside
        self.light_from = sun_place(easel, scene.horizon)[0]

    def paint(self) -> None:
        """Paint backdrop, things, what stands before them, weather, and the finish."""
        if self.plan.setting is Setting.PAGE:
            self._paint_flat()
        else:
            self._paint_backdrop_in_focus()
            self._paint_things()
            self._paint_front()
            paint_motes(self.easel)
        paint_vignette(self.easel)

    def _paint_flat(self) -> None:
        things = self.scene.placements
        main = [one for one in things if not one.copy]
        main.sort(key=lambda one: not one.lead)
        centres = [(one.x, one.foot - one.height / 2) for one in main]
        radii = [max(one.width, one.height) * 0.56 for one in main]
        paint_page(self.easel, centres, radii)
        paint_links(self.easel, centres, radii)
        turns = dice(self.easel.shot_seed, "stickers")
        for place in things:
            paint_sticker(self.easel, self.pictograms.sprite(place.thing), place, turns.uniform(-7, 7))

    def _paint_backdrop_in_focus(self) -> None:
        """Paint the backdrop; behind a close-up it is out of focus."""
        easel = self.easel
        if self.plan.distance is not Distance.CLOSE or all(role.cameo for role in self.plan.roles):
            self._paint_backdrop(easel)
            return
        small = skia.Surface(round(easel.width * _DEFOCUS_SCALE), round(easel.height * _DEFOCUS_SCALE))
        canvas = small.getCanvas()
        canvas.scale(small.width() / easel.width, small.height() / easel.height)
        self._paint_backdrop(replace(easel, canvas=canvas))
        sigma = easel.unit * 0.0045 * _DEFOCUS_SCALE
        soft = skia.Surface(small.width(), small.height())
        blur = skia.ImageFilters.Blur(sigma, sigma, tileMode=skia.TileMode.kClamp)
        soft.getCanvas().drawImage(
            small.makeImageSnapshot(), 0, 0, skia.SamplingOptions(), skia.Paint(ImageFilter=blur)
        )
        easel.canvas.drawImageRect(
            soft.makeImageSnapshot(),
            skia.Rect(0, 0, easel.width, easel.height),
            skia.SamplingOptions(skia.CubicResampler.Mitchell()),
        )

    def _paint_backdrop(self, easel: Easel) -> None:
        if not self.plan.setting.indoors:
            with self._nearer(easel):
                paint_place(easel, self.plan, self.scene)
            return
        scene = self.scene
        floor = scene.table if scene.table is not None else scene.horizon + easel.height * 0.12
        with self._dolly(easel, floor):
            paint_room(easel, self.plan.setting, floor, self.plan.weather, self.outside)
        if scene.table is None:
            paint_boards(easel, floor)

    @contextmanager
    def _nearer(self, easel: Easel) -> Iterator[None]:
        """Bring the camera nearer to a place outdoors."""
        (x, y), zoom = self.scene.pivot, self.scene.zoom
        easel.canvas.save()
        easel.canvas.translate(x, y)
        easel.canvas.scale(zoom, zoom)
        easel.canvas.translate(-x, -y)
        yield
        easel.canvas.restore()

    @contextmanager
    def _dolly(self, easel: Easel, floor: float) -> Iterator[None]:
        """Bring the camera nearer to one side of a room, the floor staying where it is."""
        rolls = easel.shot_dice("dolly")
        scale = _ROOM_SCALES[self.plan.distance] * rolls.uniform(0.94, 1.1)
        pivot = easel.width * rolls.choice((0.06, 0.5, 0.94))
        easel.canvas.save()
        easel.canvas.translate(pivot, floor)
        easel.canvas.scale(max(1.0, scale), max(1.0, scale))
        easel.canvas.translate(-pivot, -floor)
        yield
        easel.canvas.restore()

    def _paint_things(self) -> None:
        """Draw things from far to near; what hides their lower parts comes right after them."""
        hidden = [one for one in self.scene.placements if one.hold is Hold.COVER]
        others = [one for one in self.scene.placements if one.hold is not Hold.COVER]
        behind = [one for one in others if self.scene.table is None and one.hold in (Hold.GROUND, Hold.WATER)]
        seat = self.scene.seat
        if seat is not None and not seat.taken:
            self._paint_seat(seat)
        for place in behind + hidden:
            self._paint_thing(place)
        if seat is not None and seat.taken:
            self._paint_seat(seat)
        if self.scene.table is not None:
            paint_table(self.easel, self.scene.table, outdoors=not self.plan.setting.indoors)
        elif hidden:
            self._paint_cover()
        for place in others:
            if place not in behind and place.hold is not Hold.SEAT:
                self._paint_thing(place)

    def _paint_seat(self, seat: Seat) -> None:
        """Paint a perch with whoever sits on it or looks over it."""
        sitters = [one for one in self.scene.placements if one.hold is Hold.SEAT]
        for place in (one for one in sitters if is_head(one.thing)):
            self._paint_thing(place)
        paint_perch(self.easel, seat)
        for place in (one for one in sitters if not is_head(one.thing)):
            self._paint_thing(place)

    def _paint_thing(self, place: ThingPlacement) -> None:
        hazy = not self.plan.setting.indoors and self.plan.setting is not Setting.SPACE
        haze = self.easel.mood.haze if hazy else None
        if self.plan.setting.submerged:
            haze = self.easel.mood.water
        paint_thing(self.easel, self.pictograms.sprite(place.thing), place, light_from=self.light_from, haze=haze)

    def _paint_cover(self) -> None:
        """Paint a mound in front of what has no lower part."""
        paint_mound(self.easel, self.plan.setting, self.scene.cover or self.easel.height)

    def _paint_front(self) -> None:
        setting = self.plan.setting
        if self.scene.table is None:
            paint_land_front(self.easel, setting)
            paint_frame(self.easel, setting, -self.scene.side)
            if setting is Setting.JUNGLE:
                paint_jungle_front(self.easel)
        if not (setting.indoors or setting.submerged or setting in (Setting.SPACE, Setting.CAVE)):
            paint_fall(self.easel, self.plan.weather)


def account_of(plan: PicturePlan, scene: Composition) -> dict[str, JsonValue]:
    """What a picture shows, in words.

    `drawn_for` says what was drawn instead if the prompt names nothing; `left_out` lists the things that it names but
    there was no room for.
    """
    side = "left" if scene.side < 0 else "right"
    drawn = {one.thing for one in scene.placements}
    return {
        "drawn_for": plan.source.value,
        "place": plan.setting.value,
        "landmark": plan.landmark.value if plan.landmark else None,
        "things": [role.thing for role in plan.roles if role.thing in drawn],
        "left_out": [*(role.thing for role in plan.roles if role.thing not in drawn), *plan.unheard],
        "sky": [body.value for body in sorted(plan.bodies)],
        "perch": plan.perch.value if plan.perch else None,
        "shot": f"{plan.distance.value}, {plan.angle.value}, {side}",
    }
