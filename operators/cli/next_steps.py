"""What somebody can do about a failure, by its cause."""

from __future__ import annotations

from include.contract.errors import Cause

_AGAIN = "clear the task `{task}` in Airflow: what is made stays, and only the rest is tried again"
_INPUT = "clear the task that makes its input, with its downstream tasks"
_NEXT: dict[str, str] = {
    Cause.BAD_REQUEST: "correct what is named above in the brief, content type or deployment, and run it again",
    Cause.REJECTED_CONTENT: "change the brief, or its `variation`, and run it again: another try gives the same",
    Cause.CORRUPT_INPUT: _INPUT,
    Cause.INPUT_LOST: _INPUT,
    Cause.UNKNOWN_MODEL: "correct the stage's `model`, or add the model (`atelier models add`), and run it again",
    Cause.MODEL_REFUSED: f"correct the key or address of the model's server, then {_AGAIN}",
    Cause.UNFIT_STORE: "use a store that keeps conditional writes (docs/format.md), then run it again",
    Cause.HOST_OUT_OF_MEMORY: f"give the stage's profile more memory (`memory_mib`, `memory_max_mib`), then {_AGAIN}",
    Cause.DEVICE_OUT_OF_MEMORY: f"give the stage a profile with a larger device, or a smaller model, then {_AGAIN}",
    Cause.ITEMS_FAILED: f"do what its failed items say (`--failed`), then {_AGAIN}",
    Cause.WORKER_CRASHED: f"mend what the lines above say, or leave the item out, then {_AGAIN}",
    Cause.NEVER_SCHEDULED: f"add a node that has what was asked for, or ask for less in the profile, then {_AGAIN}",
    Cause.DEADLINE: f"raise the stage's `timeout_s`, then {_AGAIN}",
}


def next_step(cause: str | None, task: str) -> str:
    """What to do about a failure of `cause` in what `task` makes; of an unknown cause, another try."""
    return _NEXT.get(cause or "", _AGAIN).format(task=task)
