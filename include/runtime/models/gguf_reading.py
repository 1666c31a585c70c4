"""GGUF files as transformers reads them, at a fraction of the time.

Transformers reads a file's header anew for its tokenizer, its config and its weights, each of some hundred thousand
words through a numpy `memmap` that costs more than the word; and it makes the table of all tensors' names once for each
module.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import gguf
import numpy as np

_READER = gguf.GGUFReader


class _Reader(_READER):
    """Looks at the file through a plain array."""

    @property
    def data(self) -> Any:
        """The file's bytes, still mapped."""
        return self._data

    @data.setter
    def data(self, mapped: Any) -> None:
        self._data = mapped.view(np.ndarray)


@contextmanager
def gguf_read_once() -> Iterator[None]:
    """Within the block, each GGUF file is read once, whoever asks for it. One thread at a time."""
    if gguf.GGUFReader is not _READER:  # within another such block
        yield
        return
    readers, names = cache(_Reader), gguf.get_tensor_name_map
    gguf.GGUFReader = lambda path, mode="r": readers(os.path.realpath(path), mode)  # type: ignore[assignment,misc]
    gguf.get_tensor_name_map = cache(names)
    try:
        yield
    finally:
        gguf.GGUFReader, gguf.get_tensor_name_map = _READER, names  # type: ignore[misc]
