"""One bucket and prefix through obstore: each method is one question to S3, and its answer in plain values.

The main thread's requests are made in other threads (`handover`), and none in a fork of a process that has made one
(`forks`). What goes wrong is typed by `answers`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from threading import Lock
from typing import IO, TYPE_CHECKING, TypeVar

from include.contract.keys import Domain
from include.store.answers import Answers
from include.store.connection import Connection
from include.store.credentials import SessionCredentials
from include.store.errors import Absent, Unanswered, UploadOver
from include.store.forks import note_use
from include.store.handover import ahead, interruptible
from include.store.settings import client_options, config, retry_config
from include.store.stored import Chunk, Head, Headers, Listed, Stored, Stream

if TYPE_CHECKING:
    from obstore import Attributes, GetOptions, GetResult, ObjectMeta, PutMode, PutResult
    from obstore.store import S3Store

LARGE_BYTES = 32 << 20
"""Larger objects are uploaded in parts."""
PART_BYTES = 16 << 20
_PARTS_AT_ONCE = 4
_RANGE_BYTES = 8 << 20
_CHUNK_BYTES = 1 << 20
_RANGES_AT_ONCE = 3
"""A single stream waits for the server's disk."""
_PAGE = 1000
_HEADERS = frozenset(
    ("Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Storage-Class")
)
"""Attributes that are not metadata set by a writer."""
T = TypeVar("T")


@dataclass(frozen=True)
class _Begun:
    """The answer to who asks for the first bytes of an object, of which a large one has more."""

    head: Head
    metadata: Mapping[str, str]
    body: memoryview | None
    """All of it, where it is small."""
    rest: GetResult
    """Of its first range, what is still to come."""


class Objects:
    """Keys are relative to the domain's prefix. Thread-safe; makes no request until it is used."""

    def __init__(self, domain: Domain, connection: Connection) -> None:
        self._domain, self._connection = domain, connection
        self._credentials = SessionCredentials(connection.session.get_credentials)
        self._making = Lock()
        self._made: tuple[S3Store, Answers] | None = None

    def get(self, key: str) -> Stored:
        """A small object.

        :raises Absent: there is none.
        """
        return self._asked(key, lambda store: _stored(store.get(self._path(key))))

    def range(self, key: str, start: int, end: int, etag: str | None = None) -> bytes:
        """Bytes of an object from `start` to before `end`; only of the version `etag`, if given.

        :raises Absent: they are not there.
        :raises Refused: another version is there.
        """
        return bytes(self._range(key, start, end, etag))

    def range_chunks(self, key: str, start: int, end: int, etag: str) -> Iterator[Chunk]:
        """The same as `range` of the version `etag`, as it comes: never more of it is in memory than a chunk."""
        options: GetOptions = {"range": (start, end), "if_match": etag}
        answer = self._asked(key, lambda store: store.get(self._path(key), options=options))
        chunks = iter(answer.stream(min_chunk_size=_CHUNK_BYTES))
        while (chunk := self._asked(key, lambda _: next(chunks, None))) is not None:
            yield memoryview(chunk)

    def stream(self, key: str) -> Stream:
        """One version of an object of any size, read as it comes, a few ranges in flight.

        :raises Absent: there is none; while it is read: it is gone.
        :raises Refused: while it is read: it was replaced.
        """
        try:
            begun = self._asked(key, lambda store: self._begun(store, key))
        except Absent:
            stored = self.get(key)  # an empty object has no range either
            return Stream(stored.etag, stored.metadata, iter((stored.body,)))
        return Stream(begun.head.etag, begun.metadata, self._chunks(key, begun))

    def head(self, key: str) -> Head:
        """Size and version of an object.

        :raises Absent: there is none.
        """
        return self._asked(key, lambda store: _head(store.head(self._path(key))))

    def put(
        self, key: str, body: bytes, headers: Headers, *, if_absent: bool = False, if_match: str | None = None
    ) -> str:
        """Write `body`, and give its ETag.

        :raises Refused, Absent: the condition does not hold, or this write itself changed that: a write is sent
            again after an answer that says "later", and may have been carried out the first time.
        :raises Conflict: another conditional write to the same key is in progress.
        :raises Unanswered: there is a condition, and it is unknown whether it held and `body` was written.
        """
        mode: PutMode = "create" if if_absent else "overwrite" if if_match is None else {"e_tag": if_match}

        def write(store: S3Store) -> PutResult:
            return store.put(self._path(key), body, attributes=_attributes(headers), mode=mode, use_multipart=False)

        return self._asked(key, write)["e_tag"] or ""

    def upload(self, key: str, file: IO[bytes], headers: Headers) -> None:
        """Write a file of any size from its beginning, whatever is there."""
        if file.seek(0, os.SEEK_END) < LARGE_BYTES:
            file.seek(0)
            self.put(key, file.read(), headers)
            return
        try:
            self._send(key, file, headers)
        except UploadOver:
            # Its last request was done, the answer lost, and the request sent again.
            self._send(key, file, headers)

    def delete(self, key: str) -> None:
        """Remove an object, if there is one."""
        for _ in range(self._connection.tries - 1):
            # obstore does not send it again after a cut or a time-out, though it does no harm.
            with suppress(Unanswered):
                self._asked(key, lambda store: store.delete(self._path(key)))
                return
        self._asked(key, lambda store: store.delete(self._path(key)))

    def listed(self, prefix: str, limit: int | None) -> Iterator[Listed]:
        """The first `limit` objects below `prefix`, or all, in the order of their keys."""
        return islice((each for page in self._pages(prefix) for each in page if each.key.startswith(prefix)), limit)

    def folders(self, prefix: str) -> Iterator[str]:
        """Names of the folders directly below `prefix`, which is empty or ends with a slash."""
        folder = self._path(prefix) or None
        found = self._asked(prefix, lambda store: store.list_with_delimiter(folder), in_one_call=False)
        for path in found["common_prefixes"]:
            yield path.removeprefix(self._domain.prefix + prefix)

    def _range(self, key: str, start: int, end: int, etag: str | None) -> memoryview:
        options: GetOptions = {"range": (start, end)}
        if etag is not None:
            options["if_match"] = etag
        return self._asked(key, lambda store: _body(store.get(self._path(key), options=options)))

    def _begun(self, store: S3Store, key: str) -> _Begun:
        answer = store.get(self._path(key), options={"range": (0, _RANGE_BYTES)})
        head = _head(answer.meta)
        body = _body(answer) if head.bytes <= _RANGE_BYTES else None
        return _Begun(head, _metadata(answer), body, answer)

    def _chunks(self, key: str, begun: _Begun) -> Iterator[Chunk]:
        """The ranges in their order; those that follow are under way as soon as the first one's answer has begun."""
        if begun.body is not None:
            yield begun.body
            return
        size, etag = begun.head.bytes, begun.head.etag

        def first() -> memoryview:
            return self._asked(key, lambda _: _body(begun.rest))

        def following(start: int) -> Callable[[], memoryview]:
            return lambda: self._range(key, start, min(start + _RANGE_BYTES, size), etag)

        yield from ahead(chain((first,), map(following, range(_RANGE_BYTES, size, _RANGE_BYTES))), _RANGES_AT_ONCE)

    def _send(self, key: str, file: IO[bytes], headers: Headers) -> None:
        def write(store: S3Store) -> PutResult:
            return store.put(
                self._path(key),
                file,
                attributes=_attributes(headers),
                use_multipart=True,
                chunk_size=PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )

        file.seek(0)
        self._asked(key, write, in_one_call=False)

    def _asked(self, key: str, ask: Callable[[S3Store], T], *, in_one_call: bool = True) -> T:
        """What `ask` gives, its errors typed; on the main thread, signals are handled meanwhile.

        :raises ForkedAfterUse: no answer would ever come.
        """

        def typed() -> T:
            store, answers = self._client()
            self._credentials()  # renewed here, where what goes wrong has a class, and not within the request
            with answers.typed(key, in_one_call=in_one_call):
                return ask(store)

        note_use()
        return interruptible(typed)

    def _client(self) -> tuple[S3Store, Answers]:
        from obstore.store import S3Store

        with self._making:
            if self._made is None:
                bucket, connection = self._domain.bucket, self._connection
                store = S3Store(
                    bucket,
                    config=config(connection, bucket),
                    client_options=client_options(connection),
                    retry_config=retry_config(connection),
                    credential_provider=self._credentials,
                )
                self._made = store, Answers(self._domain, connection, lambda key: self.range(key, 0, 1))
            return self._made

    def _path(self, key: str) -> str:
        return f"{self._domain.prefix}{key}"

    def _pages(self, prefix: str) -> Iterator[list[Listed]]:
        """Everything in the folder that `prefix` is or ends in: obstore lists by whole segments."""
        folder = self._path(prefix).rpartition("/")[0] or None

        def begin(store: S3Store) -> tuple[Iterator[Sequence[ObjectMeta]], Sequence[ObjectMeta] | None]:
            pages = store.list(folder, chunk_size=_PAGE)
            return pages, next(pages, None)  # what is not asked here would be told as an answer

        pages, page = self._asked(prefix, begin)
        while page:
            yield [
                Listed(row["path"].removeprefix(self._domain.prefix), row["size"], row["last_modified"]) for row in page
            ]
            page = self._asked(prefix, lambda _: next(pages, None))


def _stored(answer: GetResult) -> Stored:
    head = _head(answer.meta)
    return Stored(answer.bytes().to_bytes(), head.etag, answer.meta["last_modified"], _metadata(answer))


def _body(answer: GetResult) -> memoryview:
    """Not copied."""
    return memoryview(answer.bytes())


def _metadata(answer: GetResult) -> dict[str, str]:
    return {name: value for name, value in answer.attributes.items() if name not in _HEADERS}


def _head(meta: ObjectMeta) -> Head:
    from obstore.exceptions import GenericError

    if not meta["e_tag"]:
        raise GenericError("what answers is not an S3 server: it gives no ETag")
    return Head(meta["size"], meta["e_tag"])


def _attributes(headers: Headers) -> Attributes:
    told = {
        "Content-Type": headers.media_type,
        "Content-Disposition": headers.disposition,
        "Cache-Control": headers.cache_control,
    }
    return {name: value for name, value in told.items() if value} | dict(headers.metadata)
