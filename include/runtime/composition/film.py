"""The film's frames, painted one at a time and in order into planes that the encoder owns."""

from __future__ import annotations

from include.contract.params import VideoNarratedParams
from include.runtime.composition.camera import Move, plan_moves
from include.runtime.composition.captions import Captions
from include.runtime.composition.planes import (
    Picture,
    Planes,
    Still,
    cover,
    darken,
    film,
    load_rgb,
    mix,
    still_size,
    to_still,
)
from include.runtime.composition.story import FilmInputs, FilmScene
from include.runtime.composition.timeline import Timeline
from include.runtime.composition.title_card import TitleText, accent, backdrop, set_title
from include.runtime.media.typesetting import Typesetter


class Film:
    """Paints frames; holds at most two stills, however long the film is."""

    def __init__(
        self,
        story: FilmInputs,
        timeline: Timeline,
        params: VideoNarratedParams,
        captions: Captions | None,
        typesetter: Typesetter,
        seed: int,
        label: TitleText | None = None,
    ) -> None:
        """`label`: what the title card says about how the film was made, if that is shown."""
        self._timeline = timeline
        self._captions = captions
        self._frame = params.aspect.frame_px(params.short_side_px)
        self._scenes = story.scenes
        self._stills: dict[int, Still] = {}
        first = self._picture(story.scenes[0])
        self._stills[0] = to_still(backdrop(first, self._frame))
        self._title: TitleText = set_title(story.title, typesetter, self._frame, accent(first))
        self._label = label
        self._closing = self._closing_text(params.closing_text, typesetter)
        self._moves = self._plan(seed)
        self._spare = Planes.empty(*self._frame)

    def _closing_text(self, text: str, typesetter: Typesetter) -> TitleText | None:
        if not self._timeline.closing_card_s:
            return None
        return set_title(text, typesetter, self._frame, accent(self._picture(self._scenes[-1])))

    def _plan(self, seed: int) -> list[Move]:
        """A move for each scene; the first comes from the title card, the last goes on through the closing card."""
        sizes = [still_size(scene.image, _name(scene), self._frame) for scene in self._scenes]
        spans = [self._span(number) for number in range(1, len(self._scenes) + 1)]
        lengths_s = [(end - start) / self._timeline.fps for start, end in spans]
        return plan_moves(sizes, lengths_s, self._frame, seed)

    def _span(self, number: int) -> tuple[int, int]:
        """First and end frame of the move that shot `number` shows."""
        shots = self._timeline.shots
        scene = self._scene_of(number)
        first = 0 if scene == 1 else scene
        last = len(shots) - 1 if scene == len(self._scenes) else scene
        return shots[first].first_frame, shots[last].end_frame

    def _scene_of(self, shot: int) -> int:
        """The scene, from 1, whose picture a shot shows."""
        return min(max(1, shot), len(self._scenes))

    def _picture(self, scene: FilmScene) -> Picture:
        return cover(load_rgb(scene.image, _name(scene)), self._frame)

    def paint(self, index: int, target: Planes) -> None:
        """Write frame `index` into `target`; indices only ever grow."""
        shots = self._timeline.shots
        showing = [number for number, shot in enumerate(shots) if shot.first_frame <= index < shot.end_frame]
        base = showing[0] if showing else len(shots) - 1
        self._paint_shot(base, index, target)
        for number in showing[1:]:
            self._paint_shot(number, index, self._spare)
            shot = shots[number]
            mix(target, self._spare, _eased((index - shot.first_frame + 1) / (shot.fade_in_frames + 1)))
        self._finish(index, target)
        for number in [one for one in self._stills if one < base]:
            del self._stills[number]

    def _finish(self, index: int, target: Planes) -> None:
        """What lies over all shots: subtitles, and the fade at the end."""
        overlay = self._captions.at(index / self._timeline.fps) if self._captions else None
        if overlay:
            overlay.blend(target)
        past = index - (self._timeline.frame_count - self._timeline.end_fade_frames) + 1
        if past > 0:
            darken(target, past / self._timeline.end_fade_frames)

    def _paint_shot(self, number: int, index: int, target: Planes) -> None:
        start, end = self._span(number)
        move = self._moves[self._scene_of(number) - 1]
        film(self._still(number), move.at(min((index - start) / (end - start), 1.0)), target)
        if number == 0:
            for text in filter(None, (self._title, self._label)):
                text.overlay.blend(target, text.strength(index / self._timeline.fps))
        if number > len(self._scenes) and self._closing is not None:
            since_s = (index - self._timeline.shots[number].first_frame) / self._timeline.fps
            self._closing.overlay.blend(target, self._closing.strength(since_s))

    def _still(self, number: int) -> Still:
        if number not in self._stills:
            picture = self._picture(self._scenes[self._scene_of(number) - 1])
            is_closing = number > len(self._scenes)
            self._stills[number] = to_still(backdrop(picture, self._frame) if is_closing else picture)
        return self._stills[number]


def _name(scene: FilmScene) -> str:
    return f"image/{scene.number}"


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)
