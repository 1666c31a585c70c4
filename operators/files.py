"""Files that briefs and content types name: below the deployment's folder, or in the store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.messages import legible
from operators.engines import PROJECT_ROOT

S3 = "s3://"
ALLOWED = f"allowed: {S3}bucket/key, or a file below the deployment's `files` folder"
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_MAX_KEY_BYTES = 1024


def file_below(name: str, deployment: Deployment, what: str) -> Path:
    """The file that `name` means in the deployment's `files` folder; `what` names it, for messages.

    :raises BadRequest: there is no such folder, or no such file in it.
    """
    if deployment.files is None:
        raise BadRequest(f"{what}: `{name:.200}` is a path, and this deployment has no `files` folder; {ALLOWED}")
    folder = (PROJECT_ROOT / deployment.files).resolve()
    try:
        path = (folder / name).resolve()
        is_there = path.is_relative_to(folder) and path.is_file()
    except (OSError, ValueError, RuntimeError):
        # Longer than names may be, with a NUL or half a character, or a link that leads to itself.
        is_there = False
    if not is_there:
        raise BadRequest(f"{what}: `{name:.200}` is not a file below {_shown(folder)}; {ALLOWED}")
    return path


@contextmanager
def opened_below(name: str, deployment: Deployment, what: str) -> Iterator[IO[bytes]]:
    """What `file_below` gives, open for reading.

    :raises BadRequest: there is none, or nobody may read it.
    """
    path = file_below(name, deployment, what)
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadRequest(f"{what}: `{name:.200}` cannot be read: {error.strerror}") from error
    with file:
        yield file


def place_in_store(name: str, what: str) -> tuple[str, str]:
    """The bucket and the key that `name`, an `s3://` address, means; `what` names it, for messages.

    :raises BadRequest: it is no such address.
    """
    bucket, _, key = name.removeprefix(S3).partition("/")
    is_legible = legible(key) == key
    if not (_BUCKET.fullmatch(bucket) and key and is_legible and len(key.encode()) <= _MAX_KEY_BYTES):
        raise BadRequest(
            f"{what}: `{name:.200}` is no address in a store; allowed: {S3}bucket/key, the key of at most "
            f"{_MAX_KEY_BYTES} bytes without control characters"
        )
    return bucket, key


def _shown(folder: Path) -> str:
    return str(folder.relative_to(PROJECT_ROOT)) if folder.is_relative_to(PROJECT_ROOT) else folder.name
