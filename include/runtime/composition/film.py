"""The frames of clips, painted one at a time and in order into planes that the encoder owns."""

from __future__ import annotations

from typing import Protocol

from include.contract.errors import CorruptInput
from include.contract.params import ClipStillParams
from include.contract.ports import Place
from include.contract.values import Fit, Transition
from include.runtime.composition.camera import Window
from include.runtime.composition.captions import Captions
from include.runtime.composition.clip_inputs import ClipInputs, ClipScene
from include.runtime.composition.overlays import Overlay
from include.runtime.composition.planes import Planes, darken, film, mix, push
from include.runtime.composition.stills import Stills
from include.runtime.composition.timeline import END_FADE_S, title_frames
from include.runtime.composition.title_card import TitleText, accent, set_title
from include.runtime.media.typesetting import Typesetter


class Pictures(Protocol):
    """The frames of one clip."""

    @property
    def frames(self) -> int:
        """How many there are; of what is decoded meanwhile, the most there may be until the last one was painted."""
        ...

    def paint(self, index: int, target: Planes) -> None:
        """Write frame `index`, from 0, into `target`."""
        ...


def pictures_of(
    clip: ClipInputs,
    params: ClipStillParams,
    typesetter: Typesetter,
    stills: Stills,
    label: TitleText | None = None,
    logo: Overlay | None = None,
) -> Pictures:
    """The frames of `clip`.

    :param label: what the title card says about how the film was made, if that is shown.
    :param logo: over all of it.
    :raises CorruptInput: a picture cannot be decoded, or there is none.
    """
    plain = _plain(clip, params, typesetter, stills, label)
    if logo is None:
        return plain
    return _Marked(plain, logo, round(END_FADE_S * params.fps) if clip.place is Place.ENDING else 0)


def _plain(
    clip: ClipInputs, params: ClipStillParams, typesetter: Typesetter, stills: Stills, label: TitleText | None
) -> Pictures:

    def shot(scene: ClipScene) -> Shot:
        return Shot(scene, params, typesetter, stills)

    before, scene = clip.before, clip.scene
    if clip.place is Place.PART and scene:
        return _Body(shot(scene))
    if clip.place is Place.BETWEEN and before and scene:
        return _Between(shot(before), shot(scene))
    if clip.place is Place.OPENING and scene:
        texts = [set_title(clip.title, typesetter, scene.frame, accent(scene.picture)), *([label] if label else [])]
        frames, join_frames = title_frames(params)
        return _Opening(_Card(scene, frames, texts, params.fps, stills), shot(scene), join_frames)
    if clip.place is Place.ENDING and before:
        return _Ending(shot(before), _closing_card(before, params, typesetter, stills), params)
    raise CorruptInput("input image is missing; a clip shows at least one picture")


class _Marked:
    """What others paint, with a logo over it, which goes when the film ends."""

    def __init__(self, pictures: Pictures, logo: Overlay, fade_frames: int) -> None:
        self._pictures, self._logo = pictures, logo
        self.frames = pictures.frames
        self._fade_frames = min(fade_frames, self.frames)

    def paint(self, index: int, target: Planes) -> None:
        self._pictures.paint(index, target)
        left = self.frames - 1 - index
        self._logo.blend(target, min(1.0, left / self._fade_frames) if self._fade_frames else 1.0)


class Shot:
    """One scene as a camera sees it, with its subtitles."""

    def __init__(self, scene: ClipScene, params: ClipStillParams, typesetter: Typesetter, stills: Stills) -> None:
        self.scene, self._fps = scene, params.fps
        self.slot = scene.slot
        self._still = stills.sharp(scene)
        self._move = scene.move(self._still)
        self._captions = Captions(scene.cues, typesetter, scene.params) if params.subtitles else None

    def paint(self, frame: int, target: Planes) -> None:
        """What the camera sees in `frame` of its slot; of those before the first, negative ones."""
        footage = self.scene.footage
        if footage is None:
            film(self._still, self._move.at(self.slot.progress(frame)), target)
            return
        if self.scene.fit is not Fit.COVER:
            film(self._still, Window(self._still.width / 2, self._still.height / 2, 1.0), target)
        footage.paint(max(0, frame + self.scene.lead_frames), target)

    def caption(self, frame: int, target: Planes) -> None:
        """Draw the subtitle of `frame`, if it has one, over `target`."""
        overlay = self._captions.at(frame / self._fps) if self._captions else None
        if overlay:
            overlay.blend(target)


class _Card:
    """A scene's picture out of focus, with text over it; it moves by itself."""

    def __init__(self, scene: ClipScene, frames: int, texts: list[TitleText], fps: int, stills: Stills) -> None:
        self.frames, self._texts, self._fps = frames, texts, fps
        self._still = stills.blurred(scene)
        self._move = scene.card_move(self._still, frames)

    def paint(self, index: int, target: Planes) -> None:
        film(self._still, self._move.at(index / self.frames), target)
        for text in self._texts:
            text.overlay.blend(target, text.strength(index / self._fps))


class _Body:
    """A scene by itself."""

    def __init__(self, shot: Shot) -> None:
        self._shot = shot
        self.frames = shot.slot.body_frames

    def paint(self, index: int, target: Planes) -> None:
        self._shot.paint(index, target)
        self._shot.caption(index, target)


class _Between:
    """The last frames of a scene's slot, in which it gives way to the next one."""

    def __init__(self, left: Shot, right: Shot) -> None:
        self._left, self._right, self._transition = left, right, right.scene.transition
        self.frames = left.slot.join_frames
        self._spare = Planes.empty(*left.scene.frame)

    def paint(self, index: int, target: Planes) -> None:
        self._left.paint(self._left.slot.body_frames + index, target)
        self._right.paint(index - self.frames, self._spare)
        give_way(target, self._spare, (index + 1) / (self.frames + 1), self._transition)
        self._left.caption(self._left.slot.body_frames + index, target)


class _Opening:
    """The title card, which gives way to the first scene."""

    def __init__(self, card: _Card, shot: Shot, join_frames: int) -> None:
        self._card, self._shot, self._join_frames = card, shot, join_frames
        self._transition = shot.scene.transition
        self.frames = card.frames
        self._spare = Planes.empty(*shot.scene.frame)

    def paint(self, index: int, target: Planes) -> None:
        self._card.paint(index, target)
        joined = index - (self.frames - self._join_frames)
        if joined >= 0:
            self._shot.paint(index - self.frames, self._spare)
            give_way(target, self._spare, (joined + 1) / (self._join_frames + 1), self._transition)


class _Ending:
    """The last frames of the last scene's slot: they give way to the closing card, or to black."""

    def __init__(self, shot: Shot, card: _Card | None, params: ClipStillParams) -> None:
        self._shot, self._card, self._transition = shot, card, params.transition
        self._join_frames = shot.slot.join_frames
        self.frames = card.frames if card else self._join_frames
        self._fade_frames = round(min(END_FADE_S, params.closing_card_s) * params.fps)
        self._spare = Planes.empty(*shot.scene.frame)

    def paint(self, index: int, target: Planes) -> None:
        past = index - self._join_frames
        share = (index + 1) / (self._join_frames + 1)
        if past < 0:
            self._shot.paint(self._shot.slot.frames + past, target)
            self._shot.caption(self._shot.slot.frames + past, target)
        if self._card is None:
            darken(target, (index + 1) / self._join_frames)
        elif past < 0:
            self._card.paint(index, self._spare)
            give_way(target, self._spare, share, self._transition)
        else:
            self._card.paint(index, target)
            left = self.frames - index - 1
            if left < self._fade_frames:
                darken(target, 1 - left / self._fade_frames)


def _closing_card(scene: ClipScene, params: ClipStillParams, typesetter: Typesetter, stills: Stills) -> _Card | None:
    """The card at the end, which begins with the transition to it; None where there is none."""
    frames = round(params.closing_card_s * params.fps) if params.closing_text else 0
    if not frames:
        return None
    text = set_title(params.closing_text, typesetter, scene.frame, accent(scene.picture))
    return _Card(scene, scene.slot.join_frames + frames, [text], params.fps, stills)


def give_way(target: Planes, other: Planes, share: float, transition: Transition) -> None:
    """What is in `target` gives way to `other`, by `share` from 0 to 1; of a cut, at once and so not yet."""
    if transition is Transition.CUT:
        return
    if transition is Transition.FADE_BLACK:
        if share < 0.5:
            darken(target, _eased(2 * share))
            return
        for seen, other_plane in zip(target.each(), other.each(), strict=True):
            seen[:] = other_plane
        darken(target, _eased(2 - 2 * share))
        return
    if transition is Transition.SLIDE:
        push(target, other, _eased(share))
        return
    mix(target, other, _eased(share))


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)
