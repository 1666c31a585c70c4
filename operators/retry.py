"""What follows a failure: fail at once, try again, or what the task itself says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowException

from include.contract.errors import AtelierError
from include.contract.failures import Failure, FailureClass, failure_of

if TYPE_CHECKING:
    from airflow.sdk import Context

MAX_DELAY_S = 300.0


class StageFailed(AirflowException):
    """A stage ended without success; `failure` says why, in the words that it left behind."""

    def __init__(self, failure: Failure, next_step: str) -> None:
        super().__init__(_message(failure, next_step))
        self.failure = failure


@dataclass(frozen=True)
class StageRetryPolicy(RetryPolicy):
    """Permanent causes fail at once; transient ones are tried again, ever later; others as the task says."""

    retry_delay_s: float

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Decide by the failure's class; a failure of Airflow's own is left to the task's settings."""
        failure = failure_in(exception)
        if failure is None:
            return RetryDecision.default()
        reason = f"{failure.cause.value}: {failure.message}"[:500]
        if failure.failure_class is FailureClass.PERMANENT:
            return RetryDecision.fail(reason)
        delay_s = delay_before(failure, try_number, self.retry_delay_s)
        return RetryDecision.retry(timedelta(seconds=delay_s), reason)

    def serialize(self) -> dict[str, Any]:
        """The policy as JSON."""
        return {"retry_delay_s": self.retry_delay_s}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> StageRetryPolicy:
        """The policy that `serialize` wrote."""
        return cls(**data)


def failure_in(exception: BaseException) -> Failure | None:
    """The typed failure that `exception` is, or None when it is not one of Atelier's."""
    if isinstance(exception, StageFailed):
        return exception.failure
    return failure_of(exception) if isinstance(exception, AtelierError) else None


def delay_before(failure: Failure, try_number: int, retry_delay_s: float) -> float:
    """Seconds until the next try: doubled with each try when the cause is transient."""
    if failure.failure_class is not FailureClass.TRANSIENT:
        return retry_delay_s
    return min(max(retry_delay_s, 1.0) * 2.0 ** min(try_number - 1, 20), max(MAX_DELAY_S, retry_delay_s))


def next_step(failure: Failure, try_number: int, max_tries: int, retry_delay_s: float) -> str:
    """What happens after this failure, in words."""
    if failure.failure_class is FailureClass.PERMANENT:
        return "Fails at once: another try would give the same."
    if try_number > max_tries:
        return f"Was the last of {try_number} tries."
    delay_s = delay_before(failure, try_number, retry_delay_s)
    return f"Tries again in {delay_s:g} s (try {try_number + 1} of {max_tries + 1})."


def _message(failure: Failure, step: str) -> str:
    progress = failure.progress
    lines = [f"{failure.cause.value} (exit code {failure.exit_code}): {failure.message}"]
    if failure.items:
        lines.append(f"Items: {', '.join(failure.items)}")
    if progress.total:
        lines.append(
            f"Progress: {progress.done} of {progress.total} done ({progress.made} made, {progress.reused} reused, "
            f"{progress.failed} failed, {progress.skipped} skipped), in phase `{progress.phase}`"
        )
    return "\n".join([*lines, step])
