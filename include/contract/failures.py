"""The one line that a failed stage leaves in its termination message, and progress: what both sides say."""

from __future__ import annotations

import json
from bisect import bisect_right
from enum import StrEnum
from itertools import accumulate
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from include.contract.errors import (
    AtelierError,
    Cause,
    ExitCode,
    InputLost,
    OutOfMemory,
    PermanentError,
    TransientError,
)
from include.contract.messages import legible
from include.contract.parsing import json_in
from include.contract.values import UNSAID, Open

MAX_TERMINATION_BYTES = 4096
"""The most bytes of a termination message that Kubernetes keeps."""
MAX_MESSAGE_BYTES = 3000
_MAX_ITEMS = 10
_MAX_ITEM_BYTES, _MAX_PRODUCER_BYTES = 100, 250
_MAX_PHASE_BYTES, _MAX_UNDER_WAY_BYTES, _MAX_TIME_BYTES = 150, 200, 50
"""The most bytes of what is beside the message in a line; at least a third is left for the message."""


class FailureClass(StrEnum):
    """What to do next."""

    PERMANENT = "permanent"
    TRANSIENT = "transient"
    OUT_OF_MEMORY = "out_of_memory"
    BUG = "bug"


def _or_bug(known: type[StrEnum]) -> BeforeValidator:
    """Takes what a later minor calls by a name that this one does not know for a bug (K1)."""
    return BeforeValidator(lambda name: name if name in list(known) else "bug")


Told = Annotated[str, AfterValidator(legible)]


class Progress(Open):
    """How far one attempt of a stage is (K4)."""

    total: int = 0
    done: int = 0
    made: int = 0
    reused: int = 0
    failed: int = 0
    skipped: int = 0
    in_hand: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """How much of the unfinished items is done, in items: 0.4 of a film, or 1.5 of the three of a batch."""
    phase: Told = "starting"
    under_way: Annotated[Told | None, UNSAID] = None
    """What the unfinished items last said of themselves; of an attempt that has ended, what it broke off."""
    updated_at: Told = ""


class Failure(Open):
    """Why a stage ended, in its own words."""

    failure_class: Annotated[FailureClass, _or_bug(FailureClass)]
    cause: Annotated[Cause, _or_bug(Cause)]
    exit_code: int
    message: Told
    items: tuple[Told, ...] = ()
    producer: Told = ""
    """Task that has to make a lost input again."""
    progress: Progress = Progress()

    def line(self) -> str:
        """One JSON line that fits a termination message; long texts are cut."""
        progress = {
            "phase": _cut(self.progress.phase, _MAX_PHASE_BYTES),
            "under_way": self.progress.under_way and _cut(self.progress.under_way, _MAX_UNDER_WAY_BYTES),
            "updated_at": _cut(self.progress.updated_at, _MAX_TIME_BYTES),
        }
        beside = {
            "items": tuple(_cut(item, _MAX_ITEM_BYTES) for item in self.items[:_MAX_ITEMS]),
            "producer": _cut(self.producer, _MAX_PRODUCER_BYTES),
            "progress": self.progress.model_copy(update=progress),
        }
        silent = self.model_copy(update={**beside, "message": ""})
        room = MAX_MESSAGE_BYTES - len(silent.model_dump_json().encode())
        return silent.model_copy(update={"message": _cut(self.message, room)}).model_dump_json()


def failure_of(error: BaseException, items: tuple[str, ...] = (), progress: Progress | None = None) -> Failure:
    """The failure that `error` is."""
    cause, code = Cause.BUG, ExitCode.BUG
    if isinstance(error, AtelierError):
        cause, code = error.cause, error.exit_code
    message = str(error) if isinstance(error, AtelierError) else f"{type(error).__name__}: {error}"
    return Failure(
        failure_class=_class_of(error),
        cause=cause,
        exit_code=code,
        message=message,
        items=items,
        producer=error.producer if isinstance(error, InputLost) else "",
        progress=progress or Progress(),
    )


def read_failure(text: str) -> Failure | None:
    """The failure in a termination message; None if the process left no such line."""
    for row in reversed(text.split("\n")):
        try:
            return Failure.model_validate(json_in(row))
        except (ValueError, RecursionError):
            continue
    return None


def _cut(text: str, max_bytes: int) -> str:
    """As much of `text`, from its beginning, as takes `max_bytes` in a JSON string."""
    text = legible(text)
    ends = list(accumulate(len(json.dumps(each, ensure_ascii=False).encode()) - 2 for each in text[: max_bytes + 1]))
    if not ends or ends[-1] <= max_bytes:
        return text
    return f"{text[: bisect_right(ends, max_bytes - len('…'.encode()))]}…"


def _class_of(error: BaseException) -> FailureClass:
    if isinstance(error, PermanentError):
        return FailureClass.PERMANENT
    if isinstance(error, TransientError):
        return FailureClass.TRANSIENT
    if isinstance(error, OutOfMemory):
        return FailureClass.OUT_OF_MEMORY
    return FailureClass.BUG
