"""When people review what a content type makes, who they are, and what happens if nobody does."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from include.contract.values import AtMost, CleanText, Closed, StageName


class OnTimeout(StrEnum):
    """What becomes of a piece that nobody decided on in time."""

    PUBLISH = "publish"
    """It continues as if it had been approved."""
    DROP = "drop"
    """It is left out as if it had been rejected."""


class Moment(StrEnum):
    """When a run stops to ask."""

    AFTER_SCRIPT = "after_script"
    BEFORE_PUBLISHING = "before_publishing"


class Review(Closed):
    """The `review` of a content type."""

    before_publishing: bool = True
    """Ask about each finished piece."""
    after_script: bool | StageName = False
    """Ask about each script before pictures and sound are made from it; the stage that writes it, if several do."""
    assigned: Annotated[tuple[Annotated[str, CleanText(200)], ...], AtMost(100)] = ()
    """Airflow users (by their id) who may answer; default: everyone who may edit the DAG's runs."""
    timeout_h: Annotated[float, Field(gt=0, le=24 * 90)] = 72.0
    """Hours until `on_timeout` decides."""
    on_timeout: OnTimeout = OnTimeout.DROP

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.moments:
            raise ValueError("reviews nothing; set `before_publishing` or `after_script`, or remove `review`")
        return self

    @property
    def moments(self) -> tuple[Moment, ...]:
        """When it asks, in order."""
        asked = {Moment.AFTER_SCRIPT: bool(self.after_script), Moment.BEFORE_PUBLISHING: self.before_publishing}
        return tuple(moment for moment, is_asked in asked.items() if is_asked)
