"""The one line that a failed stage leaves in its termination message, and progress: the small talk of both sides."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationError

from include.contract.errors import (
    AtelierError,
    Cause,
    ExitCode,
    InputLost,
    OutOfMemory,
    PermanentError,
    TransientError,
)
from include.contract.values import Open

MAX_MESSAGE_BYTES = 3000
"""Kubernetes keeps 4096 bytes of a termination message."""


class FailureClass(StrEnum):
    """What to do next."""

    PERMANENT = "permanent"
    TRANSIENT = "transient"
    OUT_OF_MEMORY = "out_of_memory"
    BUG = "bug"


class Progress(Open):
    """How far one attempt of a stage is (K4)."""

    total: int = 0
    done: int = 0
    made: int = 0
    reused: int = 0
    failed: int = 0
    skipped: int = 0
    phase: str = "starting"
    updated_at: str = ""


class Failure(Open):
    """Why a stage ended, in its own words."""

    failure_class: FailureClass
    cause: Cause
    exit_code: int
    message: str
    items: Annotated[tuple[str, ...], Field(max_length=10)] = ()
    producer: str = ""
    """Task that has to make a lost input again."""
    progress: Progress = Progress()

    def line(self) -> str:
        """One JSON line that fits a termination message."""
        message = self.message
        while (
            len((text := self.model_copy(update={"message": message}).model_dump_json()).encode()) > MAX_MESSAGE_BYTES
        ):
            message = message[: len(message) * 3 // 4 - 1] + "…"
        return text


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
        items=items[:10],
        producer=error.producer if isinstance(error, InputLost) else "",
        progress=progress or Progress(),
    )


def read_failure(text: str) -> Failure | None:
    """The failure in a termination message, or None when the process left no such line."""
    for row in reversed(text.strip().splitlines()):
        try:
            return Failure.model_validate(json.loads(row))
        except (json.JSONDecodeError, ValidationError):
            continue
    return None


def _class_of(error: BaseException) -> FailureClass:
    if isinstance(error, PermanentError):
        return FailureClass.PERMANENT
    if isinstance(error, TransientError):
        return FailureClass.TRANSIENT
    if isinstance(error, OutOfMemory):
        return FailureClass.OUT_OF_MEMORY
    return FailureClass.BUG
