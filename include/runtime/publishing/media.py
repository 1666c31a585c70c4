"""The length of a finished sound or film, from its own header."""

from __future__ import annotations

from typing import IO

import av

from include.contract.errors import CorruptInput
from include.runtime.foreign.media import opened_media


def duration_s(file: IO[bytes], name: str) -> float:
    """Length of a sound or film in seconds; reads only the header of `file`.

    :param name: for messages.
    :raises CorruptInput: it cannot be opened, or does not say.
    """
    with opened_media(file, f"output `{name}`") as container:
        length = container.duration
    if not length:
        raise CorruptInput(f"output `{name}` does not say how long it is")
    return round(length / av.time_base, 3)
