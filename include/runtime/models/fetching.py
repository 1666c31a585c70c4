"""A model's files that lie in S3, kept on this machine by digest: fetched once, hashed before each use (W9)."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from tempfile import mkstemp

from include.contract.errors import UnknownModel
from include.contract.models import ModelFile
from include.runtime.scratch import cache_folder, file_digest
from include.store.store import Store
from include.store.transfer import room_on


def fetched(file: ModelFile, store: Store) -> Path:
    """Where the file lies here, with the bytes that are registered.

    :param store: through whose connection its bucket is reached.
    :raises UnknownModel: it is not there, or has other bytes.
    """
    folder = cache_folder("models") / file.sha256
    path = folder / PurePosixPath(file.path).name
    if path.exists() and file_digest(path) == file.sha256:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    # Other processes may fetch it too: each writes a file of its own, and the last one that is whole stays.
    handle, name = mkstemp(dir=folder, prefix="partial-")
    partly = Path(name)
    try:
        with room_on(path), os.fdopen(handle, "wb") as copy:  # its last bytes are written as it is closed
            found = store.in_bucket(str(file.s3)).digest(file.path, copy)
        _check(found.sha256 if found else "", file)
        partly.replace(path)
    finally:
        partly.unlink(missing_ok=True)
    return path


def _check(found: str, file: ModelFile) -> None:
    where = f"s3://{file.s3}/{file.path}"
    if not found:
        raise UnknownModel(f"{where} is not there; put the file there, or register where it is")
    if found != file.sha256:
        raise UnknownModel(
            f"{where} has the digest {found}, registered is {file.sha256}; put the registered file there, or register "
            "this one under a new revision"
        )
