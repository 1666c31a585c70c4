"""The store's answers, or their absence: the client libraries' errors as the contract's, typed by what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache

from include.contract.errors import AtelierError, BadRequest, StoreAway
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.errors import EXPECTED, Refusal, StoreRefuses, Unanswered, refusal_of, tells_no_code
from include.store.told import Told, by_botocore, by_obstore, without_query

_RIGHTS = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "ListObjectsV2": "s3:ListBucket",
    "ListParts": "s3:ListMultipartUploadParts",
}
"""The permission for each operation; all others write."""


class Answers:
    """Types the errors of one client library, for one bucket. Thread-safe."""

    def __init__(self, domain: Domain, connection: Connection, ask: Callable[[str], object]) -> None:
        """`ask` reads a byte of the object under a key, to learn what the answer to a HEAD does not say."""
        self._domain, self._ask = domain, ask
        self._endpoint, self._outage = connection.endpoint, connection.outage

    @contextmanager
    def typed(self, key: str, *, in_one_call: bool = True) -> Iterator[None]:
        """Calls about `key` are made in the block; `in_one_call` if one answer ends it.

        :raises Absent, Refused, Conflict: without a condition, the same as `StoreAway`.
        :raises StoreAway: no answer, or a temporary refusal.
        :raises BadRequest: another try would be refused too.
        """
        from botocore.exceptions import ClientError
        from obstore.exceptions import BaseError

        asked_at = self._outage.now()
        try:
            with self._outage.asking() if in_one_call else nullcontext():
                yield
        except ClientError as error:
            raise self._typed(by_botocore(error), key, asked_at) from error
        except (BaseError, FileNotFoundError) as error:
            raise self._typed(by_obstore(str(error)), key, asked_at) from None
        except _wrong_settings() as error:
            raise BadRequest(f"the settings of the connection to the store are wrong: {error}") from error
        except _broken_off() as error:
            why = without_query(str(error))
            since = self._outage.missed(asked_at, why)
            raise StoreAway(f"{self._where(key)} does not answer, {since}: {why}") from error
        else:
            self._outage.answered()

    def _typed(self, told: Told, key: str, asked_at: float) -> Exception:
        if not told.status:
            since = self._outage.missed(asked_at, told.why)
            kind = Unanswered if told.is_lost else StoreAway
            return kind(f"{self._where(key)} does not answer, {since}: {told.why}")
        if told.operation == "HeadObject" and tells_no_code(told.status, told.code):
            return self._reason_for(key)
        refusal, answer = refusal_of(told.status, told.code), told.code or str(told.status)
        if refusal is Refusal.PASSING:
            since = self._outage.missed(asked_at, answer)
            return StoreAway(f"{self._where(key)} cannot answer now, {since}: {answer}; this may pass")
        self._outage.answered()
        if refusal in EXPECTED:
            return EXPECTED[refusal](f"{self._where(key)} answers {answer}")
        if refusal is Refusal.FORBIDDEN:
            right = _RIGHTS.get(told.operation, "s3:PutObject")
            realm = "/".join(key.split("/")[:2])
            return StoreRefuses(
                f"{self._domain.uri(key)}: the store refuses {told.operation}; the credentials in use need the "
                f"permission `{right}` on {self._domain.uri(realm)}/*"
            )
        advice = "check the bucket's name, credentials and permissions"
        return StoreRefuses(f"{self._where(key)} refuses with {answer}; {advice}")

    def _reason_for(self, key: str) -> Exception:
        """Why the store has refused a HEAD, which it may not say in the answer."""
        try:
            with self.typed(key):
                self._ask(key)
        except AtelierError as reason:
            return reason
        return StoreAway(f"{self._where(key)} refused HEAD, and then answered GET")

    def _where(self, key: str) -> str:
        return f"{self._domain.uri(key)}: the store at {self._endpoint}"


def is_passing(error: Exception) -> bool:
    """Whether what boto3 raised may be gone when it is asked again."""
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        told = by_botocore(error)
        return refusal_of(told.status, told.code) is Refusal.PASSING
    return isinstance(error, _broken_off()) and not isinstance(error, _wrong_settings())


@cache
def _wrong_settings() -> tuple[type[Exception], ...]:
    from botocore import exceptions

    return (
        exceptions.InvalidRegionError,
        exceptions.NoCredentialsError,
        exceptions.NoRegionError,
        exceptions.ParamValidationError,
        exceptions.PartialCredentialsError,
    )


@cache
def _broken_off() -> tuple[type[Exception], ...]:
    """No answer, half of one, or one that is not S3's."""
    from botocore.exceptions import BotoCoreError
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    return (BotoCoreError, HTTPError, ConnectionError, TimeoutError, ResponseParserError)
