"""The built-in illustrator: prompt and look in, pixels out."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
import skia
from numpy.typing import NDArray

from include.contract.look import Look
from include.runtime.illustrator.composition import Composition, Hold, Placement, compose
from include.runtime.illustrator.easel import Easel, dice
from include.runtime.illustrator.finish import add_grain, paint_motes, paint_vignette
from include.runtime.illustrator.mood import mood_of
from include.runtime.illustrator.pictograms import Pictograms
from include.runtime.illustrator.planning import Distance, Plan, plan_shot
from include.runtime.illustrator.props import paint_sticker, paint_thing
from include.runtime.illustrator.scenery.land import paint_land, paint_land_front
from include.runtime.illustrator.scenery.page import paint_links, paint_page
from include.runtime.illustrator.scenery.room import paint_boards, paint_room, paint_table
from include.runtime.illustrator.scenery.shapes import paint_shapes
from include.runtime.illustrator.scenery.sky import paint_fall, sun_place
from include.runtime.illustrator.scenery.space import paint_space
from include.runtime.illustrator.scenery.street import paint_street
from include.runtime.illustrator.scenery.water import paint_sea, paint_underwater
from include.runtime.illustrator.settings import Setting
from include.runtime.illustrator.vocabulary import Vocabulary

_DEFOCUS_SCALE = 0.25
"""A backdrop out of focus is painted this much smaller."""


class Illustrator(Protocol):
    """Draws a prompt. What every image model behind the stage looks like."""

    def draw(self, prompt: str, look: Look, language: str, width_px: int, height_px: int, seed: int
             ) -> NDArray[np.uint8]:
        """Return RGB pixels, height × width × 3."""
        ...


class Sketch:
    """Draws the things a prompt names into a scene of the look's palette and light."""

    def __init__(self, pictograms: Pictograms) -> None:
        self._pictograms = pictograms
        self._vocabulary = Vocabulary(pictograms.font.has)

    def draw(self, prompt: str, look: Look, language: str, width_px: int, height_px: int, seed: int
             ) -> NDArray[np.uint8]:
        """Return RGB pixels, height × width × 3: the same for the same arguments, on any number of cores."""
        plan = plan_shot(prompt, look, language, seed, self._vocabulary)
        scene = compose(plan, self._ratio, width_px, height_px, seed)
        pixels = np.zeros((height_px, width_px, 4), np.uint8)
        surface = skia.Surface(pixels)
        mood = mood_of(look.palette, plan.light)
        easel = Easel(surface.getCanvas(), width_px, height_px, mood, look.seed, seed)
        _Shot(easel, plan, scene, self._pictograms, prompt).paint()
        surface.flushAndSubmit()
        return add_grain(pixels[..., :3], look.seed)

    def _ratio(self, thing: str) -> float:
        return self._pictograms.sprite(thing).ratio


class _Shot:
    """One picture on the easel, painted from the back to the front."""

    def __init__(self, easel: Easel, plan: Plan, scene: Composition, pictograms: Pictograms, prompt: str) -> None:
        self.easel, self.plan, self.scene, self.pictograms, self.prompt = easel, plan, scene, pictograms, prompt
        self.light_from = sun_place(easel, scene.horizon)[0]

    def paint(self) -> None:
        """Paint backdrop, things, what stands before them, weather, and the finish."""
        if self.plan.setting in (Setting.PAGE, Setting.SHAPES):
            self._paint_flat()
        else:
            self._paint_backdrop_in_focus()
            self._paint_things()
            self._paint_front()
            paint_motes(self.easel)
        paint_vignette(self.easel)

    def _paint_flat(self) -> None:
        things = self.scene.placements
        if self.plan.setting is Setting.SHAPES or not things:
            paint_shapes(self.easel, self.prompt)
        else:
            main = [one for one in things if not one.copy]
            main.sort(key=lambda one: not one.lead)
            centres = [(one.x, one.foot - one.height / 2) for one in main]
            paint_page(self.easel, centres)
            paint_links(self.easel, centres, [max(one.width, one.height) * 0.56 for one in main])
        turns = dice(self.easel.shot_seed, "stickers")
        for place in things:
            paint_sticker(self.easel, self.pictograms.sprite(place.thing), place, turns.uniform(-7, 7))

    def _paint_backdrop_in_focus(self) -> None:
        """Paint the backdrop; behind a close-up it is out of focus."""
        easel = self.easel
        if self.plan.distance is not Distance.CLOSE or not self.scene.placements:
            self._paint_backdrop(easel)
            return
        small = skia.Surface(round(easel.width * _DEFOCUS_SCALE), round(easel.height * _DEFOCUS_SCALE))
        canvas = small.getCanvas()
        canvas.scale(small.width() / easel.width, small.height() / easel.height)
        self._paint_backdrop(replace(easel, canvas=canvas))
        sigma = easel.unit * 0.0045 * _DEFOCUS_SCALE
        soft = skia.Surface(small.width(), small.height())
        blur = skia.ImageFilters.Blur(sigma, sigma, tileMode=skia.TileMode.kClamp)
        soft.getCanvas().drawImage(small.makeImageSnapshot(), 0, 0, skia.SamplingOptions(), skia.Paint(ImageFilter=blur))
        easel.canvas.drawImageRect(
            soft.makeImageSnapshot(), skia.Rect(0, 0, easel.width, easel.height),
            skia.SamplingOptions(skia.CubicResampler.Mitchell()),
        )

    def _paint_backdrop(self, easel: Easel) -> None:
        setting, scene, weather = self.plan.setting, self.scene, self.plan.weather
        if setting.on_land:
            paint_land(easel, setting, scene.horizon, weather)
        elif setting is Setting.SEA:
            grounded = any(one.hold in (Hold.GROUND, Hold.COVER, Hold.TABLE) for one in scene.placements)
            paint_sea(easel, scene.horizon, weather, easel.height * 0.74 if grounded else None)
        elif setting is Setting.UNDERWATER:
            paint_underwater(easel)
        elif setting is Setting.SPACE:
            paint_space(easel)
        elif setting is Setting.STREET:
            paint_street(easel, scene.horizon, weather)
        else:
            floor = scene.table if scene.table is not None else scene.horizon + easel.height * 0.12
            paint_room(easel, setting, floor, weather)
            if scene.table is None:
                paint_boards(easel, floor)

    def _paint_things(self) -> None:
        """Draw things from far to near; what hides their lower parts comes right after them."""
        hidden = [one for one in self.scene.placements if one.hold is Hold.COVER]
        others = [one for one in self.scene.placements if one.hold is not Hold.COVER]
        behind = [one for one in others if self.scene.table is None and one.hold in (Hold.GROUND, Hold.WATER)]
        for place in behind + hidden:
            self._paint_thing(place)
        if self.scene.table is not None:
            paint_table(self.easel, self.scene.table, outdoors=not self.plan.setting.indoors)
        elif hidden:
            self._paint_cover()
        for place in others:
            if place not in behind:
                self._paint_thing(place)

    def _paint_thing(self, place: Placement) -> None:
        hazy = not self.plan.setting.indoors and self.plan.setting is not Setting.SPACE
        haze = self.easel.mood.haze if hazy else None
        if self.plan.setting is Setting.UNDERWATER:
            haze = self.easel.mood.water
        paint_thing(self.easel, self.pictograms.sprite(place.thing), place, light_from=self.light_from, haze=haze)

    def _paint_cover(self) -> None:
        """Paint a mound in front of what has no lower part."""
        from include.runtime.illustrator.scenery.land import paint_mound

        paint_mound(self.easel, self.plan.setting, self.scene.cover or self.easel.height)

    def _paint_front(self) -> None:
        if self.plan.setting.on_land and self.scene.table is None:
            paint_land_front(self.easel, self.plan.setting)
        if not self.plan.setting.indoors:
            paint_fall(self.easel, self.plan.weather)
