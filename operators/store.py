"""The Airflow side's only S3 code: few and small objects, errors typed by what to do next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from include.contract.artifacts import Artifact
from include.contract.blobs import Reading, reading, trusted
from include.contract.deployments import StoreSettings
from include.contract.errors import BadRequest, StoreAway
from include.contract.keys import Domain, blob_key
from include.contract.published import own_digest
from include.contract.store_answers import Absent, Conflict, Refused, UploadOver
from operators.store_errors import Answers

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECTIONS = 32
"""Requests that one process may have under way at once."""
_CHUNK_BYTES = 1 << 20
_PUT_TRIES = 5


@dataclass(frozen=True)
class Listed:
    """An object of the store, as a listing tells it."""

    key: str
    bytes: int
    modified_at: datetime
    """By the store's clock."""


@dataclass(frozen=True)
class Digested:
    """One version of an object, as it was read."""

    sha256: str
    etag: str
    own_sha256: str | None = None
    """Of the bytes that its writer put there, where it said so (`own_digest`)."""

    @property
    def is_as_written(self) -> bool:
        """Whether nothing tells that the bytes have changed since they were written."""
        return self.own_sha256 in (None, self.sha256)


@dataclass(frozen=True)
class Store:
    """One bucket and prefix, reached through an Airflow connection."""

    client: S3Client
    domain: Domain
    environment: dict[str, str]
    """What a stage's process needs to reach the same store; holds credentials, so it goes nowhere else."""

    @classmethod
    def connect(cls, settings: StoreSettings, client_config: Any = None) -> Store:
        """The store behind `settings.connection_id`.

        :param client_config: how patient the client is, where `config()` is not right.
        :raises BadRequest: there is no such connection, or it holds no credentials.
        """
        from airflow.providers.amazon.aws.hooks.s3 import S3Hook
        from airflow.sdk import BaseHook
        from airflow.sdk.exceptions import AirflowNotFoundException

        try:
            # The hook alone would fall back on whatever credentials the machine has, and reach another store.
            BaseHook.get_connection(settings.connection_id)
        except AirflowNotFoundException as error:
            raise BadRequest(
                f"the Airflow connection `{settings.connection_id}` does not exist; add one of type `aws` "
                "with the store's endpoint as `endpoint_url` in its extra"
            ) from error
        hook = S3Hook(aws_conn_id=settings.connection_id, config=client_config or config())
        client: S3Client = hook.get_conn()
        return cls(client, settings.domain(), _environment(hook, client, settings.connection_id))

    def get(self, key: str) -> bytes | None:
        """Bytes under `key`, or None when there is nothing."""
        return self.get_at(self.domain.bucket, self.domain.prefix + key)

    def get_at(self, bucket: str, path: str) -> bytes | None:
        """Bytes of an object anywhere the connection reaches, or None when there is none."""
        try:
            with self._answers.typed(bucket, path):
                return self.client.get_object(Bucket=bucket, Key=path)["Body"].read()
        except Absent:
            return None

    def fetch_at(self, bucket: str, path: str, file: IO[bytes]) -> bool:
        """Write an object from anywhere the connection reaches to `file`; whether there is one."""
        try:
            with self._answers.typed(bucket, path, in_one_call=False):
                self.client.download_fileobj(bucket, path, file)
        except Absent:
            return False
        return True

    def size(self, key: str) -> int | None:
        """Size in bytes of what lies under `key`, or None when there is nothing."""
        return self.size_at(self.domain.bucket, self.domain.prefix + key)

    def size_at(self, bucket: str, path: str) -> int | None:
        """Size in bytes of an object anywhere the connection reaches, or None when there is none."""
        try:
            with self._answers.typed(bucket, path):
                return self.client.head_object(Bucket=bucket, Key=path)["ContentLength"]
        except Absent:
            return None

    def listed(self, prefix: str, limit: int) -> list[Listed]:
        """The first `limit` objects below `prefix`, in the order of their keys."""
        found: list[Listed] = []
        path = self.domain.prefix + prefix
        with self._answers.typed(self.domain.bucket, path, in_one_call=False):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.domain.bucket, Prefix=path, PaginationConfig={"MaxItems": limit}
            )
            for page in pages:
                for each in page.get("Contents", []):
                    key = each["Key"].removeprefix(self.domain.prefix)
                    found.append(Listed(key, each["Size"], each["LastModified"]))
        return found

    def folders(self, prefix: str) -> list[str]:
        """Names of the folders directly below `prefix`, which is empty or ends with a slash."""
        path = self.domain.prefix + prefix
        with self._answers.typed(self.domain.bucket, path):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.domain.bucket, Prefix=path, Delimiter="/"
            )
            found = [each["Prefix"] for page in pages for each in page.get("CommonPrefixes", [])]
        return [each.removeprefix(path).rstrip("/") for each in found]

    def digest(self, key: str, copy: IO[bytes] | None = None) -> Digested | None:
        """SHA-256 of an object of any size, read as a stream, and written to `copy`; None when there is none."""
        path, sha = self.domain.prefix + key, hashlib.sha256()
        try:
            with self._answers.typed(self.domain.bucket, path, in_one_call=False):
                answer = self.client.get_object(Bucket=self.domain.bucket, Key=path)
                for chunk in answer["Body"].iter_chunks(_CHUNK_BYTES):
                    sha.update(chunk)
                    if copy is not None:
                        copy.write(chunk)
        except Absent:
            return None
        return Digested(sha.hexdigest(), answer["ETag"], own_digest(answer["Metadata"]))

    def upload(self, key: str, file: IO[bytes], **headers: str) -> None:
        """Put a file of any size, whatever lies there; `headers` by S3's names."""
        try:
            self._send(key, file, headers)
        except UploadOver:
            # Its last request was done, the answer lost, and the request sent again.
            self._send(key, file, headers)

    def put(self, key: str, body: bytes, media_type: str = "application/json") -> None:
        """Write `body`, whatever was there."""
        self._put(key, body, media_type)

    def put_if_absent(self, key: str, body: bytes, media_type: str = "application/json") -> bool:
        """Write `body` unless there is something (W1); whether it was written."""
        return self._put_when(key, body, media_type, IfNoneMatch="*")

    def put_or_mend(self, key: str, body: bytes, is_right: Callable[[bytes], bool]) -> None:
        """Write `body` unless what lies there is right; only the version that was found wrong is replaced (W1, W2)."""
        if not self.put_if_absent(key, body):
            self.change(key, lambda found: found if found is not None and is_right(found) else body)

    def change(self, key: str, changed: Callable[[bytes | None], bytes]) -> None:
        """Write what `changed` makes of what lies there; it is asked again where others have written meanwhile (W1)."""
        for _ in range(_PUT_TRIES):
            found, etag = self._version(key)
            body = changed(found)
            condition = {"IfNoneMatch": "*"} if found is None else {"IfMatch": etag}
            if body == found or self._put_when(key, body, "application/json", **condition):
                return
        raise StoreAway(f"{self.domain.uri(key)}: changed by others {_PUT_TRIES} times while it was written")

    def delete(self, key: str) -> None:
        """Remove what lies under `key`, if anything does."""
        with self._answers.typed(self.domain.bucket, self.domain.prefix + key):
            self.client.delete_object(Bucket=self.domain.bucket, Key=self.domain.prefix + key)

    def blob(self, sha256: str, what: str, producer: str = "") -> bytes:
        """The blob with this digest, checked; `what` it is and the task `producer` that makes it are for messages.

        :raises InputLost: it is gone, or was wrong and is empty now; says which task makes it again.
        """
        key = blob_key(sha256)

        def read() -> Reading[bytes] | None:
            body, etag = self._version(key)
            return None if body is None else reading(body, etag)

        return trusted(read, partial(self.empty_blob, sha256), sha256, what, self.domain.uri(key), producer)

    def fetch_blob(self, artifact: Artifact, target: Path, producer: str = "") -> None:
        """Write the blob of `artifact` to `target`, which appears only when its bytes are right.

        :raises InputLost: as of `blob`.
        """
        key, beside = blob_key(artifact.sha256), target.with_name(f".{target.name}.part")

        def read() -> Reading[None] | None:
            with beside.open("wb") as file:
                found = self.digest(key, file)
            return None if found is None else Reading(None, found.sha256, found.etag)

        try:
            empty = partial(self.empty_blob, artifact.sha256)
            trusted(read, empty, artifact.sha256, f"`{artifact.name}`", self.domain.uri(key), producer)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)

    def empty_blob(self, sha256: str, etag: str) -> bool:
        """Have nothing lie where the version `etag` of a blob was found wrong, so that it is made again (W2)."""
        return self._put_when(blob_key(sha256), b"", "application/octet-stream", IfMatch=etag)

    def put_blob(self, artifact: Artifact, body: bytes) -> None:
        """Keep `body`, which is what `artifact` names; one of another size is overwritten (W2)."""
        key = blob_key(artifact.sha256)
        if self.size(key) != artifact.bytes:
            self.put(key, body, artifact.media_type)

    def _version(self, key: str) -> tuple[bytes | None, str]:
        """Bytes under `key`, None when there is nothing, and the ETag of just this version."""
        path = self.domain.prefix + key
        try:
            with self._answers.typed(self.domain.bucket, path):
                found = self.client.get_object(Bucket=self.domain.bucket, Key=path)
                return found["Body"].read(), found["ETag"]
        except Absent:
            return None, ""

    def _put_when(self, key: str, body: bytes, media_type: str, **condition: Any) -> bool:
        """Whether the condition held, so that `body` lies there.

        A write whose answer was lost is sent again, and then meets itself: what lies there decides.
        """
        was_sent_before = False
        for _ in range(_PUT_TRIES):
            try:
                self._put(key, body, media_type, **condition)
            except (Refused, Absent) as refusal:
                if isinstance(refusal, Absent) and "IfMatch" not in condition:
                    raise
                return (was_sent_before or refusal.was_sent_before) and self.get(key) == body
            except Conflict as conflict:
                was_sent_before |= conflict.was_sent_before
            else:
                return True
        raise StoreAway(f"{self.domain.uri(key)}: {_PUT_TRIES} conditional writes in a row met another writer")

    def _put(self, key: str, body: bytes, media_type: str, **condition: Any) -> None:
        bucket, path = self.domain.bucket, self.domain.prefix + key
        with self._answers.typed(bucket, path):
            self.client.put_object(Bucket=bucket, Key=path, Body=body, ContentType=media_type, **condition)

    def _send(self, key: str, file: IO[bytes], headers: dict[str, str]) -> None:
        bucket, path = self.domain.bucket, self.domain.prefix + key
        file.seek(0)
        with self._answers.typed(bucket, path, in_one_call=False):
            self.client.upload_fileobj(file, bucket, path, ExtraArgs=headers)

    @cached_property
    def _answers(self) -> Answers:
        return Answers(self.client)


def config(tries: int = 4, read_timeout_s: float = 60.0) -> Any:
    """How often a request is tried, and how long it is waited for."""
    from botocore.config import Config

    return Config(
        signature_version="s3v4",
        retries={"mode": "standard", "max_attempts": tries},
        connect_timeout=5,
        read_timeout=read_timeout_s,
        max_pool_connections=CONNECTIONS,
    )


def _environment(hook: Any, client: S3Client, connection_id: str) -> dict[str, str]:
    """The connection as environment variables that boto3 reads."""
    if hook.get_session().get_credentials() is None:
        raise BadRequest(f"the Airflow connection `{connection_id}` holds no credentials; set its login and password")
    credentials = hook.get_credentials()
    environment = {
        "AWS_ENDPOINT_URL": client.meta.endpoint_url,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_DEFAULT_REGION": client.meta.region_name,
    }
    if credentials.token:
        environment["AWS_SESSION_TOKEN"] = credentials.token
    return environment
