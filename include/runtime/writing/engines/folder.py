"""A model's files under their publisher's names, for libraries that take a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def folder_of(files: Mapping[str, Path]) -> Iterator[Path]:
    """A folder of links to `files`, by their paths in the card; it is removed afterwards, the files are not."""
    with TemporaryDirectory(prefix="model-") as name:
        folder = Path(name)
        for path, file in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).symlink_to(file.resolve())
        yield folder
