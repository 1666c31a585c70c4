"""How sources reach what they name: files of the deployment, objects of the store, the web, and their own notes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.fingerprint import fingerprint
from include.contract.installed import class_at, told_of
from include.contract.keys import told_key
from include.contract.source import Fetched, Source, SourceSettings
from include.contract.sources import SOURCES
from include.store.store import Store
from operators.configuration import place_in
from operators.sources.files import S3
from operators.sources.opening import check_source, fetch_feed, open_source


def notes_key(content_type: str, settings: SourceSettings) -> str:
    """Key of the notes that runs of `content_type` keep about a source."""
    return told_key(fingerprint({"content_type": content_type, settings.source_key(): settings.named}))


@dataclass(frozen=True)
class StoredNotes:
    """Notes that runs keep about a source, in the store."""

    store: Store
    key: str

    def read(self) -> bytes | None:
        """The notes; None if there are none."""
        return self.store.get(self.key)

    def change(self, make: Callable[[bytes | None], bytes]) -> None:
        """Replace the notes by what `make` makes of them; repeated until no other run interferes."""
        self.store.update(self.key, lambda stored: make(stored.body if stored else None))


@dataclass(frozen=True)
class Access:
    """Reaches what one content type's source names."""

    content_type: str
    settings: SourceSettings
    deployment: Deployment
    connect: Callable[[], Store]
    """Connects to the store, once it is needed."""
    what: str
    """Where the source is named, for messages."""

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file of the deployment, or an object of the store."""
        return open_source(name, self.deployment, self._store_of(name), self.what)

    def check_file(self, name: str) -> None:
        """Check that there is one."""
        check_source(name, self.deployment, self._store_of(name), self.what)

    def fetched(self, url: str) -> Fetched:
        """What is at an address on the web."""
        return fetch_feed(url, self.deployment)

    def notes(self) -> StoredNotes:
        """The notes that its runs keep."""
        return StoredNotes(self.connect(), notes_key(self.content_type, self.settings))

    def _store_of(self, name: str) -> Store | None:
        """The store, where `name` lies in it."""
        return self.connect() if name.startswith(S3) else None


def source_of(settings: SourceSettings) -> Source[Any]:
    """The source with these `settings`.

    :raises BadRequest: the distribution that brings it has no such class, or it cannot be imported here.
    """
    key = settings.source_key()
    with told_of(SOURCES.distribution_of(key), f"the source `{key}`", settings.reader):
        return class_at(settings.reader, Source)(settings)


def reached(content_type: ContentType, deployment: Deployment, store: Store) -> tuple[Source[Any], Access]:
    """The source of `content_type`, which must have one, and its access for a run or a plan."""
    settings = content_type.source
    if settings is None:
        raise AssertionError("a content type without a source has its brief in the run's conf")
    what = place_in(content_type, "source", settings.source_key())
    return source_of(settings), Access(content_type.name, settings, deployment, lambda: store, what)
