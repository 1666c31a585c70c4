"""Where the files of a model lie that is to be added."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping

from operators.models.headers import Read


class ModelSource(ABC):
    """Files by their paths below the model's folder. Thread-safe."""

    origin: str
    """Where they come from, for people; it stands in the card."""
    licence: str = ""
    """What the place says of the model's licence, as a hint to whoever has to say it."""

    @abstractmethod
    def sizes(self) -> Mapping[str, int]:
        """The bytes of each file.

        :raises BadRequest: there are none, or some that may not be read.
        """

    def take(self, paths: Collection[str]) -> None:  # noqa: B027 - most places are read where they are
        """Have these files at hand, before any of them is read."""

    def digest(self, path: str) -> str:
        """SHA-256 of a file by the word of the place that it comes from; empty where it gives none."""
        return ""

    @abstractmethod
    def read(self, path: str, begin: int, end: int) -> bytes:
        """Bytes of a file from `begin` to before `end`; fewer where it ends before.

        :raises BadRequest, StoreAway: it cannot be read, or is another one by now.
        """

    def reads(self, path: str) -> Read:
        """What reads the file `path`."""
        return lambda begin, end: self.read(path, begin, end)
