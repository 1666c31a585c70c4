"""Where the files of a model lie that is to be added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class ModelSource(Protocol):
    """Files by their paths below the model's folder. Thread-safe."""

    origin: str
    """Where they come from, for people; it stands in the card."""

    def sizes(self) -> Mapping[str, int]:
        """The bytes of each file.

        :raises BadRequest: there are none, or some that may not be read.
        """
        ...

    def read(self, path: str, begin: int, end: int) -> bytes:
        """Bytes of a file from `begin` to before `end`; fewer where it ends before."""
        ...
