"""Pictures, clips and recordings that briefs bring: the files that they name, as bytes from the entrance on (I9)."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import IO

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from include.contract.file_kinds import (
    HEAD_BYTES,
    MOVING_PICTURES,
    PICTURES_BROUGHT,
    SOUNDS_AND_FILMS,
    FileKind,
    found_in,
    kind_of,
)
from include.contract.media_limits import MediaLimits
from include.contract.own_media import OwnMedia, own_media
from include.store.errors import StoreRefuses
from include.store.store import Store
from operators.briefs.music import MusicFiles, check_music
from operators.briefs.once import Once
from operators.net.safe_http import fetched
from operators.sources.files import S3, opened_below, place_in_store

MEDIA_TYPES = {
    FileKind.AAC: "audio/aac",
    FileKind.AIFF: "audio/aiff",
    FileKind.FLAC: "audio/flac",
    FileKind.MATROSKA: "video/x-matroska",
    FileKind.MP3: "audio/mpeg",
    FileKind.MP4: "video/mp4",
    FileKind.OGG: "audio/ogg",
    FileKind.W64: "audio/x-w64",
    FileKind.WAV: "audio/wav",
    FileKind.AVIF: "image/avif",
    FileKind.GIF: "image/gif",
    FileKind.HEIC: "image/heic",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
}
_FILMS = (FileKind.MATROSKA, FileKind.MP4)
_KINDS = {
    "image": PICTURES_BROUGHT,
    "logo": PICTURES_BROUGHT,
    "intro": _FILMS,
    "outro": _FILMS,
    "clip": (*_FILMS, *MOVING_PICTURES),
    "voice": SOUNDS_AND_FILMS,
}
"""Kinds of files for each field."""
_SCENES = "script.scenes."
_STAND_IN = {"image": "clip", "clip": "image"}
"""In a film's scenes: the field that may be meant instead."""
_THINGS = {
    "image": "picture",
    "logo": "picture",
    "intro": "film",
    "outro": "film",
    "clip": "film",
    "voice": "recording",
}
HTTPS = "https://"
PHOTO = "product.image"
"""The field that may name an address on the web."""
_PIECE_BYTES = 1 << 20


class BriefFiles:
    """All files that the briefs of a run name: each once, however many briefs name it, and threads ask for it.

    :param keeps: whether to store them where stages find them.
    """

    def __init__(self, deployment: Deployment, store: Store, keeps: bool = False) -> None:
        self._deployment, self._store, self._keeps = deployment, store, keeps
        self._music = MusicFiles(deployment, store, keep=store.put_blob if keeps else None)
        self._found: Once[tuple[str, str], Artifact | str] = Once()
        """By kind and name a file, or why it cannot be taken."""

    def entry_of(self, brief: Brief) -> Entry:
        """`brief` with the files that it names as artifacts.

        :raises BadRequest: a line for each that cannot be taken.
        """
        entry, mistakes = Entry(brief=brief), []
        files: list[Artifact] = []
        try:
            entry = self._music.entry_of(brief)
        except BadRequest as error:
            mistakes.append(str(error))
        for each in own_media(brief):
            found = self._artifact(each)
            if isinstance(found, str):
                mistakes.append(f"{each.place}: {found}")
            else:
                files.append(found.model_copy(update={"name": each.artifact}))
        if mistakes:
            raise BadRequest("\n".join(mistakes))
        return entry.model_copy(update={"files": (*entry.files, *files)})

    def _artifact(self, each: OwnMedia) -> Artifact | str:
        return self._found.find((each.kind, each.name), lambda: self._looked_for(each))

    def _looked_for(self, each: OwnMedia) -> Artifact | str:
        try:
            return self._brought(each)
        except BadRequest as error:
            return str(error).removeprefix(f"{each.place}: ")

    def _brought(self, each: OwnMedia) -> Artifact:
        with _opened(each, self._deployment, self._store) as source, tempfile.NamedTemporaryFile() as copy:
            # What is stored is what was hashed, whoever writes to the file meanwhile.
            digest = hashlib.sha256()
            while piece := source.read(_PIECE_BYTES):
                digest.update(piece)
                copy.write(piece)
            copy.seek(0)
            media_type = MEDIA_TYPES[_kind(each, copy.read(HEAD_BYTES))]
            size = copy.seek(0, SEEK_END)
            found = Artifact(name=each.artifact, sha256=digest.hexdigest(), bytes=size, media_type=media_type)
            if self._keeps and not self._store.has_blob(found):
                copy.flush()
                self._store.upload_blob(Path(copy.name), found)
        return found


def check_media(brief: Brief, deployment: Deployment) -> None:
    """Check all files that `brief` names, music among them; those in a store are assumed to exist.

    :raises BadRequest: a line for each that cannot be brought.
    """
    mistakes = []
    looks = [partial(check_own, each, deployment, None) for each in own_media(brief)]
    if brief.music_file is not None:
        looks.insert(0, partial(check_music, brief.music_file, deployment, None))
    for look in looks:
        try:
            look()
        except BadRequest as error:
            mistakes.append(str(error))
    if mistakes:
        raise BadRequest("\n".join(mistakes))


def check_own(each: OwnMedia, deployment: Deployment, store: Store | None) -> None:
    """Check that `each` is a file that can be brought, from its beginning at most.

    :param store: if it is not known, files in it are assumed to exist.
    :raises BadRequest: it is not where it says, too large, or of another kind.
    """
    if each.name.startswith(HTTPS):
        _check_address(each, deployment)
    elif not each.name.startswith(S3):
        with opened_below(each.name, deployment, each.place) as file:
            _check_size(each, file.seek(0, SEEK_END), deployment)
            file.seek(0)
            _kind(each, file.read(HEAD_BYTES))
    elif store is None:
        place_in_store(each.name, each.place)
    else:
        _in_store(each, deployment, store)


@contextmanager
def _opened(each: OwnMedia, deployment: Deployment, store: Store) -> Iterator[IO[bytes]]:
    """The file, from its beginning, no larger than the deployment allows."""
    if each.name.startswith(HTTPS):
        _check_address(each, deployment)
        yield _fetched(each, deployment)
        return
    if not each.name.startswith(S3):
        with opened_below(each.name, deployment, each.place) as file:
            _check_size(each, file.seek(0, SEEK_END), deployment)
            file.seek(0)
            yield file
        return
    bucket, key = _in_store(each, deployment, store)
    with tempfile.TemporaryFile() as body:
        if store.in_bucket(bucket).digest(key, body) is None:
            raise _gone(each)
        body.seek(0)
        yield body


def _check_address(each: OwnMedia, deployment: Deployment) -> None:
    if each.place != PHOTO:
        raise BadRequest(
            f"{each.place}: `{each.name:.200}` is on the web; allowed: a file of the deployment's folder, or "
            f"{S3}bucket/key; only the photo of a product may be at {HTTPS}"
        )
    if not deployment.picture_hosts:
        raise BadRequest(
            f"{each.place}: `{each.name:.200}` is on the web, and this deployment allows no host; name it in "
            "`picture_hosts`, or bring the file"
        )


def _fetched(each: OwnMedia, deployment: Deployment) -> IO[bytes]:
    most = _most_mib(each, deployment) << 20
    try:
        found = fetched(
            each.name,
            max_bytes=most,
            allow_private=deployment.allow_private_addresses,
            hosts=deployment.picture_hosts,
        )
    except BadRequest as error:
        raise BadRequest(f"{each.place}: {error}") from error
    _check_size(each, len(found.body), deployment)
    return io.BytesIO(found.body)


def _in_store(each: OwnMedia, deployment: Deployment, store: Store) -> tuple[str, str]:
    """The bucket and the key of a file of a size that is allowed."""
    bucket, key = place_in_store(each.name, each.place)
    try:
        size = store.in_bucket(bucket).size(key)
    except StoreRefuses as error:
        raise BadRequest(f"{each.place}: `{each.name:.200}` cannot be read: {error}") from error
    if size is None:
        raise _gone(each)
    _check_size(each, size, deployment)
    return bucket, key


def _gone(each: OwnMedia) -> BadRequest:
    allowed = f"allowed: {S3}bucket/key of a file in the store"
    return BadRequest(f"{each.place}: `{each.name:.200}` does not exist; {allowed}")


def _check_size(each: OwnMedia, size: int, deployment: Deployment) -> None:
    most_mib = _most_mib(each, deployment)
    if not size:
        raise BadRequest(f"{each.place}: `{each.name:.200}` is an empty file; bring the {_THINGS[each.kind]} itself")
    if size > most_mib << 20:
        raise BadRequest(
            f"{each.place}: `{each.name:.200}` has {size:,} bytes; allowed: 1 to {most_mib << 20:,} ({most_mib} MiB); "
            "bring a smaller one"
        )


def _most_mib(each: OwnMedia, deployment: Deployment) -> int:
    limits = deployment.own_media or MediaLimits()
    most = {"picture": limits.picture_mib, "film": limits.clip_mib, "recording": limits.sound_mib}
    return most[_THINGS[each.kind]]


def _kind(each: OwnMedia, head: bytes) -> FileKind:
    """What begins with `head`, if it is what may be brought; no stage is started for anything else."""
    kind = kind_of(head)
    allowed = _KINDS[each.kind]
    if kind is None or kind not in allowed:
        meant = _STAND_IN.get(each.kind, "") if each.place.startswith(_SCENES) else ""
        instead = f", or name it as `{meant}`" if meant and kind in _KINDS[meant] else ""
        raise BadRequest(
            f"{each.place}: `{each.name:.200}` is {found_in(head)}; allowed: {', '.join(allowed)}; "
            f"bring the {_THINGS[each.kind]} as one of these{instead}"
        )
    return kind
