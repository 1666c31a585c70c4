"""What the header of a file of weights says: which tensors are where. Read with limits, whoever wrote it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Read = Callable[[int, int], bytes]
"""Bytes of a file from one position to before another."""
MOST_DIMENSIONS = 16
_MOST_ALONG_ONE = 2**48


@dataclass(frozen=True)
class Tensor:
    """One tensor of a file."""

    elements: int
    bytes: int
    is_floating: bool
    """Whether it is converted to the precision that the model is loaded in; quantised ones are too."""
    shape: tuple[int, ...] = ()
    """The lengths along its dimensions; empty for a single number, and where the header's order is not torch's."""


@dataclass(frozen=True)
class Header:
    """All tensors of a file, by name."""

    tensors: Mapping[str, Tensor]

    @property
    def bytes(self) -> int:
        """Of all weights as they are in the file."""
        return sum(tensor.bytes for tensor in self.tensors.values())

    def bytes_in(self, element_bytes: int) -> int:
        """Of all weights once every floating one takes `element_bytes`."""
        return sum(
            tensor.elements * element_bytes if tensor.is_floating else tensor.bytes for tensor in self.tensors.values()
        )


def elements_of(shape: Sequence[object], name: str) -> int:
    """How many numbers a tensor of `shape` has.

    :raises ValueError: it is not a shape.
    """
    if len(shape) > MOST_DIMENSIONS:
        raise ValueError(f"tensor {name!r:.200} has {len(shape)} dimensions; allowed: at most {MOST_DIMENSIONS}")
    sizes = [size for size in shape if type(size) is int and 0 <= size <= _MOST_ALONG_ONE]
    if len(sizes) < len(shape):
        raise ValueError(f"tensor {name!r:.200} has an invalid shape; allowed: whole numbers from 0")
    return math.prod(sizes)


def bytes_of(elements: int, block_elements: int, block_bytes: int, name: str) -> int:
    """How many bytes `elements` take, which are stored in blocks.

    :raises ValueError: they fill no whole number of blocks.
    """
    blocks, rest = divmod(elements, block_elements)
    if rest:
        raise ValueError(f"tensor {name!r:.200} has {elements} numbers, which fill no blocks of {block_elements}")
    return blocks * block_bytes
