"""What every publisher promises those who publish with it, and those who find what it publishes (W10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

from atelier.testing.orders import store_of
from atelier.testing.s3 import S3
from include.contract.artifacts import Artifact, artifact_of
from include.contract.decisions import piece_digest
from include.contract.errors import InputLost
from include.contract.installed import class_at
from include.contract.manifests import RunRef
from include.contract.planning import PlannedItem
from include.contract.published import Publication
from include.contract.publishing import Role, file_ports, named_file
from include.contract.recipe import Recipe
from include.contract.requests import read_params
from include.runtime.publisher import Assignment, Piece, PieceFile, Placed, Publisher
from include.store.store import Store

DAY = date(2026, 11, 25)
Files = Mapping[str, tuple[bytes, str]]
"""By the name of each output: its bytes and media type."""
Seen = Callable[[], Sequence[bytes]]


def check_publisher(recipe: Recipe, first: Files, second: Files, *, s3: S3, folder: Path, seen: Seen) -> None:
    """Check that a publisher shows complete pieces, once.

    A piece that is placed is seen, and its address stays the same. Placed again, by another process too, nothing is
    written. Another version takes its place. If a file of a piece is missing, nothing of the piece is seen. Two
    processes that place the same piece at once both finish, and it is there once.

    :param first: the files of a piece, as outputs that the recipe's ports take.
    :param second: those of another version of it.
    :param seen: the bytes of all files that people find now, led by what names them.
    :raises AssertionError: naming the first thing that is not so.
    """
    check = _Check(recipe, store_of(s3), folder)
    piece, other = check.piece(first), check.piece(second)
    lost = check.piece({name: (body + b"lost", kind) for name, (body, kind) in second.items()}, is_kept=False)
    check.refused(lost, seen)
    placed = check.placed(piece)
    _say(placed.is_new and bool(placed.address), "a new piece is placed, but `place` does not say so, or not where")
    _say(_all_in(first, seen()), "a piece is placed, but not all of its files are seen")
    before = sorted(seen())
    again = check.placed(piece)
    _say(not again.is_new, "the same piece is placed again, but `place` says that it is new")
    _say(again.address == placed.address, f"the same piece is at {placed.address} and at {again.address}")
    _say(sorted(seen()) == before, "the same piece is placed again, but something else is seen")
    check.refused(lost, seen)
    _say(check.placed(other).is_new, "another version is placed, but `place` says that it is not new")
    _say(_all_in(second, seen()), "another version is placed, but not all of its files are seen")
    with ThreadPoolExecutor(2) as processes:
        both = list(processes.map(check.placed, [piece, piece]))
    _say(
        {each.address for each in both} == {placed.address},
        "two that place the same piece at once put it in two places",
    )
    _say(not check.placed(piece).is_new, "two have placed the same piece at once, but it is not complete")


class _Check:
    def __init__(self, recipe: Recipe, store: Store, folder: Path) -> None:
        self._recipe, self._store, self._folder = recipe, store, folder
        self._publisher = class_at(recipe.stage, Publisher)  # type: ignore[type-abstract]

    def piece(self, files: Files, *, is_kept: bool = True) -> Piece:
        """The piece with these files; its last one is in no store where it is not kept."""
        artifacts = [artifact_of(name, body, media_type) for name, (body, media_type) in files.items()]
        kept = artifacts if is_kept else artifacts[:-1]
        for artifact in kept:
            self._store.put_blob(files[artifact.name][0], artifact)
        item = PlannedItem("sample", "sample", inputs=tuple(artifacts))
        return Piece(
            slug="sample",
            content_digest=piece_digest(item),
            title="A sample",
            summary="To see what becomes of it.",
            language="en",
            params=read_params(self._recipe, {}),
            files=tuple(map(self._file, artifacts)),
        )

    def placed(self, piece: Piece) -> Placed:
        """Where a fresh publisher, as that of another process, puts `piece`."""
        publication = Publication(content_type="samples", title="Samples", description="Samples.", day=DAY)
        run = RunRef(dag_id="samples", run_id="sample", task_id="publish")
        assignment = Assignment(publication, run, (piece.slug,), self._store, {}, self._folder)
        with closing(self._publisher(assignment)) as publisher:
            placed = publisher.place(piece)
            publisher.list_all([piece], lambda phase: None)
            return placed

    def refused(self, piece: Piece, seen: Seen) -> None:
        """Check that nothing is seen of `piece`, a file of which is gone."""
        before = sorted(seen())
        try:
            self.placed(piece)
        except InputLost:
            _say(sorted(seen()) == before, "a file of a piece is gone from the store, but other files of it are seen")
        else:
            raise AssertionError("a file of a piece is gone from the store, but the piece is placed; raise InputLost")

    def _file(self, artifact: Artifact) -> PieceFile:
        named = named_file(file_ports(self._recipe), artifact.name)
        if named is None:
            known = ", ".join(port.name for port in file_ports(self._recipe))
            raise AssertionError(f"`{self._recipe.name}` has no port for a file `{artifact.name}`; allowed: {known}")
        return PieceFile(named[1], Role(named[0].role), artifact)


def _all_in(files: Files, seen: Sequence[bytes]) -> bool:
    return all(body in seen for body, _ in files.values())


def _say(is_so: bool, words: str) -> None:
    if not is_so:
        raise AssertionError(words)
