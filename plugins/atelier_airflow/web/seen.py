"""What the pages show, read from the store: what a task made, what a run made from its briefs, what is published.

All of it waits for the store, so it runs on threads of `Reach`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice

from include.contract.artifacts import Artifact
from include.contract.direction import direction_of
from include.contract.errors import CorruptInput, InputLost
from include.contract.keys import piece_path, published_in, published_prefix, runs_prefix
from include.contract.manifests import ItemLine, Manifest, RunRef
from include.contract.parsing import model_in
from include.contract.published import ITEM, PublishedItem
from include.contract.publishing import TITLE, Role, file_ports, named_file
from include.contract.registry import recipes
from include.contract.values import StageKind
from include.store.store import Store
from operators.pages.addresses import bytes_at, file_at, published_at
from operators.run_history import lines_of, manifests_of

MOST_LISTED = 10_000
"""The most objects of a run that are searched."""
ITEMS_A_PAGE = 100
MOST_PIECES = 50
"""The most pieces of a run that are listed one by one."""
PLAYABLE = ("video", "audio", "image")
_PIECE = re.compile(r"(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/(?P<day>[0-9]{2})/(?P<slug>[a-z0-9-]{1,80})/")


@dataclass(frozen=True)
class ShownFile:
    """One file on a page."""

    name: str
    media_type: str
    bytes: int
    opened_at: str
    """Address at which it opens by itself."""
    embedded_at: str
    """Address by which a page shows it."""
    role: str = ""

    @property
    def family(self) -> str:
        """How to show it: `video`, `audio` or `image`, otherwise `text`."""
        family = self.media_type.partition("/")[0]
        return family if family in PLAYABLE else "text"

    @property
    def size(self) -> str:
        """In words."""
        return f"{self.bytes / 1e6:.1f} MB" if self.bytes >= 100_000 else f"{self.bytes / 1e3:.1f} kB"


@dataclass(frozen=True)
class ShownItem:
    """One item of a task."""

    name: str
    outcome: str
    message: str
    files: tuple[ShownFile, ...]


@dataclass(frozen=True)
class ShownTask:
    """What a task made: a page of its items."""

    run: RunRef
    manifest: Manifest
    items: tuple[ShownItem, ...]
    start: int
    next_start: int | None


@dataclass(frozen=True)
class ShownPiece:
    """A piece as people see it."""

    title: str
    slug: str
    summary: str = ""
    language: str = "en"
    day: str = ""
    files: tuple[ShownFile, ...] = ()
    missing: str = ""
    """Why it is not there, or not complete."""
    page: str = ""
    """Address of its own page, if it is published."""
    run: RunRef | None = None
    subtitles_in_picture: bool = True

    def of(self, *roles: str) -> list[ShownFile]:
        """Its files that are one of `roles` to a reader."""
        return [file for file in self.files if file.role in roles]

    @property
    def direction(self) -> str:
        """HTML's `dir`: that of its language, whatever its title begins with."""
        return direction_of(self.language).value

    @property
    def poster(self) -> str:
        """Address of the picture that represents it; empty if there is none."""
        return next((file.embedded_at for file in self.of(Role.POSTER)), "")

    @property
    def track(self) -> ShownFile | None:
        """The subtitles for a player, if the film does not show them itself."""
        tracks = [] if self.subtitles_in_picture else self.of(Role.SUBTITLES)
        return next((file for file in tracks if file.media_type == "text/vtt"), None)


@dataclass(frozen=True)
class ShownRun:
    """What a run made of its briefs."""

    pieces: tuple[ShownPiece, ...]
    """Not more than `MOST_PIECES`."""
    planned: int
    """How many pieces it has in all."""


def task_seen(store: Store, run: RunRef, start: int) -> ShownTask:
    """What the task made, from its item number `start` on.

    :raises InputLost: it has left nothing yet, or what it left is gone.
    """
    manifest = _newest(store, run)
    lines = list(islice(lines_of(store, manifest), start, start + ITEMS_A_PAGE + 1))
    more = start + ITEMS_A_PAGE if len(lines) > ITEMS_A_PAGE else None
    items = tuple(_item_seen(run, line) for line in lines[:ITEMS_A_PAGE])
    return ShownTask(run, manifest, items, start, more)


def output_of(store: Store, run: RunRef, item: str, output: str) -> Artifact:
    """One output of an item of the task.

    :raises InputLost: the task has none such.
    """
    for line in lines_of(store, _newest(store, run)):
        if line.item == item:
            found = next((each for each in line.outputs if each.name == output), None)
            if found is not None:
                return found
    raise InputLost(f"task `{run.task_id}` has no output `{output}` of an item `{item}`")


def run_seen(store: Store, dag_id: str, run_id: str) -> ShownRun:
    """What the run made of its briefs: published where it is, else as far as its stages have come.

    :raises InputLost: it has made nothing yet.
    """
    manifests = manifests_of(store, dag_id, run_id)
    publishing = [each for each in manifests if each.kind is StageKind.PUBLISH]
    if publishing:
        lines = islice((line for each in publishing for line in lines_of(store, each)), MOST_PIECES)
        pieces = tuple(_published_seen(store, line) for line in lines)
        return ShownRun(pieces, sum(each.counts.planned for each in publishing))
    made = _unpublished(store, manifests)
    if not made.pieces:
        raise InputLost("This run has made no piece yet; the files of its stages are under `Its files` of each task.")
    return made


def piece_seen(store: Store, place: str, day: date, slug: str) -> ShownPiece:
    """A published piece.

    :raises InputLost: there is none.
    """
    key = f"{published_prefix(place)}{piece_path(day, slug)}{ITEM}"
    body = store.get(key)
    if body is None:
        raise InputLost("There is no published piece at this address.")
    item = model_in(PublishedItem, body, store.domain.uri(key))

    def address(path: str) -> str:
        return published_at(place, f"{item.folder}{path}")

    files = (
        ShownFile(file.path, file.media_type, file.bytes, address(file.path), address(file.path), str(file.role))
        for file in item.files
        if file.role is not Role.PART
    )
    return ShownPiece(
        title=item.title,
        slug=item.slug,
        summary=item.summary,
        language=item.language,
        day=item.day.isoformat(),
        files=tuple(files),
        page=published_at(place, piece_path(item.day, item.slug)),
        run=item.run,
        subtitles_in_picture=item.subtitles_in_picture,
    )


def _published_seen(store: Store, line: ItemLine) -> ShownPiece:
    if not line.address:
        return ShownPiece(line.item, line.item, missing=line.message or "it was not published")
    if "://" in line.address:
        return ShownPiece(line.item, line.item, missing=f"it was put outside the store: {line.address}")
    try:
        place, path = published_in(line.address)
        day, slug = day_and_slug(path.removesuffix(ITEM))
        return piece_seen(store, place, day, slug)
    except (InputLost, CorruptInput, ValueError) as error:
        return ShownPiece(line.item, line.item, missing=str(error))


def day_and_slug(folder: str) -> tuple[date, str]:
    """The day and the slug that a piece's folder names, such as `2026/11/27/honey/`.

    :raises InputLost: it is no such folder.
    """
    found = _PIECE.fullmatch(folder)
    try:
        if found is None:
            raise ValueError(folder)
        return date(int(found["year"]), int(found["month"]), int(found["day"])), found["slug"]
    except ValueError as error:
        raise InputLost("There is nothing at this address.") from error


def _unpublished(store: Store, manifests: list[Manifest]) -> ShownRun:
    """The files that would be published, of each brief."""
    titles: dict[str, str] = {}
    files: dict[str, list[ShownFile]] = {}
    missing: dict[str, str] = {}
    further: set[str] = set()
    for manifest in manifests:
        for line in lines_of(store, manifest):
            if "/" in line.item:
                continue
            if line.item not in files and len(files) == MOST_PIECES:
                further.add(line.item)
                continue
            files.setdefault(line.item, []).extend(_readable(manifest, line))
            if not line.succeeded:
                missing[line.item] = line.message
            if manifest.kind is StageKind.TEXT and line.succeeded:
                titles[line.item] = _title(store, line)
    pieces = (
        ShownPiece(titles.get(slug, slug), slug, files=tuple(found), missing=missing.get(slug, "not published"))
        for slug, found in files.items()
    )
    return ShownRun(tuple(pieces), len(files) + len(further))


def _readable(manifest: Manifest, line: ItemLine) -> list[ShownFile]:
    """Those outputs that readers get one day, under the names that they get then."""
    ports = [port for recipe in recipes().values() for port in file_ports(recipe)]
    found: list[ShownFile] = []
    for output in line.outputs:
        named = named_file(ports, output.name)
        if named is not None and named[0].role is not Role.PART and named[1] not in [file.name for file in found]:
            found.append(_file_seen(manifest.run, line.item, output, named[1], str(named[0].role)))
    return found


def _title(store: Store, line: ItemLine) -> str:
    try:
        return store.blob(line.output(TITLE).sha256, "the title").decode()
    except (InputLost, CorruptInput, UnicodeDecodeError):
        return line.item


def _item_seen(run: RunRef, line: ItemLine) -> ShownItem:
    files = tuple(_file_seen(run, line.item, output, output.name, "") for output in line.outputs)
    return ShownItem(line.item, str(line.outcome), line.message, files)


def _file_seen(run: RunRef, item: str, output: Artifact, name: str, role: str) -> ShownFile:
    opened, embedded = file_at(run, item, output.name), bytes_at(run, item, output.name)
    return ShownFile(name, output.media_type, output.bytes, opened, embedded, role)


def _newest(store: Store, run: RunRef) -> Manifest:
    prefix = f"{runs_prefix(run.dag_id, run.run_id, run.task_id)}{run.map_index}/"
    listed = [each for each in store.listed(prefix, MOST_LISTED) if each.key.endswith("/manifest.json")]
    if not listed:
        raise InputLost("This task has made nothing yet.")
    key = max(listed, key=lambda each: each.modified_at).key
    body = store.get(key)
    if body is None:
        raise InputLost("This task has made nothing yet.")
    return model_in(Manifest, body, store.domain.uri(key))
