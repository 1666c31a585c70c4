"""What an author brings to a test: items of a stage, as a brief and the stages above would give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

Content = bytes | str | Path
"""Bytes, text to be written in UTF-8, or a file."""


@dataclass(frozen=True)
class Sample:
    """One item to try a stage with."""

    inputs: Mapping[str, Content] = field(default_factory=dict)
    """By the names under which the stage gets them: `image`, `narration/01`, or a file of the brief, `music`."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """The recipe's parameters, whether a brief or a content type sets them; the others have their defaults."""
    variation: int = 0
    """Which take it is."""

    def with_input(self, name: str, content: Content) -> Sample:
        """The same item with another input of that name."""
        return replace(self, inputs={**self.inputs, name: content})


def bytes_of(content: Content) -> bytes:
    """The content of the file that the stage gets."""
    if isinstance(content, Path):
        return content.read_bytes()
    return content.encode() if isinstance(content, str) else content
