"""What the store answers, or does not: the client library's errors as the contract's, by what to do next."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from include.contract.errors import AtelierError, BadRequest, StoreAway
from include.contract.keys import Domain
from include.contract.outage import Outage
from include.contract.store_answers import EXPECTED, Refusal, refusal_of, tells_no_code

log = logging.getLogger(__name__)

_WRONG_SETTINGS = (
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
)
_BROKEN_OFF = (
    BotoCoreError,
    HTTPError,
    ConnectionError,
    TimeoutError,
    ResponseParserError,
)
"""No answer, half of one, or one that is not S3's."""
_RIGHTS = {"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "ListObjectsV2": "s3:ListBucket"}
"""By operation; any other writes."""


class Answers:
    """Of one store. Thread-safe."""

    def __init__(self, domain: Domain, client: Any) -> None:
        self._domain, self._client = domain, client
        self._endpoint = str(client.meta.endpoint_url)
        self._outage = Outage(f"the store at {self._endpoint}", log)

    @contextmanager
    def typed(self, key: str, *, in_one_call: bool = True) -> Iterator[None]:
        """Calls about `key` are made in the block; `in_one_call` where one answer ends it.

        :raises Absent, Refused, Conflict: where no condition was set, as good as `StoreAway`.
        :raises StoreAway: no answer, or none that lasts.
        :raises BadRequest: another try would be refused too.
        """
        asked_at = self._outage.now()
        try:
            with self._outage.asking() if in_one_call else nullcontext():
                yield
        except ClientError as error:
            raise self._typed(error, key, asked_at) from error
        except _WRONG_SETTINGS as error:
            raise BadRequest(f"the store's settings are not right: {error}") from error
        except _BROKEN_OFF as error:
            raise self._away(error, asked_at) from error
        else:
            self._outage.answered()

    def _away(self, error: Exception, asked_at: float) -> StoreAway:
        since = self._outage.missed(asked_at, error)
        return StoreAway(f"the store at {self._endpoint} does not answer, {since}: {error}")

    def _typed(self, error: ClientError, key: str, asked_at: float) -> Exception:
        code = str(error.response.get("Error", {}).get("Code", ""))
        meta = error.response.get("ResponseMetadata", {})
        status = int(meta.get("HTTPStatusCode", 0))
        if error.operation_name == "HeadObject" and tells_no_code(status, code):
            return self._reason_for(key)
        refusal = refusal_of(status, code)
        where = self._domain.uri(key)
        if refusal is Refusal.PASSING:
            since = self._outage.missed(asked_at, error)
            return StoreAway(f"{where}: the store cannot answer now, {since}: {error}")
        self._outage.answered()
        if refusal in EXPECTED:
            return EXPECTED[refusal](f"{where}: the store answers {error}", meta.get("RetryAttempts", 0) > 0)
        if refusal is Refusal.FORBIDDEN:
            right = _RIGHTS.get(error.operation_name, "s3:PutObject")
            realm = "/".join(key.split("/")[:2])
            return BadRequest(
                f"{where}: the store refuses {error.operation_name}; the stage's credentials need the right `{right}` "
                f"on {self._domain.uri(realm)}/*"
            )
        return BadRequest(f"{where}: the store refuses: {error}; check bucket, credentials and rights")

    def _reason_for(self, key: str) -> Exception:
        """Why the store has refused a HEAD, which it may not say in the answer."""
        at = {"Bucket": self._domain.bucket, "Key": f"{self._domain.prefix}{key}"}
        try:
            with self.typed(key):
                self._client.get_object(**at, Range="bytes=0-0")["Body"].close()
        except AtelierError as reason:
            return reason
        return StoreAway(f"{self._domain.uri(key)}: the store refused HEAD, and then answered GET")
