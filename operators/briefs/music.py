"""A brief's own music: the file it names, brought in as bytes at the entrance (I9)."""

from __future__ import annotations

from collections.abc import Callable
from os import SEEK_END
from pathlib import PurePosixPath

from include.contract.artifacts import Artifact, artifact_of
from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from include.contract.file_kinds import HEAD_BYTES, SOUNDS_AND_FILMS, kind_of
from include.contract.names import allowed_names
from include.contract.values import Mood
from include.store.errors import StoreRefuses
from include.store.store import Store
from operators.briefs.once import Once
from operators.sources.files import S3, opened_below, place_in_store

MAX_BYTES = 64 * 2**20
MEDIA_TYPES = {
    ".aac": "audio/aac",
    ".aif": "audio/aiff",
    ".aiff": "audio/aiff",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mka": "video/x-matroska",
    ".mp3": "audio/mpeg",
    ".mp4": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".w64": "audio/x-w64",
    ".wav": "audio/wav",
    ".webm": "video/x-matroska",
}


class MusicFiles:
    """The music that the briefs of a run name: each file once, however many briefs name it.

    :param keep: stores each file where stages find it.
    """

    def __init__(
        self, deployment: Deployment, store: Store, keep: Callable[[bytes, Artifact], None] | None = None
    ) -> None:
        self._deployment = deployment
        self._store = store
        self._keep = keep
        self._found: Once[str, Artifact | str] = Once()
        """By its name a file, or why it cannot be taken."""

    def entry_of(self, brief: Brief) -> Entry:
        """`brief` with the file that it names, if any, as an artifact.

        :raises BadRequest: there is no such music.
        """
        name = brief.music_file
        if name is None:
            return Entry(brief=brief)
        found = self._found.find(name, lambda: self._looked_for(name))
        if isinstance(found, str):
            raise BadRequest(found)
        return Entry(brief=brief.model_copy(update={"music": True}), files=(found,), music=name)

    def _looked_for(self, name: str) -> Artifact | str:
        try:
            media_type = _media_type(name)
            body = _from_store(name, self._store) if name.startswith(S3) else _from_folder(name, self._deployment)
            _check_kind(name, body[:HEAD_BYTES])
        except BadRequest as error:
            return str(error)
        artifact = artifact_of("music", body, media_type)
        if self._keep is not None:
            self._keep(body, artifact)
        return artifact


def check_music(name: str, deployment: Deployment, store: Store | None) -> None:
    """Check that `name` is a usable music file, from its beginning at most.

    :param store: if it is not known, files in it are assumed to exist.
    :raises BadRequest: neither an `s3://` address nor a file below the deployment's folder, too large, or not music.
    """
    _media_type(name)
    if not name.startswith(S3):
        with opened_below(name, deployment, "music") as file:
            _check_size(name, file.seek(0, SEEK_END))
            file.seek(0)
            _check_kind(name, file.read(HEAD_BYTES))
    elif store is None:
        place_in_store(name, "music")
    else:
        _size_in_store(name, store)


def _media_type(name: str) -> str:
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
    if media_type is None:
        more = f"or a file that ends in {', '.join(MEDIA_TYPES)}"
        allowed = allowed_names(name, ("true", "false", *Mood), more=more)
        raise BadRequest(f"music: `{name:.200}` is not a music file; {allowed}")
    return media_type


def _from_store(name: str, store: Store) -> bytes:
    bucket, key = _size_in_store(name, store)
    body = store.in_bucket(bucket).get(key)
    if body is None:
        raise _gone(name)
    return body


def _size_in_store(name: str, store: Store) -> tuple[str, str]:
    """The bucket and the key of a file of a size that is allowed."""
    bucket, key = place_in_store(name, "music")
    try:
        size = store.in_bucket(bucket).size(key)
    except StoreRefuses as error:
        raise BadRequest(f"music: `{name:.200}` cannot be read: {error}") from error
    if size is None:
        raise _gone(name)
    _check_size(name, size)
    return bucket, key


def _gone(name: str) -> BadRequest:
    return BadRequest(f"music: `{name:.200}` does not exist; allowed: s3://bucket/key of a file in the store")


def _from_folder(name: str, deployment: Deployment) -> bytes:
    with opened_below(name, deployment, "music") as file:
        _check_size(name, file.seek(0, SEEK_END))
        file.seek(0)
        return file.read(MAX_BYTES)


def _check_size(name: str, size: int) -> None:
    if not size:
        raise BadRequest(f"music: `{name:.200}` is an empty file; bring the sound itself")
    if size > MAX_BYTES:
        raise BadRequest(f"music: `{name:.200}` has {size} bytes; allowed: 1 to {MAX_BYTES}")


def _check_kind(name: str, head: bytes) -> None:
    """Refuse early what no stage would open; a file of no known kind is left to the stage, which plays what it can."""
    kind = kind_of(head)
    if kind is not None and kind not in SOUNDS_AND_FILMS:
        allowed = ", ".join(SOUNDS_AND_FILMS)
        raise BadRequest(f"music: `{name:.200}` is {kind}; allowed: {allowed}; bring the sound itself")
