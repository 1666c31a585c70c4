"""`python -m atelier.testing.held run <uri>`: a stage's real process, elsewhere, and held until it is asked to stop.

Elsewhere: on one core, besides what the environment says. `ATELIER_TESTING_HOLD_AT` says before which batch it is held,
counted from 1; without it, before none.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from threading import Event
from typing import Any

from include.contract.errors import AtelierError
from include.runtime import __main__ as entry
from include.runtime import session
from include.runtime.stage import ItemResult, ModelFiles, Stage, Work
from include.runtime.stages import stage_of
from include.runtime.stopping import Stopping

HOLD_AT = "ATELIER_TESTING_HOLD_AT"
HELD = "held until it is asked to stop"


class HeldStage(Stage):
    """Runs another stage, held before one of its batches."""

    def __init__(self, stage: Stage, at: int, asked: Event) -> None:
        self._stage, self._at, self._asked = stage, at, asked
        self._batches = 0

    def setup(self, model: ModelFiles) -> None:
        """As the other one does."""
        self._stage.setup(model)

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """As the other one does, after the hold."""
        self._batches += 1
        if self._batches == self._at:
            sys.stdout.write(f"{HELD}\n")
            sys.stdout.flush()
            self._asked.wait()
        return self._stage.process(batch)

    def teardown(self) -> None:
        """As the other one does."""
        self._stage.teardown()


if __name__ == "__main__":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    stopping = Stopping()
    hold_at = int(os.environ.get(HOLD_AT, "0"))
    own_entry: Any = entry
    own_entry.Stopping = lambda: stopping
    own_session: Any = session
    own_session.stage_of = lambda recipe: HeldStage(stage_of(recipe), hold_at, stopping.asked)
    code = entry.main(sys.argv[1:])
    sys.stdout.flush()
    logging.shutdown()
    os._exit(code)
