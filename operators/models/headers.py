"""What the header of a file of weights says: which tensors lie where. Read bounded, from whoever wrote it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Read = Callable[[int, int], bytes]
"""Bytes of a file from a first to before a last."""
_MOST_DIMENSIONS = 16
_MOST_ALONG_ONE = 2**48


@dataclass(frozen=True)
class Tensor:
    """One tensor of a file."""

    elements: int
    bytes: int
    is_floating: bool
    """Whether it takes the precision that a model is loaded in; quantised ones too, which are unpacked into it."""


@dataclass(frozen=True)
class Header:
    """All tensors of a file, by name."""

    tensors: Mapping[str, Tensor]

    @property
    def bytes(self) -> int:
        """Of all weights as they lie in the file."""
        return sum(tensor.bytes for tensor in self.tensors.values())

    def bytes_in(self, element_bytes: int) -> int:
        """Of all weights once every floating one takes `element_bytes`."""
        return sum(
            tensor.elements * element_bytes if tensor.is_floating else tensor.bytes for tensor in self.tensors.values()
        )


def elements_of(shape: Sequence[object], name: str) -> int:
    """How many numbers a tensor of `shape` has.

    :raises ValueError: it is no shape.
    """
    if len(shape) > _MOST_DIMENSIONS:
        raise ValueError(f"tensor {name!r:.200} has {len(shape)} dimensions; allowed: at most {_MOST_DIMENSIONS}")
    sizes = [size for size in shape if type(size) is int and 0 <= size <= _MOST_ALONG_ONE]
    if len(sizes) < len(shape):
        raise ValueError(f"tensor {name!r:.200} has a shape that is none; allowed: whole numbers from 0")
    return math.prod(sizes)


def bytes_of(elements: int, block_elements: int, block_bytes: int, name: str) -> int:
    """How many bytes `elements` take that are kept in blocks.

    :raises ValueError: they fill no whole number of blocks.
    """
    blocks, rest = divmod(elements, block_elements)
    if rest:
        raise ValueError(f"tensor {name!r:.200} has {elements} numbers, which fill no blocks of {block_elements}")
    return blocks * block_bytes
