"""Pictures that are ready for a camera, shared by the clips that show them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from include.runtime.composition.clip_inputs import ClipScene
from include.runtime.composition.planes import Still, to_still
from include.runtime.composition.title_card import backdrop

KEPT = 6
"""Those of three clips at once, or of a title card: a picture is in its scene's clip and in the ones beside it."""
_Key = tuple[str, tuple[int, int], bool]


@dataclass
class _Place:
    """A still, or where it will be; only one thread at a time makes it."""

    lock: Lock = field(default_factory=Lock)
    still: Still | None = None


class Stills:
    """The stills that were used last, by what is in them; several threads may ask."""

    def __init__(self) -> None:
        self._places: OrderedDict[_Key, _Place] = OrderedDict()
        self._lock = Lock()

    def sharp(self, scene: ClipScene) -> Still:
        """The scene's picture.

        :raises CorruptInput: it cannot be decoded; names the scene's input.
        """
        return self._one((scene.digest, scene.frame, True), lambda: to_still(scene.picture))

    def blurred(self, scene: ClipScene) -> Still:
        """The scene's picture as it is behind a card's text; of the same size.

        :raises CorruptInput: it cannot be decoded; names the scene's input.
        """
        return self._one((scene.digest, scene.frame, False), lambda: to_still(backdrop(scene.picture, scene.frame)))

    def _one(self, key: _Key, make: Callable[[], Still]) -> Still:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > KEPT:
                self._places.popitem(last=False)
        with place.lock:
            if place.still is None:
                place.still = make()
            return place.still
