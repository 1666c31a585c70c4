"""What a try leaves in the store while it runs and when it ends: the sign that it lives, its log, its last words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from include.contract.deployments import StoreSettings
from include.contract.errors import AtelierError
from include.contract.failures import Failure, read_failure
from include.contract.keys import end_key, log_key, progress_key
from include.contract.manifests import RunRef
from include.store.store import Store
from operators.store import connected_store

TRIES = 2
READ_TIMEOUT_S = 10.0
"""Who waits for a job asks again soon."""


@dataclass(frozen=True)
class Left:
    """Of one try at one request."""

    store: Store
    run: RunRef
    request: str
    attempt: int

    @classmethod
    def of(cls, settings: StoreSettings, run: RunRef, request: str, attempt: int) -> Self:
        """As who waits for a job sees it. Asks Airflow for the store's connection."""
        return cls(connected_store(settings, TRIES, READ_TIMEOUT_S), run, request, attempt)

    def forget(self) -> None:
        """Remove what a try of the same name has left: a DAG run may be deleted and made again.

        :raises AtelierError: the store does not do it.
        """
        for key in (
            end_key(self.run, self.request, self.attempt),
            log_key(self.run, self.request, self.attempt, 0),
        ):
            self.store.delete(key)

    def silence_s(self) -> float | None:
        """Seconds by the store's clock since the try last wrote its progress; infinite if it never did.

        None if the store does not answer, so that nothing is known.
        """
        key = progress_key(self.run, self.request, self.attempt)
        try:
            found = self.store.read(key)
            if found is None:
                return math.inf
            now = self.store.now(key)
        except AtelierError:
            return None
        if found.modified_at is None or now is None:
            return None
        return max(0.0, (now - found.modified_at).total_seconds())

    def failure(self) -> Failure | None:
        """Why it failed, in its own words; None if it left none."""
        try:
            body = self.store.get(end_key(self.run, self.request, self.attempt))
        except AtelierError:
            return None
        return None if body is None else read_failure(body.decode(errors="replace"))

    def chunk(self, number: int) -> bytes | None:
        """A chunk of its log; None if it is not there, or cannot be read now."""
        try:
            return self.store.get(log_key(self.run, self.request, self.attempt, number))
        except AtelierError:
            return None
