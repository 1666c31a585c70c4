"""A model's folder, or its single file, on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from include.contract.errors import BadRequest
from include.contract.messages import MAX_MISTAKES
from include.contract.model_cards import MAX_FILES
from operators.models.source import ModelSource


class LocalFiles(ModelSource):
    """Files of a folder; hidden ones (`.git`, `.cache`) belong to no model."""

    def __init__(self, place: Path, origin: str = "", within: Path | None = None) -> None:
        """:param within: a folder around `place` that its links may point into too."""
        self._place = Path(os.path.abspath(place))
        self._within = (within or self._place).resolve()
        self.origin = origin or place.name

    def sizes(self) -> Mapping[str, int]:
        """As `ModelSource`."""
        if self._place.is_file():
            return {self._place.name: _size(self._place)}
        if not self._place.is_dir():
            raise BadRequest(f"{self._place} is neither a folder nor a file; give the model's folder, or its GGUF file")
        sizes: dict[str, int] = {}
        mistakes: list[str] = []
        for path in self._paths(self._place):
            name = path.relative_to(self._place).as_posix()
            wrong = self._wrong(path)
            if wrong:
                mistakes.append(f"{name}: {wrong}")
            else:
                sizes[name] = _size(path)
            if len(sizes) > MAX_FILES:
                mistakes.append(f"{self._place}: has more than {MAX_FILES} files; give the folder of one model")
            if len(sizes) > MAX_FILES or len(mistakes) >= MAX_MISTAKES:
                break
        if mistakes:
            raise BadRequest("\n".join(mistakes))
        return sizes

    def read(self, path: str, begin: int, end: int) -> bytes:
        """As `ModelSource`."""
        place = self._place / path if self._place.is_dir() else self._place
        try:
            with place.open("rb") as file:
                file.seek(begin)
                return file.read(end - begin)
        except OSError as error:
            raise _unreadable(place, error) from error

    def _paths(self, folder: Path) -> Iterator[Path]:
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            raise _unreadable(folder, error) from error
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir() and not entry.is_symlink():
                yield from self._paths(entry)
            else:
                yield entry

    def _wrong(self, path: Path) -> str:
        """Why this entry of the folder cannot be taken; empty if it can."""
        if path.is_symlink():
            target = Path(os.path.realpath(path))
            if not target.is_relative_to(self._within):
                return f"links to {os.readlink(path)}, which is outside of the folder; put the file itself there"
            if target.is_dir():
                return "links to a folder; put the files themselves there"
        return "" if path.is_file() else "is not a file; put one there, or remove it"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> BadRequest:
    todo = "leave it there until the model is added" if isinstance(error, FileNotFoundError) else "make it readable"
    return BadRequest(f"{path}: cannot be read: {error.strerror}; {todo}")
