"""A model's folder, or its single file, in any bucket that the store's connection reaches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from include.contract.errors import BadRequest
from include.contract.model_cards import MAX_FILES
from include.store.stored import Head
from include.store.users_bucket import UsersBucket
from operators.models.source import ModelSource

S3 = "s3://"
_ADDRESS = re.compile(r"s3://(?P<bucket>[A-Za-z0-9._-]{3,255})/(?P<path>[^\x00-\x1f]*)")


def bucket_and_path(address: str) -> tuple[str, str]:
    """Bucket and path of an `s3://` address.

    :raises BadRequest: it is not one.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise BadRequest(
            f"{address!r:.300} is not an address in S3; allowed: s3://bucket/folder or s3://bucket/file.gguf"
        )
    return found["bucket"], found["path"]


class BucketFiles(ModelSource):
    """Files have the versions of the first listing; one that is replaced or deleted later is reported."""

    def __init__(self, address: str, bucket: UsersBucket) -> None:
        self.origin = address
        self._bucket, self._path = bucket, bucket_and_path(address)[1]
        self._keys: dict[str, tuple[str, Head]] = {}

    def sizes(self) -> Mapping[str, int]:
        """As `ModelSource`."""
        self._keys = self._found()
        if not self._keys:
            raise BadRequest(f"{self.origin}: there is nothing; give the address of a model's folder, or of its file")
        if len(self._keys) > MAX_FILES:
            raise BadRequest(f"{self.origin}: has more than {MAX_FILES} files; give the folder of one model")
        return {path: head.bytes for path, (_, head) in self._keys.items()}

    def read(self, path: str, begin: int, end: int) -> bytes:
        """As `ModelSource`."""
        key, head = self._keys[path]
        end = min(end, head.bytes)
        return b"".join(self._bucket.part(key, begin, end, head.etag)) if begin < end else b""

    def _found(self) -> dict[str, tuple[str, Head]]:
        one = self._bucket.head(self._path) if self._path and not self._path.endswith("/") else None
        if one is not None:
            return {PurePosixPath(self._path).name: (self._path, one)}
        folder = f"{self._path.rstrip('/')}/" if self._path.rstrip("/") else ""
        found = {}
        for key, head in self._bucket.heads(folder, MAX_FILES + 1).items():
            path = key.removeprefix(folder)
            if not key.endswith("/") and not any(part.startswith(".") for part in path.split("/")):
                found[path] = key, head
        return found
