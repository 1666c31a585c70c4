"""What made the parts of a piece, as the inputs of a recipe say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput
from include.runtime.foreign.pictures import opened_picture
from include.runtime.labels.marks import source_in

TEXT_SOURCE = "digital_source"
"""The input that says what wrote the text."""


def text_source(inputs: Mapping[str, Path]) -> DigitalSource:
    """What wrote the text.

    :raises CorruptInput: the input is missing, or says something else.
    """
    known = {source.value.encode(): source for source in DigitalSource}
    told = inputs[TEXT_SOURCE].read_bytes() if TEXT_SOURCE in inputs else b""
    if told not in known:
        raise CorruptInput(
            f"input {TEXT_SOURCE} is {told[:60]!r}; allowed: {', '.join(source.value for source in DigitalSource)}"
        )
    return known[told]


def picture_source(path: Path, name: str) -> DigitalSource | None:
    """What drew the picture at `path`, which messages call `name`; None when it does not say.

    :raises CorruptInput: it is no picture.
    """
    with opened_picture(path, f"input {name}") as picture:
        return source_in(picture)
