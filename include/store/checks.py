"""Whether an S3 server keeps the promises that the store relies on (W1, K3): each is tried out."""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from include.contract.errors import UnfitStore
from include.contract.keys import probe_key
from include.store.errors import Absent, Answer, Refused
from include.store.handover import ahead
from include.store.objects import LARGE_BYTES, Objects
from include.store.stored import JSON, STALE_ETAG, Headers

_WRITERS = 8
_TEXT = Headers("text/plain; charset=utf-8", "inline", "no-cache", {"sha256": "abc"})
Check = Callable[[Objects, str], None]


class _Broken(Exception):
    """A promise that is not kept, as what was found."""


def check_store(objects: Objects) -> None:
    """Try everything that the contract needs of the server; what this writes is deleted again.

    :raises UnfitStore: names each broken promise, and what the server did.
    :raises StoreAway, BadRequest: it cannot be reached.
    """
    folder = f"{probe_key(str(uuid.uuid4()))}/"
    broken = []
    try:
        for number, (promise, check) in enumerate(CHECKS.items()):
            try:
                check(objects, f"{folder}{number}/")
            except _Broken as found:
                broken.append(f"{promise}: {found}")
    finally:
        for each in objects.listed(folder, None):
            objects.delete(each.key)
    if left := [each.key for each in objects.listed(folder, None)]:
        broken.append(f"what was deleted is gone: it still lists {len(left)} objects, such as {left[0]}")
    if broken:
        raise UnfitStore(
            "the store breaks promises that Atelier relies on. "
            + "; ".join(broken)
            + ". Use a store that does (Amazon S3, "
            "SeaweedFS, Ceph, MinIO), or another version of this one"
        )


def _comes_back(objects: Objects, folder: str) -> None:
    key = f"{folder}a b/é%2F+"
    etag = objects.put(key, b"body", _TEXT)
    stored, head = objects.get(key), objects.head(key)
    _same("its bytes", stored.body, b"body")
    _same("its ETag", {stored.etag, head.etag}, {etag})
    _same("its metadata", dict(stored.metadata), dict(_TEXT.metadata))
    _same("its size", head.bytes, 4)
    _same("the keys that are listed", [each.key for each in objects.listed(folder, None)], [key])
    objects.put(key, b"", JSON)
    _same("the bytes of an empty one", b"".join(objects.stream(key).chunks), b"")


def _is_absent(objects: Objects, folder: str) -> None:
    key = f"{folder}nothing"
    objects.delete(key)
    for ask in (objects.get, objects.head, objects.stream, lambda key: objects.range(key, 0, 1)):
        with _answered(Absent, "something was found where nothing is"):
            ask(key)


def _if_none_match(objects: Objects, folder: str) -> None:
    key = f"{folder}first"
    objects.put(key, b"first", JSON, if_absent=True)
    with _answered(Refused, "If-None-Match let a second writer in"):
        objects.put(key, b"second", JSON, if_absent=True)
    _same("what lies there", objects.get(key).body, b"first")


def _if_match(objects: Objects, folder: str) -> None:
    key = f"{folder}version"
    etag = objects.put(key, b"first", JSON)
    with _answered(Refused, "If-Match let a write replace another version"):
        objects.put(key, b"third", JSON, if_match=STALE_ETAG)
    with _answered((Refused, Absent), "If-Match let a write through where there was nothing"):
        objects.put(f"{folder}nothing", b"third", JSON, if_match=etag)
    second = objects.put(key, b"second", JSON, if_match=etag)
    _same("what lies there", (objects.get(key).body, objects.get(key).etag), (b"second", second))


def _one_of_many(objects: Objects, folder: str) -> None:
    key = f"{folder}race"

    def write(number: int) -> bytes:
        body = str(number).encode()
        try:
            objects.put(key, body, JSON, if_absent=True)
        except Answer:
            return b""
        return body

    wrote = [body for body in ahead((partial(write, number) for number in range(_WRITERS)), _WRITERS) if body]
    _same(f"what was written by {_WRITERS} at once", wrote, [objects.get(key).body])


def _ranges(objects: Objects, folder: str) -> None:
    key = f"{folder}ranges"
    etag = objects.put(key, b"0123456789", JSON)
    _same("bytes 2 to 4", objects.range(key, 2, 5), b"234")
    _same("bytes past the end", objects.range(key, 8, 99, etag), b"89")
    with _answered(Absent, "bytes were found beyond the end"):
        objects.range(key, 100, 101)
    with _answered(Refused, "a range of another version was given in spite of If-Match"):
        objects.range(key, 2, 5, STALE_ETAG)


def _in_parts(objects: Objects, folder: str) -> None:
    key = f"{folder}large"
    body = os.urandom(1 << 20) * (LARGE_BYTES >> 20) + b"end"
    objects.upload(key, io.BytesIO(body), _TEXT)
    stream = objects.stream(key)
    sha = hashlib.sha256()
    for chunk in stream.chunks:
        sha.update(chunk)
    _same("the digest of what came back", sha.hexdigest(), hashlib.sha256(body).hexdigest())
    _same("its metadata", dict(stream.metadata), dict(_TEXT.metadata))


def _listings(objects: Objects, folder: str) -> None:
    for name in ("b", "a", "c%2Fd/e", "f/g"):
        objects.put(f"{folder}{name}", name.encode(), JSON)
    listed = [(each.key.removeprefix(folder), each.bytes) for each in objects.listed(folder, None)]
    _same("what is listed", listed, [("a", 1), ("b", 1), ("c%2Fd/e", 7), ("f/g", 3)])
    _same("the folders", sorted(objects.folders(folder)), ["c%2Fd", "f"])


CHECKS: dict[str, Check] = {
    "an object is read back as it was written": _comes_back,
    "a missing object is reported as missing": _is_absent,
    "If-None-Match prevents overwriting": _if_none_match,
    "If-Match replaces one version only": _if_match,
    "exactly one of many writers wins": _one_of_many,
    "ranges are of one version": _ranges,
    "an upload in parts is one object": _in_parts,
    "listings are complete and in order": _listings,
}
"""The checks, by the promise that each tries."""


@contextmanager
def _answered(expected: type[Answer] | tuple[type[Answer], ...], otherwise: str) -> Iterator[None]:
    try:
        yield
    except expected:
        return
    except Answer as answer:
        raise _Broken(f"it answered otherwise ({type(answer).__name__})") from answer
    raise _Broken(otherwise)


def _same(what: str, found: object, right: object) -> None:
    if found != right:
        raise _Broken(f"{what}: {found!r:.100}, not {right!r:.100}")
