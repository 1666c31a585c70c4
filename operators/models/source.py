"""Where the files of a model are that is to be added."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping

from operators.models.headers import Read


class ModelSource(ABC):
    """Files by their paths below the model's folder. Thread-safe."""

    origin: str
    """Where they come from, for people; the card says it."""
    licence: str = ""
    """What that place says about the model's licence, as a hint for whoever has to state it."""

    @abstractmethod
    def sizes(self) -> Mapping[str, int]:
        """The bytes of each file.

        :raises BadRequest: there are none, or some cannot be read.
        """

    def take(self, paths: Collection[str]) -> None:  # noqa: B027 - most places are read where they are
        """Get these files ready, before any of them is read."""

    def digest(self, path: str) -> str:
        """SHA-256 of a file as stated by the place that it comes from; empty if it states none."""
        return ""

    @abstractmethod
    def read(self, path: str, begin: int, end: int) -> bytes:
        """Bytes of a file from `begin` to before `end`; fewer if the file ends earlier.

        :raises BadRequest, StoreAway: it cannot be read, or has been replaced or deleted.
        """

    def reads(self, path: str) -> Read:
        """A function that reads the file `path`."""
        return lambda begin, end: self.read(path, begin, end)
