"""How many pods a task has started, over all its tries: for people, and for who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from operators.kept import Kept

if TYPE_CHECKING:
    from airflow.sdk import Context


class PodsStarted(Kept):
    """How many pods a task has started over all its tries."""

    state_key: ClassVar[str] = "atelier_pods_started"

    number: int = 0

    @classmethod
    def of(cls, context: Context) -> Self:
        """So far."""
        return cls.found(context) or cls()

    def one_more(self, context: Context) -> None:
        """Keep it with one more."""
        PodsStarted(number=self.number + 1).keep(context)
