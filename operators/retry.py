"""What follows a failure: fail at once, try again, or try again with more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from airflow.sdk import RetryDecision, RetryPolicy
from airflow.sdk.definitions.retry_policy import RetryAction
from airflow.sdk.exceptions import AirflowException

from include.contract.errors import SURROUNDINGS, AtelierError, Cause
from include.contract.failures import Failure, FailureClass, Progress, failure_of
from operators.refusing import MistakesTold
from operators.task_state import TaskStateValue

if TYPE_CHECKING:
    from airflow.sdk import Context

MAX_DELAY_S = 300.0


@dataclass(frozen=True)
class Remedy:
    """What the next try gets more of after one that ran out of memory."""

    words: str
    is_exhausted: bool = False
    """Whether there is no more to give."""


class Tries(TaskStateValue):
    """The budgets that a task's failed tries were charged to since it was started or last cleared."""

    state_key: ClassVar[str] = "atelier_tries"

    max_tries: int
    """Airflow's; clearing a task raises it, which starts a new count."""
    own: int = 0
    infrastructure: int = 0
    trouble: Cause | None = None
    """How the infrastructure failed in the last try, if it did."""
    trouble_since: datetime | None = None
    """When the first of the consecutive tries with this failure failed."""

    @classmethod
    def before(cls, context: Context | None, max_tries: int) -> Self:
        """The stored ones; none if they are from before the task was cleared."""
        kept = cls.found(context)
        return kept if kept is not None and kept.max_tries == max_tries else cls(max_tries=max_tries)

    def with_silent_ones(self, tries_before: int) -> Tries:
        """Tries that left no cause (the worker was lost, the scheduler decided) count as infrastructure."""
        silent = max(0, tries_before - self.own - self.infrastructure)
        return self.model_copy(update={"infrastructure": self.infrastructure + silent})


@dataclass(frozen=True)
class RetryVerdict:
    """What happens after a failure."""

    action: RetryAction
    words: str
    delay_s: float = 0.0


class StageFailed(AirflowException):
    """A stage ended without success; `failure` says why, in the stage's own words."""

    def __init__(self, failure: Failure, verdict: RetryVerdict) -> None:
        super().__init__(_message(failure, verdict.words))
        self.failure = failure
        self.verdict = verdict


@dataclass(frozen=True)
class StageRetryPolicy(RetryPolicy):
    """Two budgets: `retries` for failures of the work, `infrastructure_retries` for those of the infrastructure.

    Airflow's own `retries` is the sum of both, since it knows only one.
    """

    retries: int
    retry_delay_s: float
    infrastructure_retries: int = 0

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments of an operator that follows it."""
        return {
            "retries": self.retries + self.infrastructure_retries,
            "retry_delay": timedelta(seconds=self.retry_delay_s),
            "retry_policy": self,
        }

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Decide by the failure's cause and by what earlier tries were charged to."""
        failure = failure_in(exception)
        verdict = exception.verdict if isinstance(exception, StageFailed) else None
        verdict = verdict or self.settle(failure, try_number, max_tries, context)
        told = "the lines above say why" if isinstance(exception, MistakesTold) else failure.message
        reason = f"{failure.cause}: {told}"[:500]
        if verdict.action is RetryAction.FAIL:
            return RetryDecision.fail(reason)
        return RetryDecision.retry(timedelta(seconds=verdict.delay_s), reason)

    def settle(
        self,
        failure: Failure,
        try_number: int,
        max_tries: int,
        context: Context | None = None,
        remedy: Remedy | None = None,
    ) -> RetryVerdict:
        """Charge the failed try to a budget and say what follows. Called once for each try."""
        before = self.tries_before(try_number, max_tries, context)
        after, verdict = self._judge(failure, before, remedy)
        after.keep(context)
        return verdict

    def tries_before(self, try_number: int, max_tries: int, context: Context | None = None) -> Tries:
        """What the tries before this one were charged to."""
        return Tries.before(context, max_tries).with_silent_ones(try_number - self.first_try(max_tries))

    def first_try(self, max_tries: int) -> int:
        """Number of the first try since the task was started or last cleared, which raises Airflow's `max_tries`."""
        return max(1, max_tries - (self.retries + self.infrastructure_retries) + 1)

    def _judge(self, failure: Failure, tries: Tries, remedy: Remedy | None) -> tuple[Tries, RetryVerdict]:
        if failure.failure_class is FailureClass.PERMANENT:
            return tries, RetryVerdict(RetryAction.FAIL, "Fails at once: another try would give the same.")
        if remedy is not None and remedy.is_exhausted:
            return tries, RetryVerdict(RetryAction.FAIL, f"Fails at once: {remedy.words}.")
        if remedy is not None or failure.cause in SURROUNDINGS:
            return self._charge_surroundings(tries, failure.cause, remedy)
        after = tries.model_copy(update={"own": tries.own + 1, "trouble": None, "trouble_since": None})
        if after.own > self.retries:
            return after, RetryVerdict(
                RetryAction.FAIL, f"This was the last of {_counted(self.retries + 1, 'try', 'tries')}."
            )
        words = f"Tries again in {self.retry_delay_s:g} s (try {after.own + 1} of {self.retries + 1})."
        return after, RetryVerdict(RetryAction.RETRY, words, self.retry_delay_s)

    def _charge_surroundings(self, tries: Tries, cause: Cause, remedy: Remedy | None) -> tuple[Tries, RetryVerdict]:
        is_same = tries.trouble is cause and tries.trouble_since is not None
        since = tries.trouble_since if is_same else datetime.now(UTC)
        update = {"infrastructure": tries.infrastructure + 1, "trouble": cause, "trouble_since": since}
        after = tries.model_copy(update=update)
        budget = self.infrastructure_retries
        lasting = f"; `{cause.value}` since {since:%Y-%m-%d %H:%M:%S} UTC" if is_same else ""
        if after.infrastructure > budget:
            used = _counted(budget, "retry", "retries")
            return after, RetryVerdict(RetryAction.FAIL, f"Fails: its {used} for infrastructure are used up{lasting}.")
        delay_s = 0.0 if remedy else _delay(self.retry_delay_s, after.infrastructure)
        more = f" {remedy.words}" if remedy else ""
        when = f"in {delay_s:g} s" if delay_s else "at once"
        words = f"Tries again {when}{more} (retry {after.infrastructure} of {budget} for infrastructure{lasting})."
        return after, RetryVerdict(RetryAction.RETRY, words, delay_s)

    def serialize(self) -> dict[str, Any]:
        """The policy as JSON."""
        return {
            "retries": self.retries,
            "retry_delay_s": self.retry_delay_s,
            "infrastructure_retries": self.infrastructure_retries,
        }

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> StageRetryPolicy:
        """The policy that `serialize` wrote."""
        return cls(**data)


def failure_in(exception: BaseException) -> Failure:
    """`exception` as a typed failure; an unexpected one is a bug."""
    if isinstance(exception, StageFailed | MistakesTold):
        return exception.failure
    failure = failure_of(exception)
    if isinstance(exception, AtelierError) or "Timeout" not in type(exception).__name__:
        return failure
    return failure.model_copy(update={"cause": Cause.DEADLINE})


def _delay(retry_delay_s: float, times: int) -> float:
    """Seconds until the next try, doubled each time."""
    return min(max(retry_delay_s, 1.0) * 2.0 ** min(times - 1, 20), max(MAX_DELAY_S, retry_delay_s))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _in_hand(progress: Progress) -> str:
    return f", and {100 * progress.in_hand:.0f} % of one in hand" if progress.in_hand else ""


def _message(failure: Failure, words: str) -> str:
    progress = failure.progress
    lines = [f"{failure.cause} (exit code {failure.exit_code}): {failure.message}"]
    if failure.items:
        lines.append(f"Items: {', '.join(failure.items)}")
    if progress.total:
        lines.append(
            f"Progress: {progress.done} of {progress.total} done{_in_hand(progress)} "
            f"({progress.made} made, {progress.reused} reused, {progress.failed} failed, {progress.skipped} skipped), "
            f"in phase `{progress.phase}`"
        )
    if progress.under_way:
        lines.append(f"Under way: {progress.under_way}")
    return "\n".join([*lines, words])
