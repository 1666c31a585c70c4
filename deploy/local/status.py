"""What the supervisor reports about itself, for everybody who uses its servers."""

from __future__ import annotations

import logging
from datetime import datetime

from deploy.local.stackfile import Phase, StackFile

log = logging.getLogger(__name__)


class Status:
    """Phase, ports and what users should know, written to the stack file whenever one of them changes."""

    def __init__(self, file: StackFile) -> None:
        self.phase, self.message = Phase.STARTING, ""
        self.ports: dict[str, int] = {}
        self.told: list[str] = []
        self._file = file
        self._written: tuple[object, ...] = ()

    def enter(self, phase: Phase, message: str = "") -> None:
        """Report how far it is; `message` is why it failed, or what it is waiting for."""
        self.phase, self.message = phase, message
        description = (phase, dict(self.ports), message, tuple(self.told))
        if description != self._written:
            self._written = description
            self._file.write(*description)

    def tell(self, line: str) -> None:
        """Report it to everybody who uses the servers."""
        log.warning("%s", line)
        self.told.append(f"{datetime.now():%H:%M} {line}")
        self.enter(self.phase, self.message)
