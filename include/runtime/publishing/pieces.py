"""Finished pieces, read from what the stages upstream made from a brief."""

from __future__ import annotations

from collections.abc import Callable

from include.contract.artifacts import Artifact
from include.contract.decisions import piece_digest
from include.contract.errors import RejectedContent
from include.contract.labels import PieceLabel
from include.contract.parsing import model_in
from include.contract.planning import PlannedItem
from include.contract.publishing import LABEL, SCRIPT, TITLE, Role, file_ports, files_of, named_file, words_of
from include.contract.recipe import Recipe
from include.contract.requests import Order, read_params
from include.runtime.publisher import Piece, PieceFile
from include.runtime.publishing.words import summary_of, title_of

Read = Callable[[Artifact], bytes]


def piece_of(item: PlannedItem, order: Order, recipe: Recipe, read: Read) -> Piece:
    """The piece that `item` is, as `order` asks for it.

    :param read: returns the bytes of the words about the piece.
    :raises CorruptInput: the words cannot be read.
    :raises RejectedContent: none of its files is the piece itself.
    """
    words = {name: read(artifact) for name, artifact in words_of(item).items()}
    language = str(order.params["language"])
    files = _files(item, recipe)
    if all(file.role is not Role.MAIN for file in files):
        found = ", ".join(file.artifact.name for file in files) or "none"
        raise RejectedContent(f"it has no file that is the piece itself; found: {found}")
    return Piece(
        slug=item.brief,
        content_digest=piece_digest(item),
        title=title_of(words[TITLE], language),
        summary=summary_of(words[SCRIPT], recipe.summary, language),
        language=language,
        params=read_params(recipe, order.params),
        files=files,
        label=model_in(PieceLabel, words[LABEL], "output `label`") if LABEL in words else None,
        decision=order.decision,
    )


def _files(item: PlannedItem, recipe: Recipe) -> tuple[PieceFile, ...]:
    ports = tuple(file_ports(recipe))
    files = []
    for artifact in files_of(item):
        named = named_file(ports, artifact.name)
        if named is None:
            raise AssertionError(f"`{recipe.name}` has no port `{artifact.name}`, by which it was read")
        files.append(PieceFile(named[1], named[0].role, artifact))
    return tuple(files)
