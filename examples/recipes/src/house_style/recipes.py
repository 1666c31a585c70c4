"""What the recipe reads, gives and can be told. Airflow imports this each time it parses: nothing heavy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from atelier import IMAGE_TYPES, NEUTRAL, Closed, OutputSpec, Port, Recipe, Shape, StageKind

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
"""As `#1b1b3a`, in small letters."""


class ImageDuotoneParams(Closed):
    """`image.duotone`: a picture becomes one in two colours."""

    shadow: Colour = "#1b1b3a"
    """What was black."""
    highlight: Colour = "#f6f1e7"
    """What was white."""
    midtone: Annotated[Colour | None, Field(json_schema_extra={NEUTRAL: None})] = None
    """What was halfway between; left out, the mean of both."""


IMAGE_DUOTONE = Recipe(
    kind=StageKind.IMAGE,
    name="image.duotone",
    revision=1,
    params=ImageDuotoneParams,
    model="house-style/duotone",
    outputs=(OutputSpec("image", "image/jpeg"),),
    ports=(Port("image", Shape.EACH, media_types=IMAGE_TYPES),),
    stage="house_style.duotone:ImageDuotoneStage",
    claimed=False,
)
