"""The look: what all scenes of one piece share, so that they are shots of one film."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from include.contract.brief import Topic
from include.contract.values import Closed


class Palette(StrEnum):
    """Family of colours."""

    MEADOW = "meadow"
    SEA = "sea"
    DESERT = "desert"
    FOREST = "forest"
    BLOSSOM = "blossom"
    SLATE = "slate"
    BERRY = "berry"
    CITRUS = "citrus"


class Light(StrEnum):
    """Time of day, which sets the key light."""

    DAWN = "dawn"
    DAY = "day"
    GOLDEN = "golden"
    DUSK = "dusk"
    NIGHT = "night"


class Look(Closed):
    """Palette, light and hero of one piece. Depends on the topic and the variation, never on a scene's text."""

    hero: Topic
    """The topic in words; what it names first is the hero of every shot."""
    palette: Palette
    light: Light
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    """Shared by all scenes: ridge lines, weather, paper."""
