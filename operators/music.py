"""A brief's own music: the file it names, brought in as bytes at the entrance (I9)."""

from __future__ import annotations

from os import SEEK_END
from pathlib import PurePosixPath

from include.contract.artifacts import Artifact, artifact_of
from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from operators.files import S3, opened_below, place_in_store
from operators.store import Store

MAX_BYTES = 64 * 2**20
MEDIA_TYPES = {
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
}


def with_music(brief: Brief, deployment: Deployment, store: Store) -> tuple[Entry, bytes | None]:
    """`brief` with the file that it names as an artifact, and that file's bytes, where it names one.

    :raises BadRequest: there is no such music.
    """
    if not isinstance(brief.music, str):
        return Entry(brief=brief), None
    artifact, body = read_music(brief.music, deployment, store)
    return Entry(brief=brief.model_copy(update={"music": True}), files=(artifact,), music=brief.music), body


def read_music(name: str, deployment: Deployment, store: Store) -> tuple[Artifact, bytes]:
    """The file that a brief's `music` names.

    :raises BadRequest: neither an `s3://` address nor a file below the deployment's folder, too big, or no music.
    """
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
    if media_type is None:
        raise BadRequest(f"music: `{name:.200}` is not a music file; allowed: {', '.join(MEDIA_TYPES)}")
    body = _from_store(name, store) if name.startswith(S3) else _from_folder(name, deployment)
    return artifact_of("music", body, media_type), body


def _from_store(name: str, store: Store) -> bytes:
    bucket, key = place_in_store(name, "music")
    size = store.size_at(bucket, key)
    if size is not None:
        _check_size(name, size)
        body = store.get_at(bucket, key)
        if body is not None:
            return body
    raise BadRequest(f"music: `{name:.200}` does not exist; allowed: s3://bucket/key of a file in the store")


def _from_folder(name: str, deployment: Deployment) -> bytes:
    with opened_below(name, deployment, "music") as file:
        _check_size(name, file.seek(0, SEEK_END))
        file.seek(0)
        return file.read(MAX_BYTES)


def _check_size(name: str, size: int) -> None:
    if not 0 < size <= MAX_BYTES:
        raise BadRequest(f"music: `{name:.200}` has {size} bytes; allowed: 1 to {MAX_BYTES}")
