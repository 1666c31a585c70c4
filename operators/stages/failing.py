"""What is added to a stage's failure that only its task knows, and failures of waiting for it."""

from __future__ import annotations

from include.contract.ending import FailureReason, to_failure
from include.contract.errors import Cause
from include.contract.failures import Failure
from include.contract.keys import blob_key
from include.contract.requests import StageRequest
from include.store.store import Store
from operators.stages.progress import with_progress
from operators.stages.reuse import invalidate_broken
from operators.task_ids import BRIEF_TASK


def in_full(failure: Failure, store: Store, request: StageRequest, attempt: int) -> Failure:
    """`failure` of a try, with how far it came and which tasks have to make again what is lost."""
    failure = with_progress(failure, store, request, attempt)
    return _naming_producers(failure, store, request) if failure.cause is Cause.INPUT_LOST else failure


def trigger_timed_out(error: Exception) -> Failure:
    """The stage ran out of the time that Airflow gives its task."""
    return to_failure(
        FailureReason(Cause.DEADLINE, f"the stage took longer than the task's `execution_timeout` ({error})")
    )


def trigger_lost(error: Exception) -> Failure:
    """The trigger that waited for the stage ended without an event."""
    return to_failure(
        FailureReason(
            Cause.WORKER_STOPPED, f"the triggerer lost the trigger ({error}); the next try takes over what is running"
        )
    )


def _naming_producers(failure: Failure, store: Store, request: StageRequest) -> Failure:
    """The failure with the tasks to clear; their stage contents are invalidated, so that they make them again."""
    lost_files = [f for order in request.orders for f in order.files if store.size(blob_key(f.sha256)) != f.bytes]
    tasks = [BRIEF_TASK] if lost_files else invalidate_broken(store, request.upstreams)
    if not tasks:
        return failure
    advice = f"Clear {' and '.join(f'`{task}`' for task in tasks)} with its downstream tasks to make it again."
    return failure.model_copy(update={"message": f"{failure.message}\n{advice}"})
