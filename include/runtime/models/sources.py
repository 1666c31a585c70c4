"""Where a model's file comes from, as the cache sees it: a blob, or an object in a bucket of the users' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from include.contract.artifacts import ModelIdentity
from include.contract.blobs import Reading, trusted
from include.contract.errors import InputLost, UnknownModel
from include.contract.keys import blob_key
from include.contract.model_cards import CardFile
from include.contract.models import ModelFile
from include.store.store import Store
from include.store.stored import Chunk, Head

Read = Callable[[], Reading[None] | None]
"""Downloads a file and says what it is; None if there is nothing."""


class Source(Protocol):
    """One file, known by its digest."""

    @property
    def name(self) -> str:
        """Its name, for messages."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of its bytes."""
        ...

    @property
    def expected_bytes(self) -> int | None:
        """How many bytes it has to have; None if only their digest is known."""
        ...

    def head(self) -> Head | None:
        """Size and version of what is there; None if there is nothing."""
        ...

    def part(self, start: int, end: int, etag: str) -> Iterator[Chunk]:
        """Bytes of one version from `start` to before `end`, as they come.

        :raises StoreAway: another version is there by now.
        """
        ...

    def checked(self, read: Read) -> None:
        """Call `read` until the bytes are right, or it is clear that they cannot be had.

        :raises PermanentError: there is nothing, or other bytes.
        """
        ...


@dataclass(frozen=True)
class BlobFile:
    """A file of a card, which is a blob; if it is wrong it is emptied, so that adding the model puts it right (W2)."""

    identity: ModelIdentity
    name: str
    file: CardFile
    store: Store

    @property
    def sha256(self) -> str:
        """As `Source`."""
        return self.file.sha256

    @property
    def expected_bytes(self) -> int:
        """As `Source`."""
        return self.file.bytes

    def head(self) -> Head | None:
        """As `Source`."""
        return self.store.blob_head(self.sha256)

    def part(self, start: int, end: int, etag: str) -> Iterator[Chunk]:
        """As `Source`."""
        return self.store.blob_part(self.sha256, start, end, etag)

    def checked(self, read: Read) -> None:
        """As `Source`.

        :raises UnknownModel: it is gone, or was wrong and is empty now.
        """
        what, where = f"`{self.name}` of model {self.identity}", self.store.domain.uri(blob_key(self.sha256))
        try:
            trusted(read, partial(self.store.empty_blob, self.sha256), self.sha256, what, where)
        except InputLost as error:
            raise UnknownModel(f"{error}; add the model again with `atelier models add`") from error


@dataclass(frozen=True)
class BucketFile:
    """A file of the registry, which its users put into a bucket of their own."""

    file: ModelFile
    store: Store
    """The store through whose connection the bucket is reached."""

    @property
    def name(self) -> str:
        """As `Source`."""
        return self.file.path.rpartition("/")[2]

    @property
    def sha256(self) -> str:
        """As `Source`."""
        return self.file.sha256

    @property
    def expected_bytes(self) -> None:
        """As `Source`: the registry does not say."""
        return

    def head(self) -> Head | None:
        """As `Source`."""
        return self.store.in_bucket(str(self.file.s3)).head(self.file.path)

    def part(self, start: int, end: int, etag: str) -> Iterator[Chunk]:
        """As `Source`."""
        return self.store.in_bucket(str(self.file.s3)).part(self.file.path, start, end, etag)

    def checked(self, read: Read) -> None:
        """As `Source`.

        :raises UnknownModel: it is not there, or has other bytes.
        """
        found, where = read(), f"s3://{self.file.s3}/{self.file.path}"
        if found is None:
            raise UnknownModel(f"{where} does not exist; put the file there, or register where it is")
        if found.sha256 != self.sha256:
            raise UnknownModel(
                f"{where} has the digest {found.sha256}, but {self.sha256} is registered; put the registered file "
                "there, or register this one under a new revision"
            )
