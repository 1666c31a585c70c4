"""What the supervisor reports to its users: its phase, its ports, and why it failed."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Self

import psutil
from pydantic import TypeAdapter

from deploy.local.files import mapping_in, write_atomically
from deploy.local.installation import Installation


class Phase(StrEnum):
    """The state of the embedded servers."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    FAILED = "failed"


@dataclass(frozen=True)
class Stack:
    """The embedded servers, as the supervisor last described them."""

    pid: int
    phase: Phase
    started_at: datetime
    ports: dict[str, int] = field(default_factory=dict)
    message: str = ""
    """Why it failed, or what it is waiting for while it starts."""
    told: tuple[str, ...] = ()
    """What has happened since the start that users should know, oldest first."""


_DESCRIPTION = TypeAdapter(Stack)


@dataclass(frozen=True)
class StackFile:
    """The supervisor's description, and the note with which `make up` asks it to stay."""

    path: Path
    kept: Path

    @classmethod
    def of(cls, installation: Installation) -> Self:
        """The files of `installation`."""
        return cls(installation.state / "stack.json", installation.state / "keep")

    def write(self, phase: Phase, ports: dict[str, int], message: str = "", told: Sequence[str] = ()) -> None:
        """Describe the servers; only the supervisor does."""
        stack = {
            "pid": os.getpid(),
            "phase": phase,
            "started_at": datetime.fromtimestamp(psutil.Process().create_time(), UTC).isoformat(),
            "ports": ports,
            "message": message,
            "told": list(told),
        }
        write_atomically(self.path, json.dumps(stack, indent=2).encode())

    def read(self) -> Stack | None:
        """The last description, possibly of a supervisor that is gone; None if there is none."""
        try:
            return _DESCRIPTION.validate_python(mapping_in(self.path))
        except ValueError:
            return None

    def keep(self, pid: int) -> None:
        """Ask the supervisor `pid` to stay even if nobody uses it."""
        write_atomically(self.kept, str(pid).encode())

    def is_kept_by(self, pid: int) -> bool:
        """Whether `pid`, and not an earlier process, was asked to stay."""
        return self.kept.exists() and self.kept.read_text() == str(pid)

    def let_go(self) -> None:
        """Let the supervisor stop when nobody uses it."""
        self.kept.unlink(missing_ok=True)
