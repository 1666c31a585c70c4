"""What the store answers, or does not: the client library's errors as the contract's, by what to do next."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from include.contract.errors import AtelierError, BadRequest, StoreAway, UnfitStore
from include.contract.outage import Outage
from include.contract.store_answers import EXPECTED, Refusal, refusal_of, tells_no_code

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

log = logging.getLogger(__name__)


class Answers:
    """Of the store behind one connection. Thread-safe."""

    def __init__(self, client: S3Client) -> None:
        self._client = client
        self._endpoint = client.meta.endpoint_url
        self._outage = Outage(f"the store at {self._endpoint}", log)

    @contextmanager
    def typed(self, bucket: str, path: str, *, in_one_call: bool = True) -> Iterator[None]:
        """Calls about one object are made in the block; `in_one_call` where one answer ends it.

        :raises Absent, Refused, Conflict: where no condition was set, as good as `StoreAway`.
        :raises StoreAway: no answer, or none that lasts.
        :raises UnfitStore: another try would be refused too.
        """
        from botocore.exceptions import ClientError

        asked_at = self._outage.now()
        try:
            with self._outage.asking() if in_one_call else nullcontext():
                yield
        except ClientError as error:
            raise self._typed(error, bucket, path, asked_at) from error
        except _wrong_settings() as error:
            raise BadRequest(f"the settings of the store's connection are not right: {error}") from error
        except _broken_off() as error:
            since = self._outage.missed(asked_at, error)
            raise StoreAway(f"{self._where(bucket, path)}: the store does not answer, {since}: {error}") from error
        else:
            self._outage.answered()

    def _typed(self, error: Any, bucket: str, path: str, asked_at: float) -> Exception:
        code = str(error.response.get("Error", {}).get("Code", ""))
        meta = error.response.get("ResponseMetadata", {})
        status = int(meta.get("HTTPStatusCode", 0))
        if error.operation_name == "HeadObject" and tells_no_code(status, code):
            return self._reason_for(bucket, path)
        refusal, where = refusal_of(status, code), self._where(bucket, path)
        if refusal is Refusal.PASSING:
            since = self._outage.missed(asked_at, error)
            return StoreAway(f"{where}: the store answers {code or status}, {since}; it may pass")
        self._outage.answered()
        if refusal in EXPECTED:
            return EXPECTED[refusal](f"{where}: the store answers {code or status}", meta.get("RetryAttempts", 0) > 0)
        return UnfitStore(
            f"{where}: the store refuses with {code or status}; check the bucket's name and the connection's "
            "credentials and rights"
        )

    def _reason_for(self, bucket: str, path: str) -> Exception:
        """Why the store has refused a HEAD, which it may not say in the answer."""
        try:
            with self.typed(bucket, path):
                self._client.get_object(Bucket=bucket, Key=path, Range="bytes=0-0")["Body"].close()
        except AtelierError as reason:
            return reason
        return StoreAway(f"{self._where(bucket, path)}: the store refused HEAD, and then answered GET")

    def _where(self, bucket: str, path: str) -> str:
        return f"s3://{bucket}/{path} at {self._endpoint}"


def _wrong_settings() -> tuple[type[Exception], ...]:
    from botocore import exceptions

    return (
        exceptions.InvalidRegionError,
        exceptions.NoCredentialsError,
        exceptions.NoRegionError,
        exceptions.ParamValidationError,
        exceptions.PartialCredentialsError,
    )


def _broken_off() -> tuple[type[Exception], ...]:
    """No answer, half of one, or one that is not S3's."""
    from botocore.exceptions import BotoCoreError
    from botocore.parsers import ResponseParserError
    from s3transfer.exceptions import RetriesExceededError, S3DownloadFailedError
    from urllib3.exceptions import HTTPError

    return (
        BotoCoreError,
        HTTPError,
        ConnectionError,
        TimeoutError,
        ResponseParserError,
        RetriesExceededError,
        S3DownloadFailedError,
    )
