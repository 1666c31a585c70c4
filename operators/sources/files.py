"""Files that briefs and content types name: below the deployment's folder, or in the store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.messages import legible
from include.contract.names import nearest
from operators.engines import PROJECT_ROOT

S3 = "s3://"
_IN_STORE = f"name an object of the store, {S3}bucket/key"
_MOST_LISTED = 1000
"""Entries of the folder that are considered for what may be meant."""
_MOST_TOLD = 5
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_MAX_KEY_BYTES = 1024


def file_below(name: str, deployment: Deployment, what: str) -> Path:
    """The file that `name` means in the deployment's `files` folder; `what` names it, for messages.

    :raises BadRequest: there is no such folder, or no such file in it.
    """
    if deployment.files is None:
        raise BadRequest(
            f"{what}: `{name:.200}` would be in a folder, but this deployment names none in `files`; {_IN_STORE}"
        )
    folder = (PROJECT_ROOT / deployment.files).resolve()
    try:
        path = (folder / name).resolve()
        is_below = path.is_relative_to(folder)
        is_there = is_below and path.is_file()
    except (OSError, ValueError, RuntimeError):
        # Longer than names may be, with a NUL or half a character, or a link that leads to itself.
        is_below, is_there = True, False
    if not is_there:
        wrong = _missing(name, folder) if is_below else "the name leads out of it"
        raise BadRequest(
            f"{what}: `{name:.200}` is not a file in the folder `{deployment.files}`, where this deployment keeps "
            f"files for briefs: {wrong}; put the file there, or {_IN_STORE}"
        )
    return path


@contextmanager
def opened_below(name: str, deployment: Deployment, what: str) -> Iterator[IO[bytes]]:
    """What `file_below` gives, open for reading.

    :raises BadRequest: there is none, or it may not be read.
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

    :raises BadRequest: it is not such an address.
    """
    bucket, _, key = name.removeprefix(S3).partition("/")
    is_legible = legible(key) == key
    if not (_BUCKET.fullmatch(bucket) and key and is_legible and len(key.encode()) <= _MAX_KEY_BYTES):
        raise BadRequest(
            f"{what}: `{name:.200}` is not an address in a store; allowed: {S3}bucket/key, the key of at most "
            f"{_MAX_KEY_BYTES} bytes without control characters"
        )
    return bucket, key


def _missing(name: str, folder: Path) -> str:
    """What lies in `folder` in place of the file `name`: the one that may be meant, or those of its kind."""
    if not folder.is_dir():
        return "the folder is not there"
    entries = islice(folder.rglob("*"), _MOST_LISTED)
    there = sorted(str(entry.relative_to(folder)) for entry in entries if entry.is_file() and not entry.is_symlink())
    meant = nearest(name, there)
    if meant:
        return f"there is `{meant[0]:.200}`"
    kind = PurePosixPath(name).suffix[:20].lower()
    alike = [each for each in there if kind and each.lower().endswith(kind)]
    if not alike:
        return f"none there ends in `{kind}`" if kind else f"of {len(there)} files there none has that name"
    more = f" and {len(alike) - _MOST_TOLD} more" if len(alike) > _MOST_TOLD else ""
    return f"there is {', '.join(f'`{each:.200}`' for each in alike[:_MOST_TOLD])}{more}"
