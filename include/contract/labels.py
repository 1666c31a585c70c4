"""How a piece says what made it: to people in its own language, to machines in IPTC's terms.

The label is a parameter of the recipes that bear it, so that changing it remakes nothing else.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from include.contract.values import CleanText, Closed, Open

LABEL_PARAM = "label"
"""Parameter of the recipes whose outputs bear the label; the content type sets it for all of them at once."""


class Labelling(StrEnum):
    """Whether people see or hear that a machine made a piece; its metadata always say so."""

    SHOWN = "shown"
    NONE = "none"


class NoLabel(Closed):
    """Who decided that pieces carry no label, and why."""

    decided_by: Annotated[str, CleanText(200, is_one_line=True)]
    reason: Annotated[str, CleanText(2000)]


class PieceLabel(Open):
    """The output `label` of what is published: what made the piece, and what it says of it."""

    digital_source: Annotated[str, Field(pattern=r"^[A-Za-z]+$", max_length=60)]
    """A `DigitalSource`, or a term that a later version knows."""
    sentence: str
    """What people read or hear; empty if the piece is not labelled for them."""
    language: str
    """BCP 47 tag of the sentence, which is English if there is none in the piece's language."""
