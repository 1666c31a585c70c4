"""Taking pieces away from readers, and giving them back: for people, by name; their files stay where they are.

Runs wherever a `Store` does, with credentials that may write `published/`. The tombstone is written before the piece
is taken out of the indexes, so that no run that publishes at the same moment brings it back.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from include.contract.artifacts import Artifact
from include.contract.errors import BadRequest, CorruptInput, InputLost
from include.contract.keys import piece_path, tombstone_path
from include.contract.parsing import model_in
from include.contract.published import INDEX, ITEM, PublishedFile, PublishedItem, Tombstone, TombstoneEvent, Word
from include.runtime.publishing.files import make_whole
from include.runtime.publishing.indexes import list_pieces, read_day, read_index
from include.runtime.publishing.piece_writer import JSON_TYPE
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.tombstones import read_tombstone, tombstone_in
from include.store.store import Store
from include.store.threads import THREADS, daemon_threads


def withdraw(store: Store, content_type: str, slug: str, *, by: str, why: str, day: date | None = None) -> list[date]:
    """Take a piece out of index, feed and gallery, and keep runs from publishing it again.

    :param day: the day under which it is published; default: all days, including those to come.
    :param by: who wants it, for the tombstone.
    :return: the days whose piece was taken out; none if all of it had been done before.
    :raises BadRequest: nothing of that name is published.
    """
    published = PublishedStore(store, content_type)
    _check_something_is_published(published)
    days = _days_of(published, slug, day)
    known = read_tombstone(published, slug)
    if not days and not known.words:
        where = f" under {day}" if day else ""
        raise BadRequest(f"`{content_type}` has published no `{slug}`{where}; look for it in {published.uri(INDEX)}")
    word = Word(event=TombstoneEvent.WITHDRAWN, day=day, days=tuple(days), by=by, at=datetime.now(UTC), why=why)
    _say(published, slug, word)
    listed = [each for each in days if _is_listed(published, slug, each)]
    list_pieces(published, (), days=days, slugs=(slug,))
    return listed


def restore(store: Store, content_type: str, slug: str, *, by: str, why: str, day: date | None = None) -> list[date]:
    """Undo `withdraw`: list the piece again as it was published last, and let runs publish it.

    :param day: as for `withdraw`.
    :return: the days whose piece is listed again.
    :raises BadRequest: it is not withdrawn.
    :raises InputLost: a file of it is damaged, and so is its blob.
    """
    published = PublishedStore(store, content_type)
    _check_something_is_published(published)
    known = read_tombstone(published, slug)
    if not known.words:
        raise BadRequest(f"`{slug}` of `{content_type}` was never withdrawn; there is nothing to restore")
    word = Word(event=TombstoneEvent.RESTORED, day=day, by=by, at=datetime.now(UTC), why=why)
    told = _say(published, slug, word)
    taken = sorted({each for said in told.words for each in said.days if told.withdrawn(each) is None})
    items = [item for each in taken if day in (None, each) and (item := _item(published, slug, each)) is not None]
    for item in items:
        _make_whole(published, item)
    list_pieces(published, [item.entry() for item in items], slugs=(slug,))
    return [item.day for item in items]


def _check_something_is_published(published: PublishedStore) -> None:
    if published.read(INDEX) is None:
        raise BadRequest(f"nothing is published as `{published.content_type}`: there is no {published.uri(INDEX)}")


def _days_of(published: PublishedStore, slug: str, day: date | None) -> list[date]:
    """The days that have published something as `slug`."""
    if day is not None:
        return [day] if _item(published, slug, day) else []
    days = list(read_index(published).days)
    with daemon_threads(THREADS, "withdrawal") as threads:
        found = threads.map(lambda each: _is_listed(published, slug, each), days)
        return [each for each, is_there in zip(days, found, strict=True) if is_there]


def _is_listed(published: PublishedStore, slug: str, day: date) -> bool:
    return any(entry.slug == slug for entry in read_day(published, day).items)


def _say(published: PublishedStore, slug: str, word: Word) -> Tombstone:
    """Add a word to the slug's tombstone, unless it holds already; the tombstone as it then is."""
    said = []

    def make(body: bytes | None) -> bytes | None:
        before = tombstone_in(published, slug, body)
        last = next((each for each in reversed(before.words) if each.day == word.day), None)
        is_said = last is not None and last.event is word.event and before.words[-1] == last
        said.append(before if is_said else before.with_word(word))
        return None if is_said else said[-1].model_dump_json().encode()

    published.update(tombstone_path(slug), JSON_TYPE, make)
    return said[-1]


def _item(published: PublishedStore, slug: str, day: date) -> PublishedItem | None:
    """A piece as its `item.json` tells it."""
    path = f"{piece_path(day, slug)}{ITEM}"
    stored = published.read(path)
    try:
        return model_in(PublishedItem, stored.body, published.uri(path)) if stored else None
    except CorruptInput as error:
        raise CorruptInput(f"{error}; publish the piece again") from error


def _make_whole(published: PublishedStore, item: PublishedItem) -> None:
    """Have the files of a piece hold their own bytes before readers are led to them."""

    def put(file: PublishedFile) -> None:
        artifact = Artifact(name=str(file.role), sha256=file.sha256, bytes=file.bytes, media_type=file.media_type)
        try:
            published.put(artifact, item.address(file), item.disposition(file))
        except InputLost as error:
            run = f"the run `{item.run.run_id}` of `{item.run.dag_id}`"
            raise InputLost(f"{published.uri(item.address(file))}: {error}; publish it again: clear {run}") from error

    with daemon_threads(THREADS, "withdrawal") as threads:
        make_whole(published, item, threads, put)
