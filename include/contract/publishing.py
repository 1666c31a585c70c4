"""What publishing recipes read: the words about a piece, and which outputs become its files under readable names."""

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
"""The words about a piece: two outputs of a text, and the label of the stage that made its files, which older recipes
leave out. They are read, and not published themselves."""


class Role(StrEnum):
    """What a published file is to a reader."""

    MAIN = "main"
    """The piece itself; the first one if there are several."""
    ALTERNATE = "alternate"
    """The piece in another format."""
    POSTER = "poster"
    """A picture that represents the piece; the first one if there are several."""
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

    The label comes from the stage of the first file or, if the recipe does without that one, from the one that has any.

    :param script: class of the text's `script`; any if left out.
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
    """The port by which `output` becomes a file, and the file's readable name; None if it becomes none."""
    name, _, number = output.partition("/")
    shape = Shape.FAMILY if number else Shape.ONE
    found = next((port for port in ports if port.name == name and port.shape is shape), None)
    return (found, found.file.format(number=number)) if found else None


def words_of(item: PlannedItem) -> dict[str, Artifact]:
    """The words about a planned piece, by name."""
    return {artifact.name: artifact for artifact in item.inputs if artifact.name in WORDS}


def files_of(item: PlannedItem) -> tuple[Artifact, ...]:
    """The inputs that become the files of a planned piece, in the order of its ports."""
    return tuple(artifact for artifact in item.inputs if artifact.name not in WORDS)
