"""What publishing recipes read: what a piece is told by, and which outputs become its files under readable names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from include.contract.artifacts import Artifact
from include.contract.labels import PieceLabel
from include.contract.planning import PlannedItem
from include.contract.ports import JSON_TYPE, TEXT_TYPE, Port, Shape
from include.contract.recipe import Recipe

TITLE = "title"
SCRIPT = "script"
LABEL = "label"
WORDS = (TITLE, SCRIPT, LABEL)
"""What a piece is told by: two outputs of a text, and the one of the stage that made its files, which older recipes
leave out. They are read, and not published themselves."""


class Role(StrEnum):
    """What a published file is to a reader."""

    MAIN = "main"
    """The piece itself; the first one where there are several."""
    ALTERNATE = "alternate"
    """The piece in another format."""
    POSTER = "poster"
    """A picture that stands for the piece; the first one does where there are several."""
    SUBTITLES = "subtitles"
    TRANSCRIPT = "transcript"
    CHAPTERS = "chapters"
    PART = "part"
    """Something that another file of the piece refers to."""


@dataclass(frozen=True, kw_only=True)
class FilePort(Port):
    """An output, or a numbered family of them, that becomes files of the piece."""

    file: str
    """Path inside the piece's folder; `{number}` in that of a family."""
    role: Role


def ports_of_piece(*files: FilePort, script: type | None = None) -> tuple[Port, ...]:
    """What a publishing recipe reads: the words, then the files.

    The label comes from the stage of the first file; where the recipe does without that one, from the one that has any.

    :param script: what the text's `script` has to be; any where left out.
    """
    label_beside = "" if files[0].is_optional else files[0].name
    return (
        Port(TITLE, media_types=(TEXT_TYPE,), beside=SCRIPT),
        Port(SCRIPT, media_types=(JSON_TYPE,), document=script),
        Port(LABEL, media_types=(JSON_TYPE,), document=PieceLabel, is_optional=True, beside=label_beside),
        *files,
    )


def file_ports(recipe: Recipe) -> Iterator[FilePort]:
    """Those of the recipe's ports that become files."""
    return (port for port in recipe.ports if isinstance(port, FilePort))


def named_file(ports: Iterable[FilePort], output: str) -> tuple[FilePort, str] | None:
    """The one of `ports` by which `output` becomes a file, and the file's readable name; None where none does."""
    name, _, number = output.partition("/")
    shape = Shape.FAMILY if number else Shape.ONE
    found = next((port for port in ports if port.name == name and port.shape is shape), None)
    return (found, found.file.format(number=number)) if found else None


def words_of(item: PlannedItem) -> dict[str, Artifact]:
    """What a planned piece is told by, by name."""
    return {artifact.name: artifact for artifact in item.inputs if artifact.name in WORDS}


def files_of(item: PlannedItem) -> tuple[Artifact, ...]:
    """What becomes the files of a planned piece, in the order of its ports."""
    return tuple(artifact for artifact in item.inputs if artifact.name not in WORDS)
