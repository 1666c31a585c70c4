"""What became of the tries at a request before this one, as far as they left a word."""

from __future__ import annotations

from include.contract.errors import CorruptInput
from include.contract.failures import Progress
from include.contract.keys import end_key, progress_key
from include.contract.parsing import model_in
from include.runtime.attempt import Attempt

DONE = "done"
"""The last phase of a try that succeeded."""


def killed_tries(attempt: Attempt) -> int:
    """How many of them ended without a word, as a process does that the kernel kills for its memory."""
    return sum(_was_killed(attempt, number) for number in range(1, attempt.number))


def _was_killed(attempt: Attempt, number: int) -> bool:
    run, sha256, store = attempt.request.run, attempt.sha256, attempt.store
    body = store.get(progress_key(run, sha256, number))
    if body is None or store.get(end_key(run, sha256, number)) is not None:
        return False
    try:
        return model_in(Progress, body, "the progress").phase != DONE
    except CorruptInput:
        return True
