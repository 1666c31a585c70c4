"""What a deployment takes of the pictures, clips and recordings that people bring."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from include.contract.values import Closed


class MediaLimits(Closed):
    """Nothing of it changes a result: what is beyond a limit is refused."""

    picture_mib: Annotated[int, Field(ge=1, le=1024)] = 64
    """Of a picture's file."""
    picture_megapixels: Annotated[int, Field(ge=1, le=500)] = 80
    sound_mib: Annotated[int, Field(ge=1, le=1024)] = 64
    """Of a recording's file."""
    voice_s: Annotated[int, Field(ge=1, le=3600)] = 600
    """Seconds that a recorded narration lasts."""
    clip_mib: Annotated[int, Field(ge=1, le=16_384)] = 1024
    """Of a clip's file."""
    clip_s: Annotated[int, Field(ge=1, le=86_400)] = 10_800
    """Seconds that a clip lasts, of which a scene shows what it has time for."""
    intro_s: Annotated[int, Field(ge=1, le=1800)] = 120
    """Seconds that an intro or an outro lasts, all of which is shown."""
    decoder_mib: Annotated[int, Field(ge=256, le=65_536)] = 2048
    """Memory of the process that decodes a file."""
    decoder_s: Annotated[int, Field(ge=1, le=86_400)] = 600
    """Seconds of a processor that it may take for one file."""
