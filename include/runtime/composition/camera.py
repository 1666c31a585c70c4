"""Slow camera moves over a still: which part of it each frame shows."""

from __future__ import annotations

import random
from dataclasses import dataclass

from include.contract.values import Camera

MAX_ZOOM = 1.12
"""The closest that a camera comes. Stills are prepared sharp up to here."""
BASE_ZOOM = 1.02
"""The widest framing, a little inside the still, so that no frame ever touches its edge."""


@dataclass(frozen=True)
class Window:
    """The part of a still that fills the frame: its middle, and how much it is enlarged.

    Positions are in frame pixels of the still at zoom 1.
    """

    centre_x: float
    centre_y: float
    zoom: float


@dataclass(frozen=True)
class Move:
    """A camera move from one window to another."""

    start: Window
    end: Window

    def at(self, progress: float) -> Window:
        """The window at `progress` from 0 to 1, slower at both ends but never standing still."""
        eased = 0.5 * progress + 0.5 * progress * progress * (3 - 2 * progress)
        return Window(
            self.start.centre_x + (self.end.centre_x - self.start.centre_x) * eased,
            self.start.centre_y + (self.end.centre_y - self.start.centre_y) * eased,
            self.start.zoom * (self.end.zoom / self.start.zoom) ** eased,
        )


@dataclass(frozen=True)
class Pace:
    """How fast a camera is, per second: by which share it approaches, and which share of the frame it travels."""

    zoom_per_s: float
    pan_per_s: float


PACES = {Camera.GENTLE: Pace(0.014, 0.02), Camera.LIVELY: Pace(0.032, 0.045)}


def plan_move(size: tuple[float, float], length_s: float, frame: tuple[int, int], camera: Camera, digest: str) -> Move:
    """The move over a still of `size` in frame pixels.

    The camera travels along a still that is wider or taller than the frame; it approaches or leaves any other.

    :param digest: the picture's SHA-256, which chooses direction and goal: all clips that show a picture agree.
    """
    chance = random.Random(int(digest[:16], 16))
    is_inwards = chance.random() < 0.5
    width, height = size
    if camera is Camera.NONE:
        still = _inside(Window(width / 2, height / 2, BASE_ZOOM), width, height, frame)
        return Move(still, still)
    pace = PACES[camera]
    slack_x, slack_y = width - frame[0], height - frame[1]
    if max(slack_x / frame[0], slack_y / frame[1]) > 0.05:
        move = _travel(width, height, frame, pace.pan_per_s * length_s, forwards=chance.random() < 0.5)
    else:
        move = _approach(width, height, frame, 1 + pace.zoom_per_s * length_s, chance)
    return move if is_inwards else Move(move.end, move.start)


def _travel(width: float, height: float, frame: tuple[int, int], way: float, forwards: bool) -> Move:
    """Along the side on which the still is longer than the frame, with a touch of zoom."""
    zoom = BASE_ZOOM + 0.02
    sign = 1 if forwards else -1
    along_x = (width - frame[0]) / frame[0] >= (height - frame[1]) / frame[1]
    reach = min(way, 0.5) / 2 * sign
    offset_x, offset_y = (reach * frame[0], 0.0) if along_x else (0.0, reach * frame[1])
    start = _inside(Window(width / 2 - offset_x, height / 2 - offset_y, BASE_ZOOM), width, height, frame)
    end = _inside(Window(width / 2 + offset_x, height / 2 + offset_y, zoom), width, height, frame)
    return Move(start, end)


def _approach(width: float, height: float, frame: tuple[int, int], nearer: float, chance: random.Random) -> Move:
    """From the whole still towards a point near its middle."""
    zoom = min(MAX_ZOOM, BASE_ZOOM * nearer)
    towards_x, towards_y = chance.choice([(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (1, 1)])
    room_x, room_y = (width - frame[0] / zoom) / 2, (height - frame[1] / zoom) / 2
    end = Window(width / 2 + towards_x * room_x * 0.8, height / 2 + towards_y * room_y * 0.8, zoom)
    start = Window(width / 2, height / 2, BASE_ZOOM)
    return Move(_inside(start, width, height, frame), _inside(end, width, height, frame))


def _inside(window: Window, width: float, height: float, frame: tuple[int, int]) -> Window:
    """`window`, moved as little as is needed for it to lie within the still."""
    half_x, half_y = frame[0] / window.zoom / 2, frame[1] / window.zoom / 2
    return Window(
        min(max(window.centre_x, half_x), width - half_x),
        min(max(window.centre_y, half_y), height - half_y),
        window.zoom,
    )
