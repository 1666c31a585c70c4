"""`python -m tests.include.runtime.words run <uri>`: the real entry point, with a stage that needs no model.

Says on stdout when an item starts, and takes WORDS_SECONDS for each. Claims expire after WORDS_EXPIRY_S.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from include.runtime import __main__ as entry
from include.runtime import claims, session
from include.runtime.models import asked
from include.runtime.stage import Work
from tests.include.runtime.desk import REGISTRY, WordsStage


def slowly(batch: Sequence[Work]) -> None:
    """Take a while, in a way that a signal does not cut short."""
    sys.stdout.write(f"computing {batch[0].item}\n")
    sys.stdout.flush()
    time.sleep(float(os.environ.get("WORDS_SECONDS", "0")))


if __name__ == "__main__":
    claims.EXPIRY_S = float(os.environ.get("WORDS_EXPIRY_S", claims.EXPIRY_S))
    asked.registry = lambda: REGISTRY  # type: ignore[assignment]
    session.stage_of = lambda recipe: WordsStage(before=slowly)  # type: ignore[assignment]
    code = entry.main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
